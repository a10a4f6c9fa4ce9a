"""Points for what keeps people safe (A12): given by a company's own rules, once for each reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import fn

from models.core import clock
from models.core.actor import Actor, missing_right
from models.core.bulk import insert_new
from models.core.fields import moment_text
from models.core.outbox import Outbox
from models.core.reactions import reaction
from models.core.rights import Scope
from models.hazards.records import MAJOR, Hazard
from models.objectives.records import READ_POINTS, Point, PointRule
from models.organization.records import Binding, Person

CONFIRMED, FOUND_MAJOR, RECTIFIED = "hazard.confirmed", "hazard.major", "hazard.rectified"
_SUBJECT = "hazard"
_COLUMNS = (
    *("company_id", "person_id", "points", "why", "subject_kind", "subject_id", "at", "once_key"),
    *("version", "created_at", "updated_at"),
)
_LATELY = 50


@reaction("hazard.confirmed")
def for_finding(row: Outbox) -> None:
    """Who snapped what is a hazard gets points, and whoever found a major one, each once a hazard."""
    hazard, told = _told(row)
    if hazard is None:
        return
    if told.get("origin") == "snap":
        _give(row, hazard, CONFIRMED, "随手拍被确认为隐患")
    if told.get("level") == MAJOR:
        _give(row, hazard, FOUND_MAJOR, "发现重大隐患")


@reaction("hazard.closed")
def for_rectifying(row: Outbox) -> None:
    """Who put a hazard right in time gets points."""
    hazard, told = _told(row)
    if hazard is not None and told.get("in_time"):
        _give(row, hazard, RECTIFIED, "按期完成整改")


def _told(row: Outbox) -> tuple[Hazard | None, dict[str, Any]]:
    """The hazard, and what was true when the news was announced: it may be otherwise by now."""
    payload: Any = row.payload
    return Hazard.get_or_none(Hazard.id == row.subject_id), payload or {}


def _give(row: Outbox, hazard: Hazard, what: str, why: str) -> None:
    """Give the person whom the news names points as of then, by the rule of the hazard's company, if it has one.

    A second time nothing happens.
    """
    payload: Any = row.payload
    person_id = payload.get("person")
    rule = PointRule.get_or_none(PointRule.company == hazard.company_id, PointRule.what == what)
    if person_id is None or rule is None or not rule.points:
        return
    now = clock.now()
    values = (
        *(hazard.company_id, person_id, rule.points, f"{why}：{hazard.number or hazard.id}"[:120]),
        *(_SUBJECT, hazard.id, row.created_at, f"{what}:{hazard.id}", 1, now, now),
    )
    insert_new("point", _COLUMNS, [values])


def mine(actor: Actor) -> dict[str, Any]:
    """The actor's own points in the unit worked for: {total, items: [{points, why, at, subject}]}, newest first."""
    actor.require(READ_POINTS)
    own = Point.person.in_(actor.person_ids or (0,)), Point.company == actor.company_id
    total = Point.select(fn.SUM(Point.points)).where(*own).scalar() or 0
    rows = Point.select().where(*own).order_by(Point.id.desc()).limit(_LATELY)
    return {
        "total": int(total),
        "items": [
            {
                "points": row.points,
                "why": row.why,
                "at": moment_text(row.at),
                "subject": {"kind": row.subject_kind, "id": str(row.subject_id)},
            }
            for row in rows
        ],
    }


def ranking(
    actor: Actor, company_id: int | None = None, *, since: datetime | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Who of a company has the most points: [{place, person, points, times}]; equal points share a place.

    Who left the unit is not named. Who may read their own points alone gets no ranking: Forbidden.
    """
    actor.require(READ_POINTS)
    company = company_id or actor.company_id
    if company not in actor.companies(READ_POINTS) or actor.rights[READ_POINTS] < Scope.COMPANY:
        raise missing_right(READ_POINTS, reach=actor.rights[READ_POINTS])
    total, times = fn.SUM(Point.points), fn.COUNT(Point.id)
    query = (
        Point.select(Point.person, Person.name, total, times)
        .join(Person, on=(Point.person == Person.id))
        .join(Binding, on=((Binding.person == Person.id) & (Binding.state == "approved")))
        .where(Point.company == company)
        .group_by(Point.person, Person.name)
        .order_by(total.desc(), Point.person)
        .limit(min(max(limit, 1), 500))
    )
    if since is not None:
        query = query.where(Point.at >= since)
    rows: list[dict[str, Any]] = []
    for number, (person, name, points, count) in enumerate(query.tuples(), 1):
        same = bool(rows) and rows[-1]["points"] == int(points)
        rows.append(
            {
                "place": rows[-1]["place"] if same else number,
                "person": {"id": str(person), "name": name},
                "points": int(points),
                "times": count,
            }
        )
    return rows
