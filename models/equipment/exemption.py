"""Exempting one piece of equipment from clocking in: why, by whom, since when, and the way back (Q02).

The unit says it of one piece of equipment, never of a kind; what it said stands in the history.
"""

from __future__ import annotations

from typing import Any

from models.core import clock, history
from models.core.errors import Conflict, Invalid
from models.core.security.actor import Actor
from models.equipment.records import EXEMPT_EQUIPMENT, Equipment
from models.equipment.rules import derive_needs

_SHORTEST = 4


def exempt(actor: Actor, equipment: Equipment, reason: str) -> Equipment:
    """Let nobody be asked to clock in at the equipment from now on; gives it with its reason, who said so and when.

    Raises Invalid at `reason` for one that says nothing, Conflict `already_exempt`.
    """
    actor.require(EXEMPT_EQUIPMENT, equipment)
    said = " ".join((reason or "").split())
    if len(said) < _SHORTEST:
        raise Invalid(fields={"reason": f"请写明为什么免扫码，至少 {_SHORTEST} 个字"})
    if equipment.exempt_reason:
        raise Conflict(
            "已经免扫码",
            code="already_exempt",
            cause=f"{equipment.exempt_by}登记过：{equipment.exempt_reason}",
            advice="要改原因，请先恢复扫码，再重新登记",
        )
    return _set(
        actor, equipment, "exempt", exempt_reason=said, exempt_by=actor.name[:30], exempt_at=clock.now()
    )


def end_exemption(actor: Actor, equipment: Equipment) -> Equipment:
    """Ask for clocking in again, as the type and the codes chosen by hand say. Raises Conflict `not_exempt`."""
    actor.require(EXEMPT_EQUIPMENT, equipment)
    if not equipment.exempt_reason:
        raise Conflict("没有免扫码", code="not_exempt", cause="这台设备没有登记免扫码", advice="请刷新列表")
    return _set(actor, equipment, "end_exemption", exempt_reason=None, exempt_by=None, exempt_at=None)


def _set(actor: Actor, equipment: Equipment, action: str, **values: Any) -> Equipment:
    old = dict(equipment.__data__)
    for name, value in values.items():
        setattr(equipment, name, value)
    derive_needs(equipment)
    values |= {"required_codes": equipment.required_codes, "mode": equipment.mode}
    equipment.change(**values)
    shown = {name: values[name] for name in ("exempt_reason", "exempt_by", "mode")}
    history.note(actor, equipment, action, history.differences(Equipment, old, shown))
    return equipment
