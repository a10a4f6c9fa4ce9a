"""What happened, told to the rest of the house (outbox pattern).

A rule calls `announce` inside its transaction and nothing more; a relay takes the rows afterwards. So a crash
between the two loses nothing, and what was rolled back was never said.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from peewee import BigIntegerField, CharField, ModelSelect, SmallIntegerField

from models.core import clock
from models.core.db.bulk import change_in
from models.core.db.connection import after_commit, is_sqlite
from models.core.db.queries import prepared
from models.core.db.writes import insert_rows
from models.core.fields import Facts, Moment
from models.core.records import Base, Record

WAITING, TAKEN, DONE, DEAD = 0, 1, 2, 3
_listeners: dict[str, list[Callable[[Mapping[str, Any]], None]]] = {}
_KEPT = timedelta(days=7)
# As text: at shift change each is carried out for some thousand rows a second.
_TAKE = f"UPDATE outbox SET state = {TAKEN}, attempts = attempts + 1, due_at = {{due}} WHERE id IN ({{ids}})"
_FINISH = f"UPDATE outbox SET state = {DONE} WHERE id IN ({{ids}})"
TRIES = 8  # about four minutes, as the wait doubles from two seconds on


class Outbox(Base):
    """One piece of news: `kind` names what happened, `subject` the row it happened to."""

    kind = CharField(max_length=60)
    company_id = BigIntegerField(null=True)
    subject_id = BigIntegerField(null=True)
    payload = Facts("内容")
    created_at = Moment("发生时间", required=True, default=clock.now)
    state = SmallIntegerField(default=WAITING)
    attempts = SmallIntegerField(default=0)
    due_at = Moment("下次处理", required=True, default=clock.now)

    class Meta:
        table_name = "outbox"
        indexes = ((("state", "due_at"), False),)


def announce(kind: str, record: Record, **payload: Any) -> None:
    """Say that `kind` happened to `record`; part of the running transaction."""
    announce_all([(kind, record, payload)])


def announce_all(news: Iterable[tuple[str, Record, Mapping[str, Any]]]) -> None:
    """Say several things in one statement: kind, what it happened to, payload; in this order."""
    rows = (
        {
            "kind": kind,
            "company_id": record.scope_value("company"),
            "subject_id": record.get_id(),
            "payload": dict(payload) or None,
        }
        for kind, record, payload in news
    )
    insert_rows(Outbox, rows)


def listen(kind: str, hear: Callable[[Mapping[str, Any]], None]) -> None:
    """Call `hear` with the payload of every piece of news of `kind` of this process, right after its commit.

    For what can't wait for the relay and is said by it all the same. It runs on the thread of the rule and must not
    block; only `announce_rows` passes news on so.
    """
    _listeners.setdefault(kind, []).append(hear)


def unlisten(kind: str, hear: Callable[[Mapping[str, Any]], None]) -> None:
    """Call it no more."""
    _listeners[kind].remove(hear)


def announce_rows(kind: str, rows: Iterable[tuple[int | None, int, Mapping[str, Any]]]) -> None:
    """Say that `kind` happened to rows that are not at hand, or gone: company, id, payload; in one statement."""
    rows = list(rows)
    for hear in _listeners.get(kind, ()):
        for _, _, payload in rows:
            after_commit(partial(hear, dict(payload)))
    insert_rows(
        Outbox,
        (
            {"kind": kind, "company_id": company, "subject_id": row_id, "payload": dict(payload)}
            for company, row_id, payload in rows
        ),
    )


def take(limit: int = 200, *, lease: timedelta = timedelta(minutes=1)) -> list[Outbox]:
    """Lease up to `limit` waiting rows, oldest first; before them those whose lease ran out.

    Run it in a transaction. Two relays never get the same row at once.
    """
    now = clock.now()
    rows = _due(TAKEN, now, limit)
    if len(rows) < limit:
        rows += _due(WAITING, now, limit - len(rows))
    if rows:
        change_in(_TAKE, due=[now + lease], ids=[row.id for row in rows])
    return rows


@prepared
def _due(state: int, now: datetime, limit: int) -> ModelSelect:
    """Rows of one state that are due. One state alone, as the index then gives the order of a whole backlog."""
    query = (
        Outbox.select()
        .where(Outbox.state == state, Outbox.due_at <= now)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(limit)
    )
    return query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED")


def finish(ids: list[int]) -> None:
    """Mark rows as dealt with."""
    if ids:
        change_in(_FINISH, ids=ids)


def end(row_id: int) -> bool:
    """Mark a leased row as dealt with, in the transaction that deals with it; False if somebody else has done so.

    Who asks first waits for nobody; a second one, whose lease ran out meanwhile, waits for that transaction and then
    has nothing to do. So what is done beside it is done once.
    """
    mine = (Outbox.id == row_id) & (Outbox.state == TAKEN)
    return bool(Outbox.update(state=DONE).where(mine).execute())


def end_all(row_ids: Collection[int]) -> bool:
    """Mark leased rows as dealt with, all of them or none, as `end` does with one; False if somebody else has done so with
    any. Rows are locked in their order, so that two that meet do not wait for each other."""
    mine = Outbox.select(Outbox.id).where(Outbox.id.in_(sorted(row_ids)), Outbox.state == TAKEN)
    query = mine.order_by(Outbox.id).tuples()
    there = [row_id for (row_id,) in (query if is_sqlite() else query.for_update())]
    if len(there) != len(row_ids):
        return False
    finish(there)
    return True


def fail(row: Outbox, *, tries: int = TRIES) -> bool:
    """Have a row dealt with again later, each time after a longer wait; gives False when it is given up (dead).

    `row` as `take` gave it. The others go on meanwhile.
    """
    attempts = row.attempts + 1  # what `take` has written since it was read
    again = attempts < tries
    wait = timedelta(seconds=min(2.0**attempts, 600.0) * random.uniform(1.0, 1.5))
    Outbox.update(state=WAITING if again else DEAD, due_at=clock.now() + wait).where(
        Outbox.id == row.id, Outbox.state == TAKEN
    ).execute()
    return again


def sweep(before: datetime, *, limit: int = 5000) -> int:
    """Delete up to `limit` rows that were dealt with before `before`; gives how many."""
    done = Outbox.select(Outbox.id).where(Outbox.state == DONE, Outbox.due_at < before).limit(limit)
    ids = [row.id for row in done]
    return Outbox.delete().where(Outbox.id.in_(ids)).execute() if ids else 0


def sweep_old() -> int:
    """Delete rows that were dealt with a week ago, up to a few thousand; gives how many."""
    return sweep(clock.now() - _KEPT)


__all__ = [
    *(
        "Outbox",
        "announce",
        "announce_all",
        "announce_rows",
        "end",
        "end_all",
        "fail",
        "finish",
        "sweep",
        "sweep_old",
        "take",
    ),
]
