"""The first screen of who leads: how a unit's day stands, in four numbers and the names behind them (H01, Q10, E09).

A driver's first screen says how their own day stands (`models/duty/mine.py`); who answers for others needs to see in
three seconds whether something of theirs is not as it should be.
"""

from __future__ import annotations

from typing import Any

from peewee import fn

from models.core import clock
from models.core.security.actor import Actor, missing_right
from models.core.security.rights import Scope
from models.duty import board
from models.duty.records import READ_CLOCK_INS, ClockIn
from models.equipment.ledgers import to_be_manned
from models.equipment.records import READ_EQUIPMENT, Equipment
from models.hazards.records import PLANNING, READ_HAZARDS, RECTIFYING, UNDER_WAY, Hazard
from models.organization.records import READ_PERSONS, Company

_NAMED = 20


def leads(actor: Actor) -> bool:
    """Whether somebody answers for others: they may read others' clock-ins, and who these people are.

    An account that a unit opens for its people reads the first and not the second: a driver's first screen is their own.
    """
    return all(actor.rights.get(right, Scope.SELF) != Scope.SELF for right in (READ_CLOCK_INS, READ_PERSONS))


def unit_today(actor: Actor) -> dict[str, Any]:
    """{day, unit, on_duty, unmanned, open, overdue} of the unit that the actor works for, as far as they see it.

    `on_duty` {count, whole, rows: [{name, since, equipment}]}: people who clocked in today, `whole` in all the unit.
    `unmanned` {count, rows: [{name, place}]}: equipment that has to be manned and had no clock-in today. `open`,
    `overdue`: hazards under way, and those that should have been put right by now. None where the right to see it is
    missing; at most twenty rows are named.
    Raises Forbidden for who sees only their own day.
    """
    if not leads(actor):
        raise missing_right(READ_CLOCK_INS, actor, reach=actor.rights.get(READ_CLOCK_INS))
    shown = board.today(actor)
    overdue = (Hazard.state.in_((PLANNING, RECTIFYING))) & (Hazard.due_at < clock.now())
    return {
        "day": shown["day"].isoformat(),
        "unit": shown["unit"],
        "on_duty": {"count": shown["count"], "whole": shown["whole"], "rows": shown["people"]},
        "unmanned": _unmanned(actor),
        "open": _hazards(actor, Hazard.state.in_(UNDER_WAY)),
        "overdue": _hazards(actor, overdue),
    }


def _unmanned(actor: Actor) -> dict[str, Any] | None:
    if not actor.may(READ_EQUIPMENT):
        return None
    seen = ClockIn.select(ClockIn.equipment_id).where(ClockIn.company == actor.company_id, board.of_today())
    query = actor.see(Equipment.select(), Equipment, READ_EQUIPMENT).where(
        Equipment.company == actor.company_id, to_be_manned(), Equipment.id.not_in(seen)
    )
    rows = query.order_by(Equipment.name, Equipment.id).limit(_NAMED)
    sites = {row.__data__.get("site") for row in rows} - {None}
    names = {each.id: each.name for each in Company.select().where(Company.id.in_(sites or (0,)))}
    return {
        "count": query.count(),
        "rows": [
            {"name": row.name, "place": row.location or names.get(row.__data__.get("site")) or ""}
            for row in rows
        ],
    }


def _hazards(actor: Actor, which: Any) -> int | None:
    if not actor.may(READ_HAZARDS):
        return None
    counted = actor.see(Hazard.select(fn.COUNT(Hazard.id)), Hazard, READ_HAZARDS)
    return int(counted.where(Hazard.company == actor.company_id, which).scalar() or 0)
