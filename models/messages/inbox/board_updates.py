"""Lets the live boards know that something of what they show has changed: one piece of news for each thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.core.events.outbox import announce
from models.core.records import Record
from models.messages.records import NEED_HELP, ON_SITE, RECEIVED, Delivery, Message, Notice

#: The ledger whose live news a board of such a thing listens to.
LEDGERS = {"accident": "accidents", "accident_help": "accidents"}

#: Answers that are news to others at once, by what the message is about and what was answered.
CALLED, ON_THE_WAY = "accident.help", "accident.coming"
TOLD_ON = {
    ("accident", NEED_HELP): CALLED,
    ("accident_help", RECEIVED): ON_THE_WAY,
    ("accident_help", ON_SITE): ON_THE_WAY,
}
#: Who answers a message about the first has plainly heard of the second: their open notices of it are answered alike.
HEARD_WITH = {"accident_help": "accident"}


def deliveries_changed(ids: Iterable[int]) -> None:
    """States of these deliveries changed."""
    _announce("delivery.changed", Delivery, Delivery.message, list(ids))


def notices_changed(kind: str, ids: Iterable[int]) -> None:
    """These notices were answered, read, or followed up, as `kind` says."""
    _announce(kind, Notice, Notice.message, list(ids))


def _announce(kind: str, record: Any, message: Any, ids: list[int]) -> None:
    """One piece of news for each company and thing. Row by row along the key: a join would be led by the messages."""
    rows = (
        record.select(record.id, record.company, message)
        .where(record.id.in_(ids or (0,)))
        .order_by(record.id)
    )
    first: dict[tuple[int, int], int] = {}
    for row_id, company, told in rows.tuples():
        first.setdefault((told, company), row_id)
    known = Message.select(Message.id, Message.subject_kind, Message.subject_id).where(
        Message.id.in_({told for told, _ in first} or (0,)), Message.subject_kind.in_(list(LEDGERS))
    )
    subjects = {told: (subject_kind, subject_id) for told, subject_kind, subject_id in known.tuples()}
    said = set()
    for (told, company), row_id in first.items():
        subject = subjects.get(told)
        if subject is None or (company, subject) in said:
            continue
        said.add((company, subject))
        about: Record = record(id=row_id, company=company)
        announce(kind, about, ledger=LEDGERS[subject[0]], id=subject[1])
