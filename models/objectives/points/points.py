"""Points for what keeps people safe (A12): given by a company's own rules, once for each reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import Case, fn

from models.core.db.connection import is_sqlite
from models.core.events.outbox import Outbox
from models.core.events.reactions import reaction
from models.core.fields import moment_text
from models.core.security.actor import Actor, missing_right
from models.core.security.rights import Scope
from models.hazards.records import GENERAL, MAJOR, REJECTED, WITHDRAWN, Hazard
from models.objectives.points.entries import enter, entries, take_back
from models.objectives.records import READ_POINTS, Point, PointRule
from models.organization.records import Binding, Person

CONFIRMED, FOUND_MAJOR, RECTIFIED = "hazard.confirmed", "hazard.major", "hazard.rectified"
FALLEN = (REJECTED, WITHDRAWN)
_LATELY = 50


@reaction("hazard.confirmed")
def for_finding(row: Outbox) -> None:
    """Who snapped what is a hazard gets points, and whoever found a major one, each once a hazard."""
    hazard, told = _told(row)
    if hazard is None:
        return
    if hazard.state in FALLEN:
        return  # it was taken back before this was passed on
    own = bool(told.get("own"))  # nobody earns by their own judgement
    if told.get("origin") == "snap" and not own:
        _give(row, hazard, CONFIRMED, "随手拍被确认为隐患")
    if hazard.level == GENERAL:
        take_back(hazard, FOUND_MAJOR, "改判为一般隐患")  # it was sent back, and judged anew
    elif told.get("level") == MAJOR and not own:
        _give(row, hazard, FOUND_MAJOR, "发现重大隐患")


@reaction("hazard.rejected")
@reaction("hazard.withdrawn")
def for_nothing(row: Outbox) -> None:
    """It is no hazard after all, or was withdrawn: what was given for finding it is taken back."""
    hazard, _ = _told(row)
    if hazard is not None and hazard.state in FALLEN:
        why = "隐患已撤回" if hazard.state == WITHDRAWN else "判定不是隐患"
        for what in (CONFIRMED, FOUND_MAJOR):
            take_back(hazard, what, why)


@reaction("hazard.closed")
def for_rectifying(row: Outbox) -> None:
    """Who put a hazard right in time gets points; not by their own review."""
    hazard, told = _told(row)
    if hazard is not None and told.get("in_time") and not told.get("own"):
        _give(row, hazard, RECTIFIED, "按期完成整改")


def _told(row: Outbox) -> tuple[Hazard | None, dict[str, Any]]:
    """The hazard, locked, and what was true when the news was announced: it may be otherwise by now.

    Locked, as two relays may pass on at once what gives points and what takes them back.
    """
    payload: Any = row.payload
    query = Hazard.select().where(Hazard.id == row.subject_id)
    return (query if is_sqlite() else query.for_update()).first(), payload or {}


def _give(row: Outbox, hazard: Hazard, what: str, why: str) -> None:
    """Give the person whom the news names points as of then, by the rule of the hazard's company, if it has one.

    A second time nothing happens, unless they were taken back meanwhile.
    """
    payload: Any = row.payload
    person_id = payload.get("person")
    rule = PointRule.get_or_none(PointRule.company == hazard.company_id, PointRule.what == what)
    if person_id is None or rule is None or not rule.points:
        return
    given = entries(hazard, what)
    if sum(entry.points for entry in given) <= 0:
        enter(hazard, what, person_id, rule.points, why, at=row.created_at, place=len(given))


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
        raise missing_right(READ_POINTS, actor, reach=actor.rights[READ_POINTS])
    # What was taken back counts as if it had never been.
    total, times = fn.SUM(Point.points), fn.SUM(Case(None, ((Point.points < 0, -1),), 1))
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
                "times": int(count),
            }
        )
    return rows
