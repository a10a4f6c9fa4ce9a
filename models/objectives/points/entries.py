"""Entries of points for a hazard: each kind given and taken back in turn, each turn once (A12).

The first entry of a kind has the `once_key` `{what}:{hazard}`, those after it `{what}:{hazard}:{n}`: taking back is an
entry of its own, so that one sees why a sum has become less. Who writes one holds the hazard's row.
"""

from __future__ import annotations

from datetime import datetime

from models.core import clock
from models.core.db.bulk import insert_new
from models.core.events.outbox import announce
from models.hazards.records import Hazard
from models.objectives.records import Point

SUBJECT = "hazard"
TAKEN = "points.taken"
_COLUMNS = (
    *("company_id", "person_id", "points", "why", "subject_kind", "subject_id", "at", "once_key"),
    *("version", "created_at", "updated_at"),
)


def entries(hazard: Hazard, what: str) -> list[Point]:
    """What was given and taken back for one kind of reason, in order."""
    first = f"{what}:{hazard.id}"
    rows = (
        Point.select().where(Point.subject_kind == SUBJECT, Point.subject_id == hazard.id).order_by(Point.id)
    )
    return [row for row in rows if row.once_key == first or row.once_key.startswith(f"{first}:")]


def enter(
    hazard: Hazard, what: str, person_id: int, points: int, why: str, *, at: datetime, place: int
) -> None:
    """Write the entry of that place in turn, if it is not there."""
    now = clock.now()
    key = f"{what}:{hazard.id}" + (f":{place}" if place else "")
    values = (
        *(hazard.company_id, person_id, points, f"{why}：{hazard.number or hazard.id}"[:120]),
        *(SUBJECT, hazard.id, at, key, 1, now, now),
    )
    insert_new("point", _COLUMNS, [values])


def take_back(hazard: Hazard, what: str, why: str) -> int:
    """Take back what was given for one kind of reason, and tell who had it; gives how many points, 0 for none."""
    given = entries(hazard, what)
    points = sum(entry.points for entry in given)
    if points <= 0:
        return 0
    person_id = given[-1].person_id
    enter(hazard, what, person_id, -points, why, at=clock.now(), place=len(given))
    announce(TAKEN, hazard, ledger="points", person=person_id, points=points, why=why)
    return points
