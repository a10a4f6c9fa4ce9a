"""The evidence of a clock-in in people's words (X02)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core.fields import moment_text, parse_moment
from models.equipment.records import Equipment
from models.organization.records import Binding, Person

Frozen = Mapping[str, Any]
_OFF = 5  # seconds from which a phone's clock is told to be off


def in_words(evidence: Frozen) -> dict[str, str]:
    """What was true at the scan, line by line; what was not known then is left out."""
    lines = {
        "单位": _get(evidence, "unit", "name"),
        "人员类型": Person.role.title_of(_get(evidence, "binding", "role")),
        "绑定状态": Binding.state.title_of(_get(evidence, "binding", "state")),
        "绑定时间": _minute(_get(evidence, "binding", "since")),
        "证书编号": _get(evidence, "certificate", "number"),
        "作业项目": _joined(evidence, "certificate", "code", "project"),
        "证书有效期至": _get(evidence, "certificate", "valid_until"),
        "发证机关": _get(evidence, "certificate", "issuer"),
        "限制范围": _get(evidence, "certificate", "limits"),
        "设备种类": _joined(evidence, "equipment", "type_code", "type"),
        "设备代码": _get(evidence, "equipment", "code"),
        "使用登记": _get(evidence, "equipment", "register_no"),
        "设备状态": Equipment.state.title_of(_get(evidence, "equipment", "state")),
        "下次检验日期": _get(evidence, "equipment", "next_inspection_on"),
        "设备位置": _get(evidence, "equipment", "location"),
        "需要的作业项目": "、".join(_get(evidence, "equipment", "required") or []),
        "扫码位置": _place(evidence.get("place")),
        "手机时间偏差": _offset(evidence.get("clock_off_seconds")),
        "限制范围的规则": _version(evidence, "limits"),
        "二维码识别的规则": _version(evidence, "qr"),
        "扫码时的提醒": "；".join(evidence.get("reminders") or ()),
    }
    return {title: str(value) for title, value in lines.items() if value}


def _get(evidence: Frozen, group: str, name: str) -> Any:
    return (evidence.get(group) or {}).get(name)


def _joined(evidence: Frozen, group: str, *names: str) -> str:
    return " ".join(str(value) for name in names if (value := _get(evidence, group, name)))


def _minute(text: str | None) -> str:
    """A stored moment as people read it, to the minute."""
    return (moment_text(parse_moment(text)) or "")[:16].replace("T", " ") if text else ""


def _place(place: Mapping[str, Any] | None) -> str:
    if not place:
        return "没有提供"
    within = f"（误差约 {round(place['accuracy'])} 米）" if place.get("accuracy") is not None else ""
    return f"{place['lng']:.5f}, {place['lat']:.5f}{within}"


def _version(evidence: Frozen, book: str) -> str:
    number = _get(evidence, "rules", book)
    return f"第 {number} 版" if number else ""


def _offset(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds >= _OFF:
        return f"快 {seconds} 秒"
    return f"慢 {-seconds} 秒" if seconds <= -_OFF else "准"
