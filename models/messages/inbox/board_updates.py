"""Lets the live boards know that something of what they show has changed: one piece of news for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from models.core.chapters import all_kinds
from models.core.events.outbox import announce
from models.core.records import Record
from models.messages.records import Delivery, Message, Notice


@cache
def board_ledgers() -> Mapping[str, str]:
    """The ledger whose live news a board of such a thing listens to, by the kind of thing."""
    return {kind.name: kind.ledger for kind in all_kinds().values() if kind.board}


def news_of_answer(subject_kind: str, answer: str) -> str | None:
    """The kind of news that an answer is to others at once, by what the message is about; None where it is none."""
    kind = all_kinds().get(subject_kind)
    return None if kind is None else kind.answers.get(answer)


def heard_with(subject_kind: str) -> str | None:
    """Of which kind of thing whoever answers has plainly heard too: their open notices of it are answered alike."""
    kind = all_kinds().get(subject_kind)
    return None if kind is None else kind.heard_with or None


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
        Message.id.in_({told for told, _ in first} or (0,)), Message.subject_kind.in_(list(board_ledgers()))
    )
    subjects = {told: (subject_kind, subject_id) for told, subject_kind, subject_id in known.tuples()}
    said = set()
    for (told, company), row_id in first.items():
        subject = subjects.get(told)
        if subject is None or (company, subject) in said:
            continue
        said.add((company, subject))
        about: Record = record(id=row_id, company=company)
        announce(kind, about, ledger=board_ledgers()[subject[0]], id=subject[1])
