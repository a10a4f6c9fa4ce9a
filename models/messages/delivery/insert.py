"""Writing many deliveries at once. The unique `once_key` makes a repeat harmless."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from models.core import clock
from models.core.db.bulk import insert_new
from models.messages.records import Message

_CHUNK = 1000
_COLUMNS = (
    *("company_id", "message_id", "notice_id", "person_id", "group_id", "way", "step", "urgency", "state"),
    *(
        "attempts",
        "due_at",
        "sent_at",
        "error_code",
        "reason",
        "once_key",
        "for_notice_id",
        "version",
        "created_at",
        "updated_at",
    ),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One delivery to be written: to a person or to a group, by one way, in one step of escalation."""

    way: str
    due_at: datetime
    person_id: int | None = None
    notice_id: int | None = None
    group_id: int | None = None
    step: int = 0
    state: str = "queued"
    sent_at: datetime | None = None
    error_code: str | None = None
    reason: str | None = None
    for_notice_id: int | None = None
    again: str = ""  # makes the key of a message that is sent once more another one


def once_key(message_id: int, planned: Planned) -> str:
    """What makes a delivery unique: message, receiver, way, step."""
    whom = f"g{planned.group_id}" if planned.group_id is not None else f"p{planned.person_id}"
    return f"{message_id}.{whom}.{planned.way}.{planned.step}{planned.again}"


def repeat_of(key: str) -> str:
    """The part of a key that tells a repeat (another round of a chain, sent again by hand) from the first time."""
    parts = key.split(".", 4)
    return f".{parts[4]}" if len(parts) == 5 else ""


def insert_deliveries(company_id: int, message_id: int, planned: Iterable[Planned]) -> None:
    """Write deliveries of one message; one that is there already is left as it is."""
    urgency = int(Message.select(Message.urgency).where(Message.id == message_id).scalar())
    insert_planned((company_id, message_id, urgency, item) for item in planned)


def insert_planned(planned: Iterable[tuple[int, int, int, Planned]]) -> None:
    """Write deliveries of any number of messages: company, message, its urgency, what is planned; one that is there
    already is left as it is."""
    now = clock.now()
    rows = (
        (
            company_id, message_id, item.notice_id, item.person_id, item.group_id, item.way, item.step,
            urgency, item.state, 0, item.due_at, item.sent_at, item.error_code, item.reason,
            once_key(message_id, item), item.for_notice_id, 1, now, now,
        )
        for company_id, message_id, urgency, item in planned
    )  # fmt: skip
    while chunk := list(islice(rows, _CHUNK)):
        insert_new("delivery", _COLUMNS, chunk)
