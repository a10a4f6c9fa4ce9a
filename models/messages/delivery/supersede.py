"""Small news that still waits, and by now says what newer news of the same thing say better (K01, L01)."""

from __future__ import annotations

from models.core import clock
from models.messages.records import LOW, Delivery, Message

OVERTAKEN = "已有更新的消息"


def overtake(subject_kind: str, subject_id: int, before_outbox: int) -> int:
    """Stop what waits to be gathered about a thing, of news older than an outbox row; gives how many deliveries.

    Part of the running transaction; for who tells the same people what is true now. It stays in their messages.
    """
    older = Message.select(Message.id).where(
        Message.subject_kind == subject_kind, Message.subject_id == subject_id, Message.urgency == LOW,
        Message.outbox_id < before_outbox,
    )  # fmt: skip
    ids = [row.id for row in older]
    if not ids:
        return 0
    stopped = Delivery.update(state="cancelled", reason=OVERTAKEN, updated_at=clock.now())
    return int(stopped.where(Delivery.message.in_(ids), Delivery.state == "queued").execute())
