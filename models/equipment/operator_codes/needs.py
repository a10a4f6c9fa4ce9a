"""Why a piece of equipment asks for no scan: what is known of it, and who can say more (Q02).

No text says that somebody without a certificate may use a tank wagon; so nobody is told that. What the tables do not
know is said to be not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.core import clock
from models.equipment.operator_codes.codes import is_for
from models.equipment.records import Equipment, EquipmentType, OperatorCode

_ASK = "能不能操作、还要什么资格，请问本单位安全管理员"


@dataclass(frozen=True)
class NeedsExplained:
    """What is said of equipment that nobody has to scan for; not `settled` where somebody still has to say something."""

    title: str
    cause: str
    advice: str
    settled: bool


def explain(ids: Iterable[int]) -> dict[int, NeedsExplained]:
    """What is said of these pieces of equipment, by id; those that people do scan for are left out."""
    rows = list(Equipment.select().where(Equipment.id.in_(list(ids) or [0]), Equipment.mode == "none"))
    if not rows:
        return {}
    types = {row.id: row for row in EquipmentType.select()}
    codes = list(OperatorCode.select().order_by(OperatorCode.sequence, OperatorCode.code))
    return {row.id: explained(row, types[row.type_id], codes) for row in rows}


def explained(equipment: Equipment, kind: EquipmentType, codes: Sequence[OperatorCode]) -> NeedsExplained:
    """What is said of one piece of equipment, its type and the table of operator codes at hand."""
    name = equipment.name
    if equipment.exempt_reason:
        at = f"，{clock.local(equipment.exempt_at):%Y-%m-%d}" if equipment.exempt_at else ""
        return _settled(
            f"本单位登记“{name}”免扫码上岗：{equipment.exempt_reason}（{equipment.exempt_by}{at}）",
            "请按本单位的规定操作；登记有误请联系安全管理员",
        )
    scanned = [row for row in codes if row.mode != "none" and is_for(row, kind.code)]
    doors = [row for row in scanned if row.quick_open_only]
    if doors and equipment.quick_open is None:
        return _open(
            f"“{name}”是{kind.name}，还没有登记是不是快开门式；快开门式的要持 {_named(doors)} 证上岗",
            "请先问安全管理员；请他在设备里登记是不是快开门式，登记后再扫",
        )
    finer = [row for row in codes if row.mode != "none" and _is_finer(row, kind.code)]
    if finer and not scanned:
        return _open(
            f"“{name}”的种类只登记到“{kind.name}”，下面各类要的证不同（{_named(finer)}）",
            "请先问安全管理员；请他把设备种类登记到具体一级，登记后再扫",
        )
    said = f"“{name}”是{kind.name}"
    if doors:
        said = f"“{name}”登记为不是快开门式的{kind.name}"
    related = [row for row in codes if row.mode == "none" and is_for(row, kind.code)]
    if related:
        return _settled(
            f"{said}，有关的作业项目是 {_named(related)}，这些项目不用扫码打卡",
            f"做这些作业仍要持证；{_ASK}",
        )
    return _settled(f"{said}，作业项目表里没有查到要扫码上岗的项目（待核对）", f"不用在这里打卡；{_ASK}")


def named(codes: Sequence[str], projects: dict[str, str]) -> str:
    """Codes with their names, any of which will do: N1（叉车司机）或 N2（观光车和观光列车司机）."""
    return "或 ".join(f"{code}（{projects[code]}）" if projects.get(code) else code for code in codes)


def project_names() -> dict[str, str]:
    """The names of all operator codes, by code."""
    return dict(OperatorCode.select(OperatorCode.code, OperatorCode.project).tuples())


def _named(rows: Sequence[OperatorCode]) -> str:
    return "、".join(f"{row.code} {row.project}" for row in rows)


def _is_finer(row: OperatorCode, type_code: str) -> bool:
    own = type_code.rstrip("0")
    prefixes = (part for part in (row.equipment_types or "").split(",") if part)
    return any(part != own and part.startswith(own) for part in prefixes)


def _settled(cause: str, advice: str) -> NeedsExplained:
    return NeedsExplained("这台不用扫码打卡", cause, advice, settled=True)


def _open(cause: str, advice: str) -> NeedsExplained:
    return NeedsExplained("要什么证，还没登记", cause, advice, settled=False)
