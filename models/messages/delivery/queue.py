"""Which deliveries go out next: leased to one sender, urgent ones first (L01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from peewee import JOIN, Case, ModelSelect

from models.core import clock
from models.core.db.connection import is_sqlite
from models.core.db.queries import prepared
from models.messages.delivery import bundling, quiet_hours
from models.messages.records import LOW, NORMAL, URGENT, Delivery, Notice

LEASE = timedelta(minutes=2)
#: So often a delivery may be begun; a sender that dies over it again and again must not hold up the others.
MAX_LEASES = 8
#: Looked at for one that is taken, so that senders beside each other find enough that the others don't hold.
_LOOK = 3
ANSWERED = "本人已回应"
#: What a sender looks at; whole rows cost more than the call that they go out in.
_NEEDED = (
    *(Delivery.id, Delivery.company, Delivery.message, Delivery.notice, Delivery.person, Delivery.group),
    *(Delivery.way, Delivery.step, Delivery.attempts, Delivery.sending, Delivery.for_notice_id),
)


def take_due(limit: int = 1000, *, lease: timedelta = LEASE) -> list[Delivery]:
    """Lease up to `limit` deliveries that are due, or whose lease ran out; run it in a transaction.

    Urgent messages first, then the longest due. Two senders never get the same one at once. What is left of people
    who have answered is cancelled, what is not urgent waits for the end of quiet hours, and small news to the same
    person become one. The rows given are in state `sending`.
    """
    now = clock.now()
    _give_up_lost(now)
    found = _look(now, limit * _LOOK)
    found = _without_answered(found, now)
    found = _without_quiet(found, now)
    rows: list[Delivery] = []
    for _, level in groupby(found, key=lambda item: item.urgency):
        if len(rows) < limit:
            rows += _lock([item.id for item in level], now, limit - len(rows))
    if rows:
        rows = bundling.fold(rows, now)
    if rows:
        Delivery.update(
            state="sending", attempts=Delivery.attempts + 1, lease_until=now + lease, updated_at=now
        ).where(Delivery.id.in_([row.id for row in rows])).execute()
    for row in rows:
        row.__data__.update(state="sending", attempts=row.attempts + 1, lease_until=now + lease)
    return rows


def _is_due(now: datetime) -> tuple[Any, Any]:
    """What was begun by a sender that is gone, and what is to be begun."""
    lapsed = (Delivery.state == "sending") & (Delivery.lease_until <= now)
    return lapsed, (Delivery.state == "queued") & (Delivery.due_at <= now)


def _still_due(now: datetime) -> Any:
    lapsed, queued = _is_due(now)
    return queued | lapsed


class _Due(NamedTuple):
    id: int
    urgency: int
    answer: str | None  # of the person, where it is about their own
    company_id: int


def _look(now: datetime, limit: int) -> list[_Due]:
    """What is due, without a lock. As much is read as is given, however much waits."""
    found: list[_Due] = []
    for urgency in (URGENT, NORMAL, LOW):
        for first in (_first_lapsed, _first_queued):
            if len(found) < limit:
                found += [_Due(*row) for row in first(urgency, now, limit - len(found))]
    return found


_own = (
    Delivery.for_notice_id.is_null()
)  # what is about somebody else's silence waits for no answer of one's own


# Asked ten times a second whether anything is to be sent or not, so the statements are built once.
@prepared
def _first_lapsed(urgency: int, now: datetime, limit: int) -> ModelSelect:
    return _first(_is_due(now)[0] & (Delivery.urgency == urgency), limit)


@prepared
def _first_queued(urgency: int, now: datetime, limit: int) -> ModelSelect:
    return _first(_is_due(now)[1] & (Delivery.urgency == urgency), limit)


def _first(due: Any, limit: int) -> ModelSelect:
    return (
        Delivery.select(Delivery.id, Delivery.urgency, Case(None, [(_own, Notice.answer)]), Delivery.company)
        .join(Notice, JOIN.LEFT_OUTER, on=(Delivery.notice == Notice.id))
        .where(due)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
        .tuples()
    )


def _lock(ids: list[int], now: datetime, limit: int) -> list[Delivery]:
    """Those of `ids` that nobody else has got meanwhile, at most `limit`."""
    query = (
        Delivery.select(*_NEEDED)
        .where(Delivery.id.in_(ids), _still_due(now))
        .order_by(Delivery.id)
        .limit(limit)
    )
    return list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))


def _give_up_lost(now: datetime) -> None:
    """What was begun too often and never came back has failed: a human must look at it.

    Looked for without a lock: there is hardly ever one, and what others are sending must not wait for each other.
    """
    ids = [row_id for (row_id,) in _begun_too_often(now)]
    if ids:
        Delivery.update(
            state="failed",
            error_code="sender_lost",
            reason="发送时程序多次中断",
            lease_until=None,
            updated_at=now,
        ).where(Delivery.id.in_(ids), _is_lost(now)).execute()


def _is_lost(now: datetime) -> Any:
    return (Delivery.state == "sending") & (Delivery.lease_until <= now) & (Delivery.attempts >= MAX_LEASES)


@prepared
def _begun_too_often(now: datetime) -> ModelSelect:
    return Delivery.select(Delivery.id).where(_is_lost(now)).tuples()


def _without_answered(found: list[_Due], now: datetime) -> list[_Due]:
    cancel([item.id for item in found if item.answer is not None], ANSWERED, now)
    return [item for item in found if item.answer is None]


def _without_quiet(found: list[_Due], now: datetime) -> list[_Due]:
    small = [item for item in found if item.urgency < URGENT]
    ends = {company: quiet_hours.until(now, company) for company in {item.company_id for item in small}}
    for end in {end for end in ends.values() if end is not None}:
        late = [item.id for item in small if ends[item.company_id] == end]
        Delivery.update(due_at=end, state="queued", lease_until=None, updated_at=now).where(
            Delivery.id.in_(late), _still_due(now)
        ).execute()
    return [item for item in found if item.urgency >= URGENT or ends[item.company_id] is None]


def cancel(ids: Iterable[int], reason: str, now: datetime) -> None:
    """Stop what waits, or was begun by a sender that is gone."""
    listed = list(ids)
    if listed:
        Delivery.update(state="cancelled", reason=reason, lease_until=None, updated_at=now).where(
            Delivery.id.in_(listed), _still_due(now)
        ).execute()


def by_person(condition: Any, most: int | None = None) -> dict[int, list[int]]:
    """The deliveries for which a condition holds, the oldest `most` of them, by who is told."""
    rows = Delivery.select(Delivery.person, Delivery.id).where(condition).order_by(Delivery.id).limit(most)
    found: dict[int, list[int]] = defaultdict(list)
    for person, row_id in rows.tuples():
        found[person].append(row_id)
    return found
