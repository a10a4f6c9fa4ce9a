"""Who is on duty today: what a unit's board shows, as far as the one who asks may see (Q10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import fn

from models.core import clock
from models.core.security.actor import Actor
from models.duty.records import READ_CLOCK_INS, ClockIn
from models.organization.records import Company

_NAMED = 20


def of_today() -> Any:
    """Whether a clock-in is of today, as a condition; the moment is what the index of a unit's log serves."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return (ClockIn.scanned_at >= midnight) & (ClockIn.day == clock.today())


def today(actor: Actor, *, company_id: int | None = None) -> dict[str, Any]:
    """{day, unit, count, whole, people: [{name, since, equipment}]}: those who clocked in today, the latest first.

    `people` names at most twenty, `count` is of all whom the asker may see, and `whole` the unit's own number, whoever of
    the unit asks: one that ends at the asker's reach must not be taken for it. Raises Forbidden.
    """
    company = company_id or actor.company_id
    day: date = clock.today()
    query = ClockIn.select(ClockIn.person_id, fn.MIN(ClockIn.id).alias("first"))
    here = (ClockIn.company == company) & of_today()
    grouped = actor.see(query, ClockIn, READ_CLOCK_INS).where(here).group_by(ClockIn.person_id)
    seen = grouped.count()
    own = company in actor.companies(READ_CLOCK_INS)
    firsts = [row.first for row in grouped.order_by(fn.MIN(ClockIn.id).desc()).limit(_NAMED)]
    rows = ClockIn.select().where(ClockIn.id.in_(firsts or (0,))).order_by(ClockIn.id.desc())
    unit = Company.get_or_none(Company.id == company)
    return {
        "day": day,
        "unit": unit.name if unit is not None else "",
        "count": seen,
        "whole": query.where(here).group_by(ClockIn.person_id).count() if own else seen,
        "people": [
            {
                "name": row.person_name,
                "since": clock.local(row.scanned_at).strftime("%H:%M"),
                "equipment": row.equipment_name,
            }
            for row in rows
        ],
    }
