"""Equipment from an Excel sheet: how types and sites are found, what is wrong, and how it is saved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any

from models.core import history
from models.core.db.batch import Batch
from models.core.errors import Invalid, Malformed
from models.core.labels.label_codes import new_label_code
from models.core.ledger import Remark
from models.core.security.actor import Actor
from models.core.text.folding import fold
from models.equipment.numbers import number_doubts
from models.equipment.operator_codes.codes import scanned_codes
from models.equipment.records import IMPORT_EQUIPMENT, Equipment, EquipmentType
from models.equipment.rules import NUMBERS, clean, derive_needs

Values = dict[str, Any]
Faults = Mapping[int, Mapping[str, Any]]


def types_named(actor: Actor) -> Callable[[str], int]:
    """Finds the equipment type called so, by name or catalogue code; 桥式 can only be 桥式起重机. Raises Malformed."""
    exact: dict[str, int] = {}
    names: list[tuple[str, int]] = []
    for row in EquipmentType.select(EquipmentType.id, EquipmentType.name, EquipmentType.code):
        for word in (fold(row.name), fold(row.code)):
            exact.setdefault(word, row.id)
        names.append((fold(row.name), row.id))
    names.sort()

    def find(text: str) -> int:
        wanted = fold(text)
        found = exact.get(wanted)
        if found is None and len(wanted) > 1:
            first = bisect_left(names, (wanted, 0))
            begun = [kind for name, kind in names[first : first + 2] if name.startswith(wanted)]
            found = begun[0] if len(begun) == 1 else None
        if found is None:
            raise Malformed("no_such_type", f"没有设备种类“{text[:20]}”，请填名称或目录代码，如 叉车、5110")
        return found

    return find


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


def remarks(actor: Actor, rows: list[Values]) -> Mapping[int, Remark]:
    """Numbers that do not look as such numbers do: they are stored, and are to be held against the plate."""
    told: dict[int, Remark] = {}
    for place, row in enumerate(rows):
        spelled = clean(row)
        doubts = number_doubts(Equipment(**{name: spelled.get(name) for name in NUMBERS}))
        if doubts:
            told[place] = Remark(f"{'；'.join(doubts)}。")
    return told


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
