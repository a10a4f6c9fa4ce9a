"""My points, and who has the most (A12): of a month, a quarter, a year or all time; by person, site or department."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import Case, fn

from models.core import clock
from models.core.config import config
from models.core.errors import Invalid
from models.core.fields import moment_text
from models.core.security.actor import Actor, missing_right
from models.core.security.rights import Scope
from models.objectives.records import READ_POINTS, Point
from models.organization.records import Binding, Company, Person

PERIODS = {"month": "本月", "quarter": "本季度", "year": "今年", "all": "全部"}
BY = {"person": "个人", "site": "厂站", "department": "部门"}
_LATELY, _SHOWN = 50, 100


def mine(actor: Actor) -> dict[str, Any]:
    """The actor's own points in the unit worked for: {total, items: [{points, why, at, subject}]}, newest first."""
    actor.require(READ_POINTS)
    own = Point.person.in_(actor.person_ids or (0,)), Point.company == actor.company_id
    total = Point.select(fn.SUM(Point.points)).where(*own).scalar() or 0
    rows = Point.select().where(*own).order_by(Point.at.desc(), Point.id.desc()).limit(_LATELY)
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
    actor: Actor, company_id: int | None = None, *, since: datetime | None = None, by: str = "person", limit: int = 100
) -> list[dict[str, Any]]:  # fmt: skip
    """Who of a company has the most points: [{place, person, points, times}]; equal points share a place.

    `by` site or department the name of what has them stands under `person` too. Who left the unit is not named. Who may
    read their own points alone gets no ranking: Forbidden.
    """
    actor.require(READ_POINTS)
    company = company_id or actor.company_id
    if not _reads_all(actor, company):
        raise missing_right(READ_POINTS, actor, reach=actor.rights[READ_POINTS])
    return _ranked(company, since, by)[: min(max(limit, 1), 500)]


def board(actor: Actor, period: str = "month", by: str = "person") -> dict[str, Any]:
    """The ranking as the phone shows it: `items` for who may read all of the unit's points, and one's own place for all.

    `mine` is the place of the actor (or of their site, their department), None where there are no points yet. Raises
    Invalid for another period or grouping.
    """
    actor.require(READ_POINTS)
    if period not in PERIODS or by not in BY:
        raise Invalid("没有这种排行", fields={"period": "请在页面上选择"}, advice="请重新选择")
    rows = _ranked(actor.company_id, begin(period, clock.today()), by) if actor.company_id else []
    whole = _reads_all(actor, actor.company_id)
    own = _own_keys(actor, by)
    for row in rows:
        row["mine"] = row["person"]["id"] in own
    at = next((row for row in rows if row["mine"]), None)
    return {
        "period": period, "by": by, "count": len(rows),
        "periods": [{"value": value, "title": title} for value, title in PERIODS.items()],
        "groups": [{"value": value, "title": title} for value, title in BY.items()],
        "mine": None if at is None else {"place": at["place"], "points": at["points"]},
        "items": rows[:_SHOWN] if whole else [],
    }  # fmt: skip


def own_place(actor: Actor, first: date, last: date, by: str) -> str:
    """The actor's own place of these days in words, for a page; empty where there is none."""
    if actor.company_id is None:
        return ""
    until = _midnight(last + timedelta(days=1))
    rows = _ranked(actor.company_id, _midnight(first), by, until=until)
    own = _own_keys(actor, by)
    at = next((row for row in rows if row["person"]["id"] in own), None)
    whose = {"person": "您", "site": "您的厂站", "department": "您的部门"}[by]
    return "" if at is None else f"{whose}是第 {at['place']} 名，共 {len(rows)} 个，{at['points']} 分"


def begin(period: str, day: date) -> datetime | None:
    """When a period began in which `day` lies; None for all time."""
    if period == "all":
        return None
    month = {"month": day.month, "quarter": 3 * ((day.month - 1) // 3) + 1}.get(period, 1)
    return _midnight(date(day.year, month, 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=config().time_zone)


def _reads_all(actor: Actor, company: int | None) -> bool:
    return company in actor.companies(READ_POINTS) and actor.rights[READ_POINTS] >= Scope.COMPANY


def _own_keys(actor: Actor, by: str) -> set[str]:
    files = Person.select().where(Person.id.in_(actor.person_ids or (0,)), Person.company == actor.company_id)
    found: Iterable[Any] = (one.id if by == "person" else one.__data__.get(by) for one in files)
    return {str(each) for each in found if each is not None}


def _ranked(
    company: int | None, since: datetime | None, by: str, *, until: datetime | None = None
) -> list[dict[str, Any]]:
    """Everybody (or every site, department) with points, the most first. What was taken back counts as if it never was."""
    total, times = fn.SUM(Point.points), fn.SUM(Case(None, ((Point.points < 0, -1),), 1))
    column, named = (Point.person, Person) if by == "person" else (getattr(Point, by), Company)
    query = Point.select(column, named.name, total, times).join(named, on=(column == named.id))
    if by == "person":
        query = query.join(Binding, on=((Binding.person == Person.id) & (Binding.state == "approved")))
    query = query.where(Point.company == company).group_by(column, named.name).order_by(total.desc(), column)
    if since is not None:
        query = query.where(Point.at >= since)
    if until is not None:
        query = query.where(Point.at < until)
    rows: list[dict[str, Any]] = []
    for number, (key, name, points, count) in enumerate(query.tuples(), 1):
        same = bool(rows) and rows[-1]["points"] == int(points)
        rows.append(
            {
                "place": rows[-1]["place"] if same else number,
                "person": {"id": str(key), "name": name},
                "points": int(points),
                "times": int(count),
            }
        )
    return rows


__all__ = ["BY", "PERIODS", "begin", "board", "mine", "own_place", "ranking"]
