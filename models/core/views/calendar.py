"""Calendars beside ledgers: a month of a statistic day by day, with what is missing from each day (Q10).

A day's numbers are those of the statistic (kept sums answer where they can); what is missing is counted by the filter of
the other ledger that lists it. So every number on the sheet leads to exactly its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial, reduce
from operator import and_
from typing import Any

from peewee import Case, Value, fn

from models.core import clock
from models.core.errors import Invalid
from models.core.hooks import Hook
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import EMPTY, ListQuery, conditions_of
from models.core.ledger.reference_check import reached
from models.core.row_ids import parse_id
from models.core.security.actor import Actor
from models.core.views.declaration import Calendar, Gaps
from models.core.views.filters import narrowed, without_blanks
from models.core.views.statistic import AskedStatistic, Number, statistic

#: On which of the days from … to … nobody works at any of some companies.
REST_DAYS: Hook[[Sequence[int], date, date], set[date]] = Hook("core.rest_days")


@dataclass(frozen=True)
class AskedMonth:
    """Which month (`2026-11`; the running one unless named), and by which filters of the calendar's ledger."""

    month: str = ""
    q: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MonthDay:
    """A day: its numbers by measure, the filters of its rows, how many are missing (None: nobody says), whether it is a rest
    day. `gap_filters` list what is missing; None where no list can be asked so.
    """

    day: date
    filters: Mapping[str, Any]
    numbers: Sequence[Number]
    missing: int | None
    gap_filters: Mapping[str, Any] | None
    rest: bool


@dataclass(frozen=True)
class FoundMonth:
    """A calendar's month. `base` are the filters of all rows; `gaps` says whether anything can be called missing."""

    view: Calendar
    month: str
    base: Mapping[str, Any]
    days: Sequence[MonthDay]
    total: Sequence[Number]
    gaps: bool

    @property
    def sentence(self) -> str:
        """What the month says, in a sentence."""
        year, number = self.month.split("-")
        titles = [each.title for each in self.view.of.measures]
        parts = [f"{title} {total or 0:,}" for title, total in zip(titles, self.total, strict=True)]
        said = f"{year}年{int(number)}月，{'，'.join(parts)}"
        gone = [one for one in self.days if one.day < clock.today() and not one.rest]
        if not self.gaps or self.view.gaps is None or not gone:
            return said
        short = sum(1 for one in gone if one.missing)
        return (
            f"{said}；{short} 个工作日{self.view.gaps.title}"
            if short
            else f"{said}；工作日{self.view.gaps.none}"
        )


def calendar_month(actor: Actor, view: Calendar, asked: AskedMonth) -> FoundMonth:
    """The month as far as the actor's right to read the ledger reaches; days to come have no numbers of what is missing.

    Raises Forbidden without the right, Invalid for a wrong filter or month.
    """
    first, last = _days(asked.month)
    span = {"from": first.isoformat(), "to": last.isoformat()}
    filters = {**without_blanks(asked.filters), view.of.time: span}
    found = statistic(actor, view.of, AskedStatistic(view.of.time, "day", asked.q, filters))
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    missing = _missing(actor, view, found.base, asked.q, [day for day in days if day <= clock.today()])
    rest = _rest(actor, view, found.base, first, last)
    made = [
        MonthDay(
            day,
            group.filters,
            group.numbers,
            None if missing is None else missing.get(day),
            _gap_filters(view, found.base, day) if missing and day in missing else None,
            day in rest,
        )
        for day, group in zip(days, found.groups, strict=True)
    ]
    base = {name: given for name, given in found.base.items() if name != view.of.time}
    return FoundMonth(view, f"{first:%Y-%m}", base, made, found.total, missing is not None)


def _days(month: str) -> tuple[date, date]:
    """The first and the last day of a month."""
    try:
        first = date.fromisoformat(f"{month}-01") if month else clock.today().replace(day=1)
    except ValueError:
        raise Invalid("月份不对", fields={"month": "月份应写成 2026-11"}, advice="请重新选择月份") from None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _missing(
    actor: Actor, view: Calendar, base: Mapping[str, Any], q: str, days: Sequence[date]
) -> dict[date, int] | None:
    """How many rows had nothing on each of the days; None where that is not said."""
    gaps = view.gaps
    if gaps is None or q or not actor.may(gaps.ledger.rights["read"]):
        return None
    if set(base) - {view.of.time, *gaps.along, gaps.own}:
        return None
    if not days:
        return {}
    query = ListQuery.parse(gaps.ledger, filters=_narrowing(gaps, base) or {})
    selection = Selection(actor, gaps.ledger, query, gaps.ledger.rights["read"])
    if gaps.own and base.get(gaps.own):
        selection.where = [*selection.where, gaps.ledger.record._meta.primary_key.in_(_own(base[gaps.own]))]
    sums = [fn.COALESCE(fn.SUM(Case(None, [(_absent(actor, gaps, day), 1)], 0)), 0) for day in days]
    rows = selection.summed(sums, Value(1), 1)
    counts = rows[0][1:] if rows else [0] * len(days)
    return {day: int(count) for day, count in zip(days, counts, strict=True)}


def _own(given: Any) -> list[int]:
    values = [given] if isinstance(given, str) else given
    return [row_id for value in values if (row_id := parse_id(value)) is not None] or [0]


def _absent(actor: Actor, gaps: Gaps, day: date) -> Any:
    given = {gaps.absent: {"from": day.isoformat(), "to": day.isoformat()}}
    wanted = conditions_of(gaps.ledger, given, partial(reached, actor, gaps.ledger.rights["read"])).where
    return reduce(and_, wanted)


def _narrowing(gaps: Gaps, base: Mapping[str, Any]) -> dict[str, Any]:
    """The filters of the other ledger that say the same as those of the calendar."""
    made = dict(gaps.filters)
    for ours, theirs in gaps.along.items():
        if base.get(ours):
            made[theirs] = narrowed(made.get(theirs), base[ours])
    return made


def _gap_filters(view: Calendar, base: Mapping[str, Any], day: date) -> dict[str, Any] | None:
    gaps = view.gaps
    if gaps is None or (gaps.own and base.get(gaps.own)):
        return None
    return {**_narrowing(gaps, base), gaps.absent: {"from": day.isoformat(), "to": day.isoformat()}}


def _rest(actor: Actor, view: Calendar, base: Mapping[str, Any], first: date, last: date) -> set[date]:
    """The days on which nobody of those who are looked at works."""
    reached_companies = actor.companies(view.ledger.rights["read"])
    given = base.get(view.ledger.record.company_field or "") or []
    asked = {parse_id(value) for value in ([given] if isinstance(given, str) else given) if value != EMPTY}
    companies = [one for one in reached_companies if not asked or one in asked]
    answers = REST_DAYS(companies, first, last)
    return set[date]().union(*answers)
