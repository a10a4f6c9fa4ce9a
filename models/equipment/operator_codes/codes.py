"""Which operator code a piece of equipment needs, worked out from the tables that people can edit (Q02)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from models.core import history
from models.core.db.bulk import select_in
from models.core.errors import Conflict, Invalid
from models.core.fields import too_long
from models.core.rulebook.checked_by import checked_by
from models.core.security.actor import Actor
from models.equipment import standards
from models.equipment.records import EDIT_CODES, Equipment, EquipmentType, OperatorCode

Values = dict[str, Any]


@dataclass(frozen=True)
class Need:
    """How people go on duty at a piece of equipment: which codes count (any one), by what kind of scan."""

    codes: tuple[str, ...]
    mode: str


def install_operator_codes() -> int:
    """Add the operator codes of the standard that are missing; gives how many."""
    there = {row.code for row in OperatorCode.select(OperatorCode.code)}
    rows = [
        {
            "code": row.code,
            "project": row.project,
            "category": row.category,
            "mode": row.mode,
            "equipment_types": ",".join(row.equipment_prefixes) or None,
            "quick_open_only": row.needs_quick_open,
            "boiler_use": row.boiler_use or None,
            "source": row.source[:60] or None,
            "confirmed": row.confirmed,
            "sequence": place * 10,
        }
        for place, row in enumerate(standards.operator_codes(), 1)
        if row.code and row.code not in there  # welders' codes are put together for each person
    ]
    if rows:
        OperatorCode.insert_many(rows).execute()
    return len(rows)


def install_equipment_types() -> int:
    """Add the equipment types of the catalogue that are missing; gives how many."""
    there = {row.code for row in EquipmentType.select(EquipmentType.code)}
    rows = [
        {
            "code": row.code,
            "name": row.name,
            "parent_code": row.parent,
            "abbreviation": row.abbreviation or None,
        }
        for row in standards.equipment_types()
        if row.code not in there
    ]
    if rows:
        EquipmentType.insert_many(rows).execute()
    return len(rows)


def need_of(
    type_code: str,
    *,
    quick_open: bool | None = None,
    boiler_use: str | None = None,
    codes: list[OperatorCode] | None = None,
) -> Need:
    """What equipment of the type needs, by the rows of the table (`codes` saves reading them again).

    What nobody has said (None) of a vessel's door asks for nothing; of a boiler's use it asks for any of the codes.
    """
    rows = _scanned() if codes is None else codes
    fitting = [row for row in rows if _serves(row, type_code, quick_open, boiler_use)]
    return Need(tuple(row.code for row in fitting), _strictest([row.mode for row in fitting]))


def mode_of_codes(names: list[str]) -> str:
    """The way of scanning for codes that were chosen by hand."""
    return _strictest([row.mode for row in OperatorCode.select().where(OperatorCode.code.in_(names))])


def scanned_codes() -> list[OperatorCode]:
    """The codes whose holders scan, in their order; to be handed to `need_of` for many rows."""
    return _scanned()


def _scanned() -> list[OperatorCode]:
    query = OperatorCode.select().where(OperatorCode.mode != "none")
    return list(query.order_by(OperatorCode.sequence, OperatorCode.code))


def _serves(row: OperatorCode, type_code: str, quick_open: bool | None, boiler_use: str | None) -> bool:
    if not is_for(row, type_code) or (row.quick_open_only and not quick_open):
        return False
    return row.boiler_use is None or boiler_use in (None, row.boiler_use)


def is_for(row: OperatorCode, type_code: str) -> bool:
    """Whether the code is one for equipment of the type, whatever else it asks of it."""
    prefixes = tuple(part for part in (row.equipment_types or "").split(",") if part)
    return bool(prefixes) and type_code.startswith(prefixes)


def _strictest(modes: list[str]) -> str:
    if "clock_in" in modes:
        return "clock_in"
    return "maintenance" if "maintenance" in modes else "none"


def create_code(actor: Actor, values: Values) -> OperatorCode:
    """Add an operator code (Q02) and work out anew what all equipment needs."""
    actor.require(EDIT_CODES)
    values = _clean(values)
    if OperatorCode.select().where(OperatorCode.code == values["code"]).exists():
        raise Invalid(fields={"code": f"代号 {values['code']} 已经有了"})
    values |= checked_by(actor, None, values)
    row = OperatorCode.create(**values)
    history.note(actor, row, "created", history.differences(OperatorCode, {}, values))
    refresh_equipment()
    return row


def edit_code(actor: Actor, row: OperatorCode, values: Values) -> OperatorCode:
    """Change an operator code and work out anew what all equipment needs."""
    actor.require(EDIT_CODES)
    values = _clean(values)
    taken = OperatorCode.code == values.get("code", row.code)
    if OperatorCode.select().where(taken, OperatorCode.id != row.id).exists():
        raise Invalid(fields={"code": f"代号 {values['code']} 已经有了"})
    values |= checked_by(actor, row, values)
    old = dict(row.__data__)
    row.change(**values)
    history.note(actor, row, "edited", history.differences(OperatorCode, old, values))
    refresh_equipment()
    return row


def create_type(actor: Actor, values: Values) -> EquipmentType:
    """Add a type to the equipment catalogue."""
    actor.require(EDIT_CODES)
    _check_type(values, None)
    row = EquipmentType.create(**values)
    history.note(actor, row, "created", history.differences(EquipmentType, {}, values))
    return row


def edit_type(actor: Actor, row: EquipmentType, values: Values) -> EquipmentType:
    """Change a type of the equipment catalogue and work out anew what its equipment needs."""
    actor.require(EDIT_CODES)
    _check_type(values, row)
    old = dict(row.__data__)
    row.change(**values)
    history.note(actor, row, "edited", history.differences(EquipmentType, old, values))
    refresh_equipment()
    return row


def delete_type(actor: Actor, row: EquipmentType) -> None:
    """Delete a type that no equipment has and that has none under it."""
    actor.require(EDIT_CODES)
    used = Equipment.select().where(Equipment.type == row.id).count()
    under = EquipmentType.select().where(EquipmentType.parent_code == row.code).count()
    if used or under:
        raise Conflict(
            f"不能删除“{row.name}”",
            code="in_use",
            cause=f"有 {used} 台设备属于它，它下面还有 {under} 个种类",
            advice="请先把设备改成别的种类，并删除下级种类",
            details={"equipment": used, "types": under},
        )
    history.note(actor, row, "deleted")
    row.delete_instance()


def delete_code(actor: Actor, row: OperatorCode) -> None:
    """Delete an operator code that no equipment asks for and no certificate is for."""
    actor.require(EDIT_CODES)
    used = select_in("SELECT COUNT(*) FROM certificate WHERE code IN ({keys})", [row.code])[0][0]
    asked = sum(
        row.code in item.required_codes.split(",") for item in Equipment.select(Equipment.required_codes)
    )
    if used or asked:
        raise Conflict(
            f"不能删除代号 {row.code}",
            code="in_use",
            cause=f"有 {used} 张证照是这个项目，{asked} 台设备需要它",
            advice="可以把它的打卡方式改为“不要求扫码”",
            details={"certificates": used, "equipment": asked},
        )
    history.note(actor, row, "deleted")
    row.delete_instance()


def refresh_equipment() -> int:
    """Work out anew what every piece of equipment needs; gives how many changed."""
    codes = _scanned()
    modes = {row.code: row.mode for row in codes}
    types = {row.id: row.code for row in EquipmentType.select()}
    changed = 0
    for item in Equipment.select():
        if item.exempt_reason:
            need = Need((), "none")
        elif item.operator_codes:
            mode = _strictest([modes.get(code, "none") for code in item.operator_codes])
            need = Need(tuple(item.operator_codes), mode)
        else:
            need = need_of(
                types[item.type_id], quick_open=item.quick_open, boiler_use=item.boiler_use, codes=codes
            )
        if (",".join(need.codes), need.mode) != (item.required_codes, item.mode):
            item.change(required_codes=",".join(need.codes), mode=need.mode)
            changed += 1
    return changed


def _clean(values: Values) -> Values:
    values = dict(values)
    if values.get("code"):
        values["code"] = values["code"].strip().upper()
    if "equipment_types" in values:
        values["equipment_types"] = _prefixes(values["equipment_types"])
    wrong = too_long(OperatorCode, values)
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _prefixes(text: str | None) -> str | None:
    """Catalogue codes as prefixes: 2100 stands for all that begins with 21. Raises Invalid."""
    parts = [part.upper() for part in re.split(r"[,，、;；\s]+", text or "") if part]
    if any(not re.fullmatch(r"[1-9F][0-9A-F]{0,3}", part) for part in parts):
        raise Invalid(fields={"equipment_types": "请填目录代码或它的开头几位，如 1,21,5110"})
    short = [part.rstrip("0") if len(part) == 4 else part for part in parts]
    return ",".join(dict.fromkeys(short)) or None


def _check_type(values: Values, row: EquipmentType | None) -> None:
    code = values.get("code")
    if code is not None:
        if not re.fullmatch(r"[1-9F][0-9A-F]{3}", code):
            raise Invalid(fields={"code": "目录代码是 4 位，如 5110"})
        same = EquipmentType.select().where(EquipmentType.code == code)
        if row is not None:
            same = same.where(EquipmentType.id != row.id)
        if same.exists():
            raise Invalid(fields={"code": f"目录代码 {code} 已经有了"})
    parent = values.get("parent_code")
    if parent and (parent == code or not EquipmentType.select().where(EquipmentType.code == parent).exists()):
        raise Invalid(fields={"parent_code": f"没有目录代码 {parent}"})
