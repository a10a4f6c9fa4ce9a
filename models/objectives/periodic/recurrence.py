"""On which days periodic work falls due: its period, the day within it, and what becomes of a day off (A05).

No database: a work and a calendar in, a day out.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Protocol

DAY, WEEK, MONTH, QUARTER, HALF_YEAR, YEAR = "day", "week", "month", "quarter", "half_year", "year"
SKIP, AFTER, BEFORE, ANYWAY = "skip", "after", "before", "anyway"
#: How many months a period has, for those that are counted in months.
_MONTHS = {MONTH: 1, QUARTER: 3, HALF_YEAR: 6, YEAR: 12}
#: How far a day of work moves at most to find a working day; a place that is closed for longer has none.
FARTHEST = 60
_HORIZON = timedelta(days=6 * 366)
_ONE = timedelta(days=1)


class Rhythm(Protocol):
    """What of a work says when it falls due (a PostWork has it all)."""

    period: str
    day_of: int
    off_days: str


class Working(Protocol):
    """Something that knows working days (calendar.Calendar)."""

    def works_on(self, day: date) -> bool:
        """Whether people work on the day."""
        ...


def period_of(period: str, day: date) -> tuple[date, date]:
    """The first and the last day of the period that holds `day`."""
    if period == DAY:
        return day, day
    if period == WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    long = _MONTHS[period]
    month = (day.month - 1) // long * long + 1
    last = month + long - 1
    return date(day.year, month, 1), date(day.year, last, months.monthrange(day.year, last)[1])


def planned_day(work: Rhythm, first: date, last: date) -> date:
    """The day of one period (`first` to `last`) that the work is meant for, be it a day off or not.

    `day_of` counts within a week, or within the first month of the longer ones: the 31st of a month that has no
    such day is its last day. 0 is the last day of the whole period.
    """
    if work.day_of == 0 or work.period == DAY:
        return last
    end = last if work.period == WEEK else date(first.year, first.month, _days_in(first))
    return min(first + timedelta(days=work.day_of - 1), end)


def _days_in(day: date) -> int:
    return months.monthrange(day.year, day.month)[1]


def moved(off_days: str, day: date, working: Working) -> date | None:
    """Where a planned day goes by the work's rule for days off; None if there is then none."""
    if off_days == ANYWAY or working.works_on(day):
        return day
    if off_days == SKIP:
        return None
    step = _ONE if off_days == AFTER else -_ONE
    for _ in range(FARTHEST):
        day += step
        if working.works_on(day):
            return day
    return None


def _planned(work: Rhythm, since: date) -> Iterator[date]:
    """The planned days of the periods from the one that holds `since` on."""
    first, last = period_of(work.period, since)
    while True:
        yield planned_day(work, first, last)
        first, last = period_of(work.period, last + _ONE)


def next_day(work: Rhythm, after: date, working: Working) -> date | None:
    """The first day after `after` on which the work falls due; None if it never does within six years.

    Two planned days that move to the same one make one day of work.
    """
    for planned in _planned(work, after - timedelta(days=FARTHEST)):
        if planned - after > _HORIZON:
            return None
        day = moved(work.off_days, planned, working)
        # Moving keeps the order of days, so the first that is late enough is the next.
        if day is not None and day > after:
            return day
    return None


def first_day(work: Rhythm, after: date, made_on: date | None, working: Working) -> date | None:
    """As `next_day`, for a work that was changed: the period in which it was made last is over and done."""
    day = next_day(work, after, working)
    if day is None or made_on is None:
        return day
    _, last = period_of(work.period, made_on)
    return day if day > last else next_day(work, last, working)


__all__ = ["FARTHEST", "Rhythm", "Working", "first_day", "moved", "next_day", "period_of", "planned_day"]
