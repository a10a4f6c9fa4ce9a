"""The relay's part without a server: what was announced is reacted to and told, each piece in its transaction."""

from __future__ import annotations

from models.core.db.connection import in_transaction
from models.core.events import outbox, reactions
from models.core.events.outbox import Outbox
from models.messages import tellers
from models.messages.records import Message, Notice
from models.organization.records import Person


def pass_on(row: Outbox) -> Message | None:
    """One piece of news."""

    def step() -> Message | None:
        if not outbox.end(row.id):
            return None
        reactions.react(row)
        return tellers.tell_of(row)

    return in_transaction(step)


def pass_all_on() -> None:
    """All that waits, and what comes of it."""
    while rows := in_transaction(outbox.take):
        for row in rows:
            pass_on(row)


def told(kind: str) -> list[tuple[str, list[str]]]:
    """The titles of what was told of a kind, and to whom, in order."""
    found = []
    for message in Message.select().where(Message.kind == kind).order_by(Message.id):
        names = (
            Notice.select(Person.name)
            .join(Person, on=(Notice.person == Person.id))
            .where(Notice.message == message.id)
            .order_by(Person.id)
        )
        found.append((message.title, [name for (name,) in names.tuples()]))
    return found
