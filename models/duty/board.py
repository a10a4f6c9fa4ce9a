"""Who is on duty today: what a unit's board shows, as far as the one who asks may see (Q10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import fn

from models.core import clock
from models.core.actor import Actor
from models.duty.records import READ_CLOCK_INS, ClockIn
from models.organization.records import Company

_NAMED = 20


def today(actor: Actor, *, company_id: int | None = None) -> dict[str, Any]:
    """{day, unit, count, people: [{name, since, equipment}]}: those who clocked in today, the latest first.

    `people` names at most twenty, `count` is of all. Who may see only their own gets only that. Raises Forbidden.
    """
    company = company_id or actor.company_id
    day: date = clock.today()
    query = ClockIn.select(ClockIn.person_id, fn.MIN(ClockIn.id).alias("first"))
    mine = actor.see(query, ClockIn, READ_CLOCK_INS).where(ClockIn.company == company, ClockIn.day == day)
    grouped = mine.group_by(ClockIn.person_id)
    firsts = [row.first for row in grouped.order_by(fn.MIN(ClockIn.id).desc()).limit(_NAMED)]
    rows = ClockIn.select().where(ClockIn.id.in_(firsts or (0,))).order_by(ClockIn.id.desc())
    unit = Company.get_or_none(Company.id == company)
    return {
        "day": day,
        "unit": unit.name if unit is not None else "",
        "count": grouped.count(),
        "people": [
            {
                "name": row.person_name,
                "since": clock.local(row.scanned_at).strftime("%H:%M"),
                "equipment": row.equipment_name,
            }
            for row in rows
        ],
    }
