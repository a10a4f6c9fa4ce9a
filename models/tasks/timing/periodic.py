"""Tasks that come by themselves, made many at once (A05): each once, whatever dies in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from peewee import IntegrityError

from models.core import clock
from models.core.db.bulk import insert_all, select_in
from models.core.db.connection import database, in_transaction
from models.core.events.outbox import announce
from models.tasks.records import NO_DEADLINE, OPEN, Task

MADE = "work.made"
PIECE = 1000
_TRIES = 5
_FAR = datetime.fromisoformat(NO_DEADLINE)
_COLUMNS = (
    *("company_id", "person_id", "kind", "subject_kind", "subject_id", "title", "text", "state", "place"),
    *("opened_at", "due_at", "rank_at", "once_key", "version", "created_at", "updated_at"),
)


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """One task to be made. `once_key` says which work of whom for which day it is: of two with the same there is one."""

    company_id: int
    person_id: int
    subject_kind: str
    subject_id: int
    title: str
    once_key: str
    due_at: datetime | None = None
    text: str = ""


def make(rows: Iterable[PeriodicTask]) -> int:
    """Make the tasks and announce them; gives how many were new.

    A piece of up to 1,000 is one transaction (or part of the caller's) with its own announcements: who is killed has
    made whole pieces, and the same call again makes the rest.
    """
    made = 0
    for piece in _pieces(rows):
        made += in_transaction(_tried, piece)
    return made


def _pieces(rows: Iterable[PeriodicTask]) -> Iterator[list[PeriodicTask]]:
    waiting = iter(rows)
    while piece := list(islice(waiting, PIECE)):
        yield piece


def _tried(piece: Sequence[PeriodicTask]) -> int:
    for _ in range(_TRIES):
        try:
            with database.atomic():
                return _piece(piece)
        except IntegrityError:
            continue  # somebody makes the same at this moment: their rows are there now, and only the others are ours
    return _piece(piece)


def _piece(piece: Sequence[PeriodicTask]) -> int:
    wanted = {work.once_key: work for work in piece}
    there = select_in("SELECT once_key FROM task WHERE once_key IN ({keys})", wanted)
    for (key,) in there:
        del wanted[key]
    now = clock.now()
    fresh = list(wanted.values())
    insert_all("task", _COLUMNS, (_row(work, now) for work in fresh))
    _announce(fresh)
    return len(fresh)


def _row(work: PeriodicTask, now: datetime) -> tuple[object, ...]:
    return (
        work.company_id, work.person_id, "periodic", work.subject_kind, work.subject_id, work.title[:160],
        work.text[:500] or None, OPEN, 0, now, work.due_at, work.due_at or _FAR, work.once_key, 1, now, now,
    )  # fmt: skip


def _announce(fresh: Sequence[PeriodicTask]) -> None:
    """One piece of news for each work of a company with the same deadline, for all of the piece who have it."""
    alike: dict[tuple[int, str, int, str, datetime | None], list[int]] = defaultdict(list)
    for work in fresh:
        key = (work.company_id, work.subject_kind, work.subject_id, work.title, work.due_at)
        alike[key].append(work.person_id)
    for (company, kind, subject, title, due), persons in alike.items():
        announce(
            MADE, Task(id=subject, company=company), subject_kind=kind, title=title[:160], persons=persons,
            due_at=None if due is None else due.isoformat(),
        )  # fmt: skip
