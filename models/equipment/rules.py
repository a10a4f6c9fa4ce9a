"""What may happen to equipment, its foreign QR codes and its labels (Q13)."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from models.core import history
from models.core.db.connection import database
from models.core.errors import Conflict, Invalid
from models.core.fields import too_long
from models.core.held import require_free
from models.core.labels.unique_label import save_with_label
from models.core.security.actor import Actor
from models.equipment.hooks import HELD
from models.equipment.operator_codes.codes import mode_of_codes, need_of
from models.equipment.qr import scanned_text
from models.equipment.records import (
    CREATE_EQUIPMENT,
    DELETE_EQUIPMENT,
    EDIT_EQUIPMENT,
    Equipment,
    EquipmentAlias,
    EquipmentType,
    OperatorCode,
)
from models.organization.own_places import check_place, company_of

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
    _check_chosen(equipment)
    actor.require(CREATE_EQUIPMENT, equipment)
    save_with_label(equipment)
    history.note(actor, equipment, "created", history.differences(Equipment, {}, values))
    return equipment


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
    if any(name in values and values[name] != old.get(name) for name in ("operator_codes", "type")):
        _check_chosen(equipment)
    derived = {"required_codes": equipment.required_codes, "mode": equipment.mode}
    equipment.change(**values, **derived)
    history.note(actor, equipment, "edited", history.differences(Equipment, old, values))
    return equipment


def delete_equipment(actor: Actor, equipment: Equipment) -> None:
    """Delete equipment that nobody ever clocked in on and no record names, with the QR codes attached to it.

    Raises Conflict `has_clock_ins`, `has_records` otherwise: such equipment is set to 报废.
    """
    actor.require(DELETE_EQUIPMENT, equipment)
    require_free(
        f"不能删除“{equipment.name}”", "它", HELD(equipment.id), advice="不再使用时，请把使用状态改为“报废”"
    )
    aliases = EquipmentAlias.delete().where(EquipmentAlias.equipment == equipment.id).execute()
    told = f"{equipment.name}（绑定的二维码 {aliases} 个一并删除）"
    history.note(
        actor, equipment, "deleted", [{"field": "name", "title": "设备名称", "old": told, "new": None}]
    )
    Equipment.delete().where(Equipment.id == equipment.id).execute()


def clean(values: Values) -> Values:
    """Values with all numbers in the one spelling that the gate looks for. Raises Invalid for one that gets too long."""
    values = dict(values)
    for name in NUMBERS:
        if values.get(name):
            values[name] = spelled(values[name])
    wrong = too_long(Equipment, {name: values.get(name) for name in NUMBERS})
    if wrong:
        raise Invalid(fields=wrong)
    return values


def spelled(number: str) -> str:
    """A number of equipment without blanks, half-width, in capitals: as `scanned_text.parse` gives candidates."""
    return scanned_text.normalise(number).replace(" ", "").translate(_BRACKETS).upper()


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
    if equipment.exempt_reason:
        equipment.required_codes, equipment.mode = "", "none"
        return
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
    need = need_of(type_code, quick_open=equipment.quick_open, boiler_use=equipment.boiler_use, codes=codes)
    equipment.required_codes, equipment.mode = ",".join(need.codes), need.mode


def _check_chosen(equipment: Equipment) -> None:
    """Raise Invalid where codes chosen by hand would let people work unscanned: that takes 免扫码, a reason and its right."""
    chosen: list[str] = equipment.operator_codes or []
    if not chosen or mode_of_codes(chosen) == "clock_in":
        return
    type_code = EquipmentType.get_by_id(equipment.type_id).code
    if (
        need_of(type_code, quick_open=equipment.quick_open, boiler_use=equipment.boiler_use).mode
        == "clock_in"
    ):
        told = f"这类设备要扫码上岗，只选 {'、'.join(chosen)} 就没有人要扫了；确实不用扫的，请保存后用“免扫码”写明原因"
        raise Invalid(fields={"operator_codes": told})


def attach_alias(actor: Actor, equipment: Equipment, content: str) -> EquipmentAlias:
    """Let another QR code (使用标志, 铭牌, 合格证) stand for the equipment from now on.

    Attaching it again gives what is there. Raises Conflict `alias_taken` where it stands for another one,
    Invalid for our own labels and for texts that say nothing.
    """
    actor.require(EDIT_EQUIPMENT, equipment)
    text = scanned_text.normalise(content)
    if len(text) < 4 or len(content) > scanned_text.MAX_RAW:
        raise Invalid(fields={"content": f"二维码内容应有 4 到 {scanned_text.MAX_RAW} 个字"})
    if scanned_text.parse(content, own_hosts=own_hosts()).kind == scanned_text.OWN_LABEL:
        raise Invalid(fields={"content": "这是本系统的标签，不用绑定，直接扫就可以"})
    key = scanned_text.alias_key(content)
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
        EquipmentAlias.equipment == equipment.id, EquipmentAlias.key == scanned_text.alias_key(content)
    )
    if not gone.execute():
        raise Conflict("没有这个二维码", code="no_alias", cause="这台设备没有绑定它", advice="请刷新后再试")
    _tell(actor, equipment, "alias_detached", scanned_text.normalise(content), None)


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
