"""Working days: the national calendar with its make-up days (调休), under what the group and the company set (A05).

For a day the company's own row counts first, then one of everybody, then the national calendar as published. Where that
is not known yet: Monday to Friday, but for the days that 《全国年节及纪念日放假办法》 names (国务院令第795号, as the library
`holidays` computes them); which days are worked for them instead is known only once it is published.
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
from models.core.fields import Integer
from models.core.ledger import PageNotice
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.objectives.records import EDIT_CALENDAR, CalendarDay

_SATURDAY = 5
_MOVED = "补假"
_NATIONAL_DAY = (10, 1)
#: Next year's arrangement comes out in November: from so many days before its first day a missing one is a lack.
AHEAD = CompanySetting(
    "calendar-ahead-days",
    "工作日历",
    Integer("提前提醒放假安排不全", min=1, max=180, unit="天"),
    default=45,
    whole_group=True,
)


@cache
def known_years() -> tuple[int, int]:
    """The first and the last year of which the national calendar is known: all of it, up to 国庆节.

    A year of which there are the first days alone is not: an arrangement may reach into the year after.
    """
    return years_of(constants.holidays)


def years_of(free: Iterable[date]) -> tuple[int, int]:
    """The first and the last year that free days make known."""
    whole = {day.year for day in free if (day.month, day.day) >= _NATIONAL_DAY}
    return min(whole), max(whole)


def is_known(year: int) -> bool:
    """Whether the national calendar of the year is known."""
    first, last = known_years()
    return first <= year <= last


@cache
def statutory(year: int) -> Mapping[date, str]:
    """The days of a year that are free by law, with their names. Days moved because of a weekend are not: nobody knows where to."""
    import holidays  # of use for years that nobody knows yet alone, and slow to load

    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    return {
        day: name.replace("农历除夕", "除夕").replace("; ", "、")
        for day, name in sorted(found.items())
        if _MOVED not in name and day.year == year
    }


def national(day: date) -> bool:
    """Whether people work on the day by the national calendar; where that is not known, by the week and the law's days."""
    if not is_known(day.year):
        return day.weekday() < _SATURDAY and day not in statutory(day.year)
    return bool(chinese_calendar.is_workday(day))


def national_name(day: date) -> str:
    """What the day is called nationally: 国庆节 for a holiday, 国庆节调休上班 for a make-up day; mostly nothing."""
    if not is_known(day.year):
        return statutory(day.year).get(day, "")
    worked, free = constants.workdays.get(day), constants.holidays.get(day)
    found = worked or free
    if found is None:
        return ""
    chinese: dict[str, str] = {item.value: item.chinese for item in constants.Holiday}
    name = chinese.get(found, found)
    return f"{name}调休上班" if worked else name


@dataclass(frozen=True)
class WorkingCalendar:
    """The working days of one company: what was set for it, by day, over the national calendar."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def works_on(self, day: date) -> bool:
        """Whether people work on the day."""
        found = self.own.get(day)
        return national(day) if found is None else found


def calendars(companies: Iterable[int], *, since: date | None = None) -> dict[int, WorkingCalendar]:
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
    return {company: WorkingCalendar({**shared, **days}) for company, days in own.items()}


def calendar_of(company_id: int, *, since: date | None = None) -> WorkingCalendar:
    """The calendar of one company."""
    return calendars([company_id], since=since)[company_id]


def lacking(year: int) -> list[str]:
    """What of a year nobody knows: the holidays without a row of everybody, and the days worked instead (调休).

    A holiday is known once there is a row for each day that the law names; a year without any day worked instead is not
    whole, as there has not been one.
    """
    if is_known(year):
        return []
    query = CalendarDay.select(CalendarDay.day, CalendarDay.kind).where(
        CalendarDay.company.is_null(), CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    )
    rows = dict(query.tuples())
    names: dict[str, list[date]] = {}
    for day, name in statutory(year).items():
        names.setdefault({"除夕": "春节"}.get(name, name), []).append(day)
    missing = [name for name, days in names.items() if not all(day in rows for day in days)]
    return missing + ([] if "work" in rows.values() else ["调休上班的日子"])


def unknown_year(today: date | None = None) -> int | None:
    """The year that is near or running, and of which not all days are known."""
    day = today or clock.today()
    years = sorted({day.year, (day + timedelta(days=AHEAD.of(None))).year})
    return next((year for year in years if lacking(year)), None)


def notices(actor: Actor) -> list[PageNotice]:
    """What stands above dates that the calendar decides: which near year is not known; how to mend it for who may."""
    year = unknown_year()
    if year is None:
        return []
    said = year_unknown(year)
    advice = f"。{said['advice']}" if actor.may(EDIT_CALENDAR) else ""
    return [PageNotice(said["title"], f"{said['cause']}{advice}")]


def year_unknown(year: int) -> dict[str, Any]:
    """The warning that a year's holidays are not known, in words."""
    return {
        "code": "year_unknown",
        "year": year,
        "title": f"{year} 年的放假安排不全",
        "cause": f"还缺{'、'.join(lacking(year))}。国务院公布的安排没有导入，法定节日先按放假算，哪些周末调休上班不知道",
        "advice": f"请升级系统，或在工作日历里导入 {year} 年的放假和调休，法定节日当天也要列上（单位不填，全集团通用）",
    }


def month(company_id: int, year: int, number: int) -> list[dict[str, Any]]:
    """Every day of a month as a calendar shows it: [{day, works, name, origin}].

    `origin`: company, group, national, or where the national calendar is not known statutory (free by law) or week.
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
    if is_known(day.year):
        origin = "national"
    else:
        origin = "statutory" if day in statutory(day.year) else "week"
    return {"day": day, "works": national(day), "name": national_name(day), "origin": origin}
