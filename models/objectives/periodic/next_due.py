"""When each work falls due next, kept in `PostWork.next_on` (A05)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from models.core import clock
from models.core.config import config
from models.objectives.calendar.working_days import WorkingCalendar, calendar_of, calendars
from models.objectives.periodic import recurrence
from models.objectives.records import PostWork

_ONE = timedelta(days=1)


def told_at(work: PostWork, day: date) -> datetime:
    """The moment of a day at which the work is given out."""
    return datetime.combine(day, time(work.at_hour), tzinfo=config().time_zone)


def plan_one(work: PostWork, working: WorkingCalendar | None = None) -> date | None:
    """The next day of a work that is new or was changed, today only until its hour; None for one that is off."""
    if not work.enabled:
        return None
    today = clock.today()
    after = today - _ONE if clock.now() < told_at(work, today) else today
    if working is None:
        working = calendar_of(work.company_id)
    return recurrence.first_day(work, after, work.made_on, working)


def replan(companies: Iterable[int] | None = None) -> int:
    """Work out the next day of every running work anew, of some companies or of all; gives how many moved.

    For when the calendar changes. What is due already, and only not made yet, stays due.
    """
    query = PostWork.select().where(PostWork.enabled == True)  # noqa: E712
    if companies is not None:
        query = query.where(PostWork.company.in_(list(companies)))
    works = list(query)
    known = calendars({work.company_id for work in works})
    moved = 0
    for work in works:
        if work.next_on is not None and told_at(work, work.next_on) <= clock.now():
            continue
        day = plan_one(work, known[work.company_id])
        if day != work.next_on:
            # No version counts here: the house does it, and nobody's open form shall be refused for it.
            moved += (
                PostWork.update(next_on=day)
                .where(PostWork.id == work.id, PostWork.version == work.version)
                .execute()
            )
    return moved
