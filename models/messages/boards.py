"""Lets the live boards know that something of what they show has changed: one piece of news for each thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import fn

from models.core.outbox import announce
from models.core.records import Record
from models.messages.records import Delivery, Message, Notice

#: The ledger whose live news a board of such a thing listens to.
LEDGERS = {"accident": "accidents"}


def deliveries_changed(ids: Iterable[int]) -> None:
    """States of these deliveries changed."""
    _announce("delivery.changed", Delivery, Delivery.message, list(ids))


def notices_changed(kind: str, ids: Iterable[int]) -> None:
    """These notices were answered, read, or followed up, as `kind` says."""
    _announce(kind, Notice, Notice.message, list(ids))


def _announce(kind: str, record: Any, message: Any, ids: list[int]) -> None:
    if not ids:
        return
    rows = (
        record.select(fn.MIN(record.id), record.company, Message.subject_kind, Message.subject_id)
        .join(Message, on=(message == Message.id))
        .where(record.id.in_(ids), Message.subject_kind.in_(list(LEDGERS)))
        .group_by(record.company, Message.subject_kind, Message.subject_id)
    )
    for first, company, subject_kind, subject_id in rows.tuples():
        about: Record = record(id=first, company=company)
        announce(kind, about, ledger=LEDGERS[subject_kind], id=subject_id)
