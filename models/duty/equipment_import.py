"""Equipment from an Excel sheet: how types and sites are found, what is wrong, and how it is saved."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from models.core import history
from models.core.actor import Actor
from models.core.errors import Malformed
from models.duty.codes import scanned_codes
from models.duty.records import IMPORT_EQUIPMENT, Equipment, EquipmentType
from models.duty.rules import NUMBERS, clean, derive_needs, save_with_label
from models.organization.records import Company

Values = dict[str, Any]
Faults = Mapping[int, Mapping[str, Any]]


def type_named(actor: Actor, text: str) -> int:
    """The equipment type called so, by name or catalogue code. Raises Malformed."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    spelled = {text.strip(), wanted, wanted.replace("(", "（").replace(")", "）")}
    rows = list(
        EquipmentType.select().where(EquipmentType.name.in_(spelled) | (EquipmentType.code == wanted))
    )
    if not rows:
        raise Malformed("no_such_type", f"没有设备种类“{text[:20]}”，请填名称或目录代码，如 叉车、5110")
    return int(rows[0].id)


def site_named(actor: Actor, text: str) -> int:
    """The site of the actor's company called so. Raises Malformed."""
    sites = Company.select().where(
        Company.kind == "site", Company.name == text.strip(), Company.company_root.in_(_companies(actor))
    )
    rows = list(sites.limit(2))
    if len(rows) != 1:
        raise Malformed("no_such_site", f"本单位没有叫“{text[:20]}”的厂站，请先在“公司”里新增")
    return int(rows[0].id)


def _companies(actor: Actor) -> tuple[int, ...]:
    own = () if actor.company_id is None else (actor.company_id,)
    return own or actor.companies(IMPORT_EQUIPMENT)


def check(actor: Actor, rows: list[Values]) -> Faults:
    """Numbers that stand twice in the sheet, or that the unit has already."""
    faults: dict[int, dict[str, Any]] = {}
    if actor.company_id is None:
        return {
            place: {"name": Malformed("no_company", "请用本单位的账号导入设备")} for place in range(len(rows))
        }
    there = _known(actor.company_id)
    seen: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        for name in NUMBERS:
            number = clean(row).get(name)
            if not number:
                continue
            if (name, number) in there:
                told = f"本单位的“{there[name, number]}”已是这个编号，请核对"
                faults.setdefault(place, {})[name] = Malformed("taken", told)
            elif (name, number) in seen:
                told = "这个编号在表里出现了两次，请核对"
                faults.setdefault(place, {})[name] = Malformed("twice", told)
            seen.setdefault((name, number), place)
    return faults


def _known(company_id: int) -> dict[tuple[str, str], str]:
    columns = [getattr(Equipment, name) for name in NUMBERS]
    rows = Equipment.select(Equipment.name, *columns).where(Equipment.company == company_id)
    return {(name, getattr(row, name)): row.name for row in rows for name in NUMBERS if getattr(row, name)}


def save(actor: Actor, rows: list[Values]) -> tuple[int, int]:
    """Register all rows; gives how many were made and changed (none: numbers that are there are errors)."""
    types = {row.id: row.code for row in EquipmentType.select()}
    codes = scanned_codes()
    for row in rows:
        values = clean({name: value for name, value in row.items() if value is not None})
        equipment = Equipment(**{**values, "company": actor.company_id})
        actor.require(IMPORT_EQUIPMENT, equipment)
        derive_needs(equipment, types=types, codes=codes)
        save_with_label(equipment)
        history.note(actor, equipment, "created", history.differences(Equipment, {}, values))
    return len(rows), 0
