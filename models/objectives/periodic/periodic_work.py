"""Periodic work made into tasks when it falls due, for everybody who holds the post then (A05).

After a standstill only the newest day of each work is made: yesterday's round of checks can't be done any more. How
many were missed is written into the work's trail. Who came to a post after the work was given out gets theirs from
the next period on; who left the unit gets none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from models.core import clock, history
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.security.actor import Actor
from models.objectives.calendar.working_days import WorkingCalendar, calendars
from models.objectives.periodic import recurrence
from models.objectives.periodic.next_due import told_at
from models.objectives.posts.posts import SUBJECT
from models.objectives.records import PersonPost, PostWork
from models.organization.records import Binding
from models.tasks.timing.periodic import PIECE, PeriodicTask, make

log = structlog.get_logger("periodic_work")
_LAST_MINUTE = time(23, 59)
_HOUSE = Actor(account_id=None, name="系统")


@dataclass(frozen=True)
class DueWork:
    """One work's turn: the day it is made for, how many days before it were missed, and when it comes next."""

    work: PostWork
    day: date
    missed: int
    next_on: date | None
    due_at: datetime


def work(limit: int) -> int:
    """Make the tasks of up to `limit` works that are due; gives how many works. Call it outside of a transaction.

    Tasks are made in pieces. A work moves on to its next day in the transaction of its last piece, so a repeat after
    a killed worker makes the rest, and nothing twice.
    """
    turns = in_transaction(_due, limit, write=False)
    waiting: list[PeriodicTask] = []
    ready: list[DueWork] = []
    for turn, rows in _with_rows(turns):
        for row in rows:
            if len(waiting) == PIECE:
                in_transaction(_finish, waiting, ready)
                waiting, ready = [], []
            waiting.append(row)
        ready.append(turn)
    if ready:
        in_transaction(_finish, waiting, ready)
    return len(turns)


def _due(limit: int) -> list[DueWork]:
    local = clock.local(clock.now())
    reached = (PostWork.next_on < local.date()) | (
        (PostWork.next_on == local.date()) & (PostWork.at_hour <= local.hour)
    )
    query = PostWork.select().where(PostWork.enabled == True, reached)  # noqa: E712
    works = list(query.order_by(PostWork.next_on, PostWork.id).limit(limit))
    known = calendars({row.company_id for row in works})
    return [turn_of(row, known[row.company_id]) for row in works]


def turn_of(row: PostWork, working: WorkingCalendar) -> DueWork:
    """The turn of a work that is due: its newest day by now."""
    day: date = row.next_on
    missed = 0
    now = clock.now()
    later = recurrence.next_day(row, day, working)
    while later is not None and told_at(row, later) <= now:
        day, missed = later, missed + 1
        later = recurrence.next_day(row, day, working)
    return DueWork(row, day, missed, later, _deadline(row, day, working))


def _deadline(row: PostWork, day: date, working: WorkingCalendar) -> datetime:
    """The last minute of the last day; what can't be given out in time is counted from today.

    A work that keeps off days off is not due on one either.
    """
    last = max(day, clock.today()) + timedelta(days=row.days_to_do)
    if row.off_days != recurrence.ANYWAY:
        last = recurrence.moved(recurrence.AFTER, last, working) or last
    return datetime.combine(last, _LAST_MINUTE, tzinfo=config().time_zone)


def _with_rows(turns: Sequence[DueWork]) -> Iterator[tuple[DueWork, list[PeriodicTask]]]:
    """Each turn with what it gives to whom. One query for the holders of all."""
    holders = in_transaction(_holders, turns, write=False) if turns else {}
    for turn in turns:
        row = turn.work
        since = told_at(row, turn.day)
        yield (
            turn,
            [
                PeriodicTask(
                    company_id=row.company_id, person_id=person, subject_kind=SUBJECT, subject_id=row.id,
                    title=title_of(row), text=row.text or "", due_at=turn.due_at,
                    once_key=once_key(row.id, person, turn.day),
                )
                for person, came in holders.get((row.company_id, row.post_id), ())
                if came <= since
            ],
        )  # fmt: skip


def _holders(turns: Sequence[DueWork]) -> dict[tuple[int, int], list[tuple[int, datetime]]]:
    """Who belongs to the unit and holds a post, with since when, by company and post."""
    query = (
        PersonPost.select(PersonPost.company, PersonPost.post, PersonPost.person, PersonPost.created_at)
        .join(Binding, on=((Binding.person == PersonPost.person) & (Binding.state == "approved")))
        .where(
            PersonPost.post.in_({turn.work.post_id for turn in turns}),
            PersonPost.company.in_({turn.work.company_id for turn in turns}),
        )
        .order_by(PersonPost.person)
    )
    found: dict[tuple[int, int], list[tuple[int, datetime]]] = defaultdict(list)
    for company, post, person, came in query.tuples():
        found[company, post].append((person, came))
    return found


def title_of(row: PostWork) -> str:
    """What a task of the work is called."""
    return f"{row.name}：{row.target}" if row.target else str(row.name)


def once_key(work_id: int, person_id: int, day: date) -> str:
    """What is there once: a work of a person for a day."""
    return f"work:{work_id}:{person_id}:{day.isoformat()}"


def _finish(rows: Sequence[PeriodicTask], turns: Sequence[DueWork]) -> None:
    """Make a piece, and move on the works whose last rows are in it."""
    make(rows)
    for turn in turns:
        row = turn.work
        moved = PostWork.update(next_on=turn.next_on, made_on=turn.day).where(
            PostWork.id == row.id, PostWork.next_on == row.next_on
        )
        if moved.execute() == 1 and turn.missed:
            _tell_missed(turn)


def _tell_missed(turn: DueWork) -> None:
    log.warning("periodic_work_missed", work=turn.work.id, days=turn.missed, made=turn.day.isoformat())
    told = f"系统停顿期间错过 {turn.missed} 次，只补发 {turn.day:%Y-%m-%d} 这一次"
    line = {"field": "made_on", "title": "定期工作", "old": None, "new": told}
    history.note(_HOUSE, turn.work, "edited", [line])


__all__ = ["DueWork", "once_key", "title_of", "turn_of", "work"]
