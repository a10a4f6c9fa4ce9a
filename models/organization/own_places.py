"""The company that new rows are for, and whether its sites and departments are its own."""

from __future__ import annotations

from typing import Any

from models.core.errors import Invalid
from models.core.security.actor import Actor
from models.organization.records import (
    Company,
)

Values = dict[str, Any]


def company_of(actor: Actor, values: Values, right: str) -> int:
    """The company that new rows are for: the one chosen, or the one that the actor works for."""
    chosen = values.get("company") or actor.company_id
    if chosen is None or chosen not in actor.companies(right):
        raise Invalid(fields={"company": "请选择单位"})
    if not Company.select().where(Company.id == chosen, Company.kind == "company").exists():
        raise Invalid(fields={"company": "请选择一家公司（不能是集团、板块、厂站或部门）"})
    return int(chosen)


def check_place(company_id: int, values: Values) -> None:
    """Raise Invalid where `site` or `department` is none of that kind in the company."""
    for name, kind, title in (("site", "site", "厂站"), ("department", "department", "部门")):
        if values.get(name) is None:
            continue
        there = Company.select().where(Company.id == values[name], Company.kind == kind)
        if not there.where(Company.company_root == company_id).exists():
            raise Invalid(fields={name: f"请选择本单位的{title}"})
