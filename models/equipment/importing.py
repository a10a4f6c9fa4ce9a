"""Equipment from an Excel sheet: how types and sites are found, what is wrong, and how it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core import history
from models.core.db.batch import Batch
from models.core.errors import Invalid, Malformed
from models.core.labels.label_codes import new_label_code
from models.core.security.actor import Actor
from models.core.text.folding import fold
from models.equipment.operator_codes.codes import scanned_codes
from models.equipment.records import IMPORT_EQUIPMENT, Equipment, EquipmentType
from models.equipment.rules import NUMBERS, clean, derive_needs

Values = dict[str, Any]
Faults = Mapping[int, Mapping[str, Any]]


def type_named(actor: Actor, text: str) -> int:
    """The equipment type called so, by name or catalogue code. Raises Malformed."""
    wanted = fold(text)
    types = list(EquipmentType.select())
    rows = [row for row in types if wanted in (fold(row.name), fold(row.code))]
    if not rows and len(wanted) > 1:  # 桥式 can only be 桥式起重机
        begun = [row for row in types if fold(row.name).startswith(wanted)]
        rows = begun if len(begun) == 1 else []
    if not rows:
        raise Malformed("no_such_type", f"没有设备种类“{text[:20]}”，请填名称或目录代码，如 叉车、5110")
    return int(rows[0].id)


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
        try:
            values = clean(row)
        except Invalid as wrong:
            faults[place] = {name: Malformed("too_long", told) for name, told in wrong.fields.items()}
            continue
        for name in NUMBERS:
            number = values.get(name)
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


def prepare(actor: Actor, rows: list[Values], batch: Batch) -> tuple[int, int]:
    """Register all rows; gives how many are made and changed (none: numbers that are there are errors)."""
    types = {row.id: row.code for row in EquipmentType.select()}
    codes = scanned_codes()
    names: history.Names = {}
    for row in rows:
        values = clean({name: value for name, value in row.items() if value is not None})
        # A label that is taken (one in 35 million millions) fails the import, and it is tried once more.
        equipment = Equipment(**{**values, "company": actor.company_id, "label_code": new_label_code()})
        actor.require(IMPORT_EQUIPMENT, equipment)
        derive_needs(equipment, types=types, codes=codes)
        batch.create(actor, equipment, history.differences(Equipment, {}, values, names))
    return len(rows), 0
