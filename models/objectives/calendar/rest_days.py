"""What calendars of months ask of the working days: on which days nobody works (A05, Q10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from models.core.views.calendar import REST_DAYS
from models.objectives.calendar.working_days import WorkingCalendar, calendars


@REST_DAYS.answer
def nobody_works(companies: Sequence[int], first: date, last: date) -> set[date]:
    """The days on which nobody works at any of the companies; by the national calendar where there is none."""
    kept = list(calendars(companies, since=first).values()) or [WorkingCalendar()]
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return {day for day in days if not any(each.works_on(day) for each in kept)}
