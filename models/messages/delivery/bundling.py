"""Small news of a person that are due together become one message, so that a phone rings once (K01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from models.core.db.connection import is_sqlite
from models.messages.channels.records import GROUP, SYSTEM
from models.messages.delivery.insert import Planned, insert_deliveries, once_key
from models.messages.records import LOW, Delivery, Message

DIGEST = "messages.digest"
LINK = "/pages/messages/index"
_LINES = 8
_Receiver = tuple[int, str]


def fold(rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """`rows` (locked, about to be leased) with what belongs together replaced by one delivery of a digest.

    What else is due to the same people by the same way is taken in. The single news stay in my messages.
    """
    urgencies = _low({row.message_id for row in rows})
    small = [row for row in rows if _may_fold(row, urgencies)]
    if not small:
        return list(rows)
    taken = {row.id for row in small}
    small += [row for row in _others(small, now) if row.id not in taken]
    by_receiver: dict[_Receiver, list[Delivery]] = defaultdict(list)
    for row in small:
        by_receiver[row.person_id, row.way].append(row)
    folded = {receiver: items for receiver, items in by_receiver.items() if len(items) > 1}
    gone = {row.id for items in folded.values() for row in items}
    return [row for row in rows if row.id not in gone] + _digests(folded, now)


def _low(message_ids: set[int]) -> set[int]:
    rows = Message.select(Message.id).where(
        Message.id.in_(message_ids or (0,)), Message.urgency <= LOW, Message.kind != DIGEST
    )
    return {row.id for row in rows}


def _may_fold(row: Delivery, low: set[int]) -> bool:
    return row.message_id in low and row.person_id is not None and row.way not in (SYSTEM, GROUP)


def _others(small: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """What else of low urgency is due to these people by these ways."""
    low = Message.select(Message.id).where(Message.urgency <= LOW, Message.kind != DIGEST)
    query = Delivery.select().where(
        Delivery.state == "queued",
        Delivery.due_at <= now,
        Delivery.person.in_({row.person_id for row in small}),
        Delivery.way.in_({row.way for row in small}),
        Delivery.message.in_(low),
    )
    return list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))


def _digests(folded: dict[_Receiver, list[Delivery]], now: datetime) -> list[Delivery]:
    """One message for all receivers of the same news, and a delivery of it for each."""
    alike: dict[tuple[int, ...], list[_Receiver]] = defaultdict(list)
    for receiver, items in folded.items():
        alike[tuple(sorted({row.message_id for row in items}))].append(receiver)
    made: list[Delivery] = []
    for message_ids, receivers in alike.items():
        digest = _digest(message_ids)
        planned = [Planned(way, now, person) for person, way in receivers]
        insert_deliveries(digest.company_id, digest.id, planned)
        keys = [once_key(digest.id, item) for item in planned]
        made.extend(Delivery.select().where(Delivery.once_key.in_(keys)).order_by(Delivery.id))
        ids = [row.id for receiver in receivers for row in folded[receiver]]
        Delivery.update(
            state="cancelled", reason=f"已并入“{digest.title}”一起发", lease_until=None, updated_at=now
        ).where(Delivery.id.in_(ids)).execute()
    return made


def _digest(message_ids: Sequence[int]) -> Message:
    parts = list(Message.select().where(Message.id.in_(message_ids)).order_by(Message.id.desc()))
    title = f"您有 {len(parts)} 条新消息"
    lines = [part.title for part in parts[:_LINES]]
    if len(parts) > _LINES:
        lines.append(f"还有 {len(parts) - _LINES} 条")
    text = "\n".join(f"· {line}" for line in lines)
    card = {
        "kind": DIGEST,
        "subject_id": parts[0].id,
        "version": 1,
        "title": title,
        "lead": text,
        "path": LINK,
    }
    return Message.create(
        company_id=parts[0].company_id,
        kind=DIGEST,
        subject_kind="message",
        subject_id=parts[0].id,
        title=title,
        text=text,
        card=card,
        link=LINK,
        urgency=LOW,
    )
