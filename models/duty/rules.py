"""What may happen to equipment, its foreign QR codes and its labels (Q13)."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from models.core import history
from models.core.actor import Actor
from models.core.database import database
from models.core.errors import Conflict, Invalid
from models.duty import qr
from models.duty.codes import mode_of_codes, need_of
from models.duty.label_codes import new_label_code
from models.duty.records import (
    CREATE_EQUIPMENT,
    DELETE_EQUIPMENT,
    EDIT_EQUIPMENT,
    ClockIn,
    Equipment,
    EquipmentAlias,
    EquipmentType,
    OperatorCode,
)
from models.organization.people import check_place, company_of

Values = dict[str, Any]
NUMBERS = ("code", "register_code", "use_cert_no")
_TITLES = {"code": "设备代码", "register_code": "注册代码", "use_cert_no": "使用登记证编号"}
_BRACKETS = str.maketrans("〔【[〕】]", "((()))")


def create_equipment(actor: Actor, values: Values) -> Equipment:
    """Register a piece of equipment; gives it a label code and works out which codes its operators need.

    Raises Invalid at the fields, also where the unit has another one of the same number.
    """
    actor.require(CREATE_EQUIPMENT)
    values = clean(values)
    values["company"] = company_of(actor, values, CREATE_EQUIPMENT)
    check_place(values["company"], values)
    check_numbers(values["company"], values, None)
    equipment = Equipment(**values)
    derive_needs(equipment)
    actor.require(CREATE_EQUIPMENT, equipment)
    save_with_label(equipment)
    history.note(actor, equipment, "created", history.differences(Equipment, {}, values))
    return equipment


def save_with_label(record: Any) -> None:
    """Insert equipment or a grid node with a fresh label code; should it be taken (one in 35 million millions),
    with another.
    """
    for attempt in range(3):
        record.label_code = new_label_code()
        try:
            with database.atomic():
                record.save(force_insert=True)
            return
        except IntegrityError:
            if attempt == 2 or not _taken(type(record), record.label_code):
                raise


def _taken(kind: Any, label: str) -> bool:
    return bool(kind.select().where(kind.label_code == label).exists())


def edit_equipment(actor: Actor, equipment: Equipment, values: Values) -> Equipment:
    """Change equipment; what its operators need follows type, 快开门式 and the codes chosen by hand."""
    actor.require(EDIT_EQUIPMENT, equipment)
    values = clean(values)
    check_place(equipment.company_id, values)
    check_numbers(equipment.company_id, values, equipment)
    old = dict(equipment.__data__)
    for name, value in values.items():
        setattr(equipment, name, value)
    derive_needs(equipment)
    derived = {"required_codes": equipment.required_codes, "mode": equipment.mode}
    equipment.change(**values, **derived)
    history.note(actor, equipment, "edited", history.differences(Equipment, old, values))
    return equipment


def delete_equipment(actor: Actor, equipment: Equipment) -> None:
    """Delete equipment that nobody ever clocked in on, with the QR codes attached to it.

    Raises Conflict `has_clock_ins` otherwise: such equipment is set to 报废.
    """
    actor.require(DELETE_EQUIPMENT, equipment)
    count = ClockIn.select().where(ClockIn.equipment_id == equipment.id).count()
    if count:
        raise Conflict(
            f"不能删除“{equipment.name}”",
            code="has_clock_ins",
            cause=f"它有 {count} 条上岗记录，记录要留存",
            advice="不再使用时，请把使用状态改为“报废”",
            details={"clock_ins": count},
        )
    aliases = EquipmentAlias.delete().where(EquipmentAlias.equipment == equipment.id).execute()
    told = f"{equipment.name}（绑定的二维码 {aliases} 个一并删除）"
    history.note(
        actor, equipment, "deleted", [{"field": "name", "title": "设备名称", "old": told, "new": None}]
    )
    Equipment.delete().where(Equipment.id == equipment.id).execute()


def clean(values: Values) -> Values:
    """Values with all numbers in the one spelling that the gate looks for."""
    values = dict(values)
    for name in NUMBERS:
        if values.get(name):
            values[name] = spelled(values[name])
    return values


def spelled(number: str) -> str:
    """A number of equipment without blanks, half-width, in capitals: as `qr.parse` gives candidates."""
    return qr.normalise(number).replace(" ", "").translate(_BRACKETS).upper()


def check_numbers(company_id: int, values: Values, equipment: Equipment | None) -> None:
    """Raise Invalid where a number is another equipment's of the same unit."""
    wrong = {}
    for name in NUMBERS:
        if not values.get(name):
            continue
        same = Equipment.select().where(
            Equipment.company == company_id, getattr(Equipment, name) == values[name]
        )
        if equipment is not None:
            same = same.where(Equipment.id != equipment.id)
        other = same.first()
        if other is not None:
            wrong[name] = f"本单位的“{other.name}”已是这个{_TITLES[name]}，请核对"
    if wrong:
        raise Invalid(fields=wrong)


def derive_needs(
    equipment: Equipment, *, types: dict[int, str] | None = None, codes: list[OperatorCode] | None = None
) -> None:
    """Set `required_codes` and `mode` by the tables, or by the codes chosen by hand (Q02).

    `types` (id → catalogue code) and `codes` save reading the tables for each of many rows.
    """
    chosen: list[str] = equipment.operator_codes or []
    if chosen:
        known = {
            row.code for row in OperatorCode.select(OperatorCode.code).where(OperatorCode.code.in_(chosen))
        }
        strange = [code for code in chosen if code not in known]
        if strange:
            raise Invalid(fields={"operator_codes": f"没有作业项目代号“{strange[0]}”"})
        equipment.required_codes, equipment.mode = ",".join(chosen), mode_of_codes(chosen)
        return
    type_code = types[equipment.type_id] if types else EquipmentType.get_by_id(equipment.type_id).code
    need = need_of(type_code, quick_open=bool(equipment.quick_open), codes=codes)
    equipment.required_codes, equipment.mode = ",".join(need.codes), need.mode


def attach_alias(actor: Actor, equipment: Equipment, content: str) -> EquipmentAlias:
    """Let another QR code (使用标志, 铭牌, 合格证) stand for the equipment from now on.

    Attaching it again gives what is there. Raises Conflict `alias_taken` where it stands for another one,
    Invalid for our own labels and for texts that say nothing.
    """
    actor.require(EDIT_EQUIPMENT, equipment)
    text = qr.normalise(content)
    if len(text) < 4 or len(content) > qr.MAX_RAW:
        raise Invalid(fields={"content": f"二维码内容应有 4 到 {qr.MAX_RAW} 个字"})
    if qr.parse(content, own_hosts=own_hosts()).kind == qr.OWN_LABEL:
        raise Invalid(fields={"content": "这是本系统的标签，不用绑定，直接扫就可以"})
    key = qr.alias_key(content)
    wanted = (EquipmentAlias.key == key) & (EquipmentAlias.company == equipment.company_id)
    there = EquipmentAlias.get_or_none(wanted)
    if there is not None:
        return _same_or_refuse(there, equipment)
    try:
        with database.atomic():
            alias = EquipmentAlias.create(
                company=equipment.company_id, equipment=equipment.id, key=key, content=text
            )
    except IntegrityError:
        return _same_or_refuse(EquipmentAlias.get(wanted), equipment)
    _tell(actor, equipment, "alias_attached", None, text)
    return alias


def _same_or_refuse(alias: EquipmentAlias, equipment: Equipment) -> EquipmentAlias:
    if alias.equipment_id == equipment.id:
        return alias
    other = Equipment.get_by_id(alias.equipment_id)
    raise Conflict(
        "这个二维码已绑定别的设备",
        code="alias_taken",
        cause=f"它现在代表“{other.name}”",
        advice="请先在那台设备上解除，再绑定到这台",
        details={"equipment": str(other.id)},
    )


def detach_alias(actor: Actor, equipment: Equipment, content: str) -> None:
    """Take a foreign QR code off the equipment. Raises Conflict `no_alias` if it is not on it."""
    actor.require(EDIT_EQUIPMENT, equipment)
    gone = EquipmentAlias.delete().where(
        EquipmentAlias.equipment == equipment.id, EquipmentAlias.key == qr.alias_key(content)
    )
    if not gone.execute():
        raise Conflict("没有这个二维码", code="no_alias", cause="这台设备没有绑定它", advice="请刷新后再试")
    _tell(actor, equipment, "alias_detached", qr.normalise(content), None)


def detach_all(actor: Actor, equipment: Equipment) -> int:
    """Take all foreign QR codes off the equipment; gives how many."""
    rows = list(EquipmentAlias.select().where(EquipmentAlias.equipment == equipment.id))
    for row in rows:
        detach_alias(actor, equipment, row.content)
    return len(rows)


def _tell(actor: Actor, equipment: Equipment, action: str, old: str | None, new: str | None) -> None:
    line = {"field": "aliases", "title": "绑定的二维码", "old": old, "new": new}
    history.note(actor, equipment, action, [line])


def own_hosts() -> tuple[str, ...]:
    """The addresses that our own labels may carry."""
    from models.core.config import config

    return (config().public_url, *config().other_hosts)
