"""One row for each case in my messages (K01): a newer piece of news takes the place of the older ones about the same thing.

And what asked for work is read when that is done: nobody ticks off by hand what they have just decided.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from peewee import fn

from models.core import clock
from models.core.events.outbox import announce
from models.messages.delivery.refresh import thing
from models.messages.inbox.mine import set_read
from models.messages.records import Message, Notice


def replace_older(message: Message, persons: Collection[int]) -> None:
    """The notices of these people of older messages of the same thread give way; part of the running transaction.

    One that waits for an answer stays.
    """
    if message.thread is None or not persons:
        return
    older = Message.select(Message.id).where(
        Message.thread == message.thread,
        Message.id < message.id,
        Message.needs_answer == False,  # noqa: E712
    )
    ids = [row.id for row in older]
    if not ids:
        return
    now = clock.now()
    mine = Notice.message.in_(ids) & Notice.person.in_(list(persons)) & Notice.replaced_at.is_null()
    Notice.update(replaced_at=now, read_at=fn.COALESCE(Notice.read_at, now), updated_at=now).where(
        mine
    ).execute()


def done_with(
    kind: str, id: int, *, waiting: Collection[int] = (), only: Collection[int] | None = None
) -> int:
    """What was told of a thing, and the short notes that end with it, are read; gives how many notices that were.

    Not those of the people who are still `waiting` to do it, and with `only` no others' but theirs.
    """
    fresh: list[Notice] = []
    for told in (
        (Message.subject_kind == kind) & (Message.subject_id == id),
        Message.ends_with == thing(kind, id),
    ):
        messages = [row.id for row in Message.select(Message.id).where(told, Message.needs_answer == False)]  # noqa: E712
        if not messages:
            continue
        query = Notice.select(Notice.id, Notice.company, Notice.account_id).where(
            Notice.message.in_(messages),
            Notice.read_at.is_null(),
            Notice.person.not_in(list(waiting) or (0,)),
        )
        if only is not None:
            query = query.where(Notice.person.in_(list(only) or (0,)))
        fresh.extend(query)
    set_read([row.id for row in fresh])
    first: dict[Any, Notice] = {row.account_id: row for row in fresh if row.account_id is not None}
    for account, row in first.items():
        announce("message.read", row, account=account)
    return len(fresh)


__all__ = ["done_with", "replace_older"]
