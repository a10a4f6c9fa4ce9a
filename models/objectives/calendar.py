"""Working days: the national calendar with its make-up days (调休), under what the group and the company set (A05).

For a day the company's own row counts first, then one of everybody, then the national calendar as published, and
where that is not known yet the plain week: Monday to Friday.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import chinese_calendar
from chinese_calendar import constants

from models.core import clock
from models.core.actor import Actor
from models.objectives.records import EDIT_CALENDAR, CalendarDay

_SATURDAY = 5
#: Next year's arrangement comes out in November: from so many days before its first day a missing one is a lack.
_AHEAD = timedelta(days=45)


@cache
def known_years() -> tuple[int, int]:
    """The first and the last year of which the national calendar is known."""
    return min(constants.holidays).year, max(constants.holidays).year


def is_known(year: int) -> bool:
    """Whether the national calendar of the year is known."""
    first, last = known_years()
    return first <= year <= last


def national(day: date) -> bool:
    """Whether people work on the day by the national calendar, or by the plain week where that is not known."""
    if not is_known(day.year):
        return day.weekday() < _SATURDAY
    return bool(chinese_calendar.is_workday(day))


def national_name(day: date) -> str:
    """What the day is called nationally: 国庆节 for a holiday, 国庆节调休上班 for a make-up day; mostly nothing."""
    if not is_known(day.year):
        return ""
    worked, free = constants.workdays.get(day), constants.holidays.get(day)
    found = worked or free
    if found is None:
        return ""
    chinese: dict[str, str] = {item.value: item.chinese for item in constants.Holiday}
    name = chinese.get(found, found)
    return f"{name}调休上班" if worked else name


@dataclass(frozen=True)
class Calendar:
    """The working days of one company: what was set for it, by day, over the national calendar."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def works_on(self, day: date) -> bool:
        """Whether people work on the day."""
        found = self.own.get(day)
        return national(day) if found is None else found


def calendars(companies: Iterable[int], *, since: date | None = None) -> dict[int, Calendar]:
    """The calendar of each company; what was set for days before `since` is left out."""
    wanted = set(companies)
    query = CalendarDay.select(CalendarDay.company, CalendarDay.day, CalendarDay.kind).where(
        CalendarDay.company.is_null() | CalendarDay.company.in_(wanted or (0,))
    )
    if since is not None:
        query = query.where(CalendarDay.day >= since)
    shared: dict[date, bool] = {}
    own: dict[int, dict[date, bool]] = {company: {} for company in wanted}
    for company, day, kind in query.order_by(CalendarDay.id).tuples():
        (shared if company is None else own[company])[day] = kind == "work"
    return {company: Calendar({**shared, **days}) for company, days in own.items()}


def calendar_of(company_id: int, *, since: date | None = None) -> Calendar:
    """The calendar of one company."""
    return calendars([company_id], since=since)[company_id]


def unknown_year(today: date | None = None) -> int | None:
    """The year that is near or running, and of which neither the calendar nor a row of everybody says anything."""
    day = today or clock.today()
    for year in sorted({day.year, (day + _AHEAD).year}):
        if is_known(year):
            continue
        rows = CalendarDay.select().where(
            CalendarDay.company.is_null(), CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
        )
        if not rows.exists():
            return year
    return None


def warnings(actor: Actor) -> list[dict[str, Any]]:
    """What whoever keeps the calendar should know: [{code, year, title, cause, advice}]. Raises Forbidden."""
    actor.require(EDIT_CALENDAR)
    year = unknown_year()
    return [] if year is None else [year_unknown(year)]


def year_unknown(year: int) -> dict[str, Any]:
    """The warning that a year's holidays are not known, in words."""
    return {
        "code": "year_unknown",
        "year": year,
        "title": f"{year} 年的放假安排还没有",
        "cause": "系统里没有国务院公布的放假和调休，现在按周一到周五上班算，定期工作可能落在节假日",
        "advice": f"请升级系统，或在工作日历里导入 {year} 年的放假和调休（单位不填，全集团通用）",
    }


def month(company_id: int, year: int, number: int) -> list[dict[str, Any]]:
    """Every day of a month as a calendar shows it: [{day, works, name, origin}].

    `origin`: company, group, national, or week where the national calendar is not known.
    """
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    rows = CalendarDay.select().where(
        CalendarDay.company.is_null() | (CalendarDay.company == company_id),
        CalendarDay.day >= first,
        CalendarDay.day < after,
    )
    # The company's own last, as a later row of the same day takes the place of an earlier one.
    ordered = sorted(rows, key=lambda row: (row.company_id is not None, row.id))
    by_day: dict[date, CalendarDay] = {row.day: row for row in ordered}
    return [
        _day(first + timedelta(days=offset), by_day.get(first + timedelta(days=offset)))
        for offset in range((after - first).days)
    ]


def _day(day: date, row: CalendarDay | None) -> dict[str, Any]:
    if row is not None:
        origin = "group" if row.company_id is None else "company"
        return {"day": day, "works": row.kind == "work", "name": row.name or "", "origin": origin}
    origin = "national" if is_known(day.year) else "week"
    return {"day": day, "works": national(day), "name": national_name(day), "origin": origin}
