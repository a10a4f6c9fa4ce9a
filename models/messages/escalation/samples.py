"""Sample chains and presets that come with the program, to be checked (X04, G02, J07): `data/sample_receivers.json`.

A preset needs people. Those whom a sample names by their post are looked up in the unit: who answers for its sites and for
itself in the grid, its safety officers who may review, and their superiors. Whom nobody knows is told, not invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.administration.records import Account, Assignment, Role
from models.administration.roles.builtin_roles import REVIEWING_OFFICER
from models.core.errors import Invalid
from models.core.hooks import Hook
from models.core.ledger.library.declaration import Standard
from models.core.security.actor import Actor
from models.messages.channels.records import Contact
from models.messages.channels.set_up import create_preset
from models.messages.escalation.presets import bound
from models.messages.escalation.records import HAZARD, Chain, Preset
from models.organization.records import Person

SITE_LEADER, COMPANY_LEADER, OFFICER, SUPERIOR = "厂站负责人", "总经理", "公司安全部负责人", "分管领导"
#: (company, post as a sample names it) → the people of the unit who hold it, by id; nothing for a post one does not know.
HOLDERS: Hook[[int, str], list[int]] = Hook("messages.holders")


@cache
def _samples() -> Mapping[str, Any]:
    held: Mapping[str, Any] = orjson.loads(
        files("models.messages").joinpath("data/sample_receivers.json").read_bytes()
    )
    return held


@cache
def standard_chains() -> tuple[Standard, ...]:
    """The sample chains, each with what of it a chain of ours can't say."""
    return tuple(
        Standard(
            item["key"],
            {"name": item["name"], "steps": item["steps"], "reopen_minutes": item["reopen_minutes"]},
            sample=True, note="自编样例，时间请按本单位的做法改",
            facts=_said(("什么时候用", item["when"]), ("还要自己安排", item["rest"])),
        )
        for item in _samples()["chains"]
    )  # fmt: skip


@cache
def standard_presets() -> tuple[Standard, ...]:
    """The sample presets by the level that they are for, with the posts that are to be told."""
    return tuple(
        Standard(
            item["level"], {key: item[key] for key in ("name", "level", "ways")}, sample=True,
            note=f"自编样例。{SITE_LEADER}、{COMPANY_LEADER}取网格责任人，{OFFICER}取可审核的安全管理员，{SUPERIOR}取他们的上级",
            facts=_said(
                ("通知谁", "、".join(item["to"])), ("抄送", "、".join(item["copies"])), ("还要自己安排", item["rest"])
            ),
        )
        for item in _samples()["receivers"]
    )  # fmt: skip


def _said(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(fact for fact in facts if fact[1])


def make_preset(actor: Actor, standard: Standard, unit: int | None) -> Preset:
    """A unit's preset with the people whom it has for the posts of the sample. Raises Invalid where it has none."""
    if unit is None:
        raise Invalid(fields={"company": "请选择是哪家单位的"})
    item = next(one for one in _samples()["receivers"] if one["level"] == standard.key)
    people = receivers_of(unit, item["to"])
    if not people:
        asked = "、".join((SITE_LEADER, COMPANY_LEADER, OFFICER))
        raise Invalid(fields={"persons": f"本单位还没有{asked}，请先在“网格”里定责任人，或者自己新增预案"})
    chain = None if standard.key.startswith(HAZARD) else _chain(unit)
    return create_preset(actor, {**standard.values, "company": unit, "chain": chain, "persons": people})


def receivers_of(unit: int, posts: list[str]) -> list[int]:
    """The people of a unit who hold any of these posts, each once."""
    found = {person for post in posts for held in HOLDERS(unit, post) for person in held}
    return [
        row_id for (row_id,) in bound(unit).where(Person.id.in_(found or {0})).order_by(Person.id).tuples()
    ]


@HOLDERS.answer
def _by_role(unit: int, post: str) -> list[int]:
    if post not in (OFFICER, SUPERIOR):
        return []
    officers = (
        Person.select(Person.id)
        .join(Account, on=(Account.id == Person.account_id))
        .join(Assignment, on=(Assignment.account_id == Account.id))
        .join(Role, on=(Role.id == Assignment.role))
        .where(Role.code == REVIEWING_OFFICER, Assignment.company_id == unit, Person.company == unit)
    )
    query = officers
    if post == SUPERIOR:
        above: Any = Contact.superior
        query = Contact.select(above).where(Contact.person.in_(officers), above.is_null(False))
    return [row_id for (row_id,) in query.tuples()]


def _chain(unit: int) -> int | None:
    """The chain that was made of the sample, the unit's own before everybody's."""
    names = [item["name"] for item in _samples()["chains"]]
    rows = Chain.select().where(Chain.name.in_(names), (Chain.company == unit) | Chain.company.is_null())
    found = sorted(rows, key=lambda row: row.company_id is None)
    return found[0].id if found else None


__all__ = ["HOLDERS", "make_preset", "receivers_of", "standard_chains", "standard_presets"]
