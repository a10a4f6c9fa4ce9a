"""My messages: all that was told to me, in all my units, newest first; how much is unread (K01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import fn

from models.core import clock
from models.core.errors import Invalid
from models.core.events.outbox import announce
from models.core.fields import moment_text
from models.core.row_ids import parse_id
from models.core.security.actor import Actor
from models.core.text.date_words import said_now
from models.messages.channels.records import SYSTEM
from models.messages.inbox.board_updates import notices_changed
from models.messages.records import READ_MESSAGES, REPORTER, Delivery, Message, Notice

#: What a message's kind ends with that says that its subject is over: nothing of it waits for an answer any more.
OVER = ".closed"


def page(
    actor: Actor, *, unread: bool = False, waiting: bool = False, cursor: str | None = None, limit: int = 20
) -> dict[str, Any]:
    """A page of my messages, newest first, one of each case, `next` for those after them, and how many are unread in all.

    `waiting`: only those that wait for my answer. Raises Forbidden without the right, Invalid for a cursor that is none.
    """
    actor.require(READ_MESSAGES)
    before = _from_cursor(cursor)
    ids: set[int] = set()
    # Two questions that an index answers each, instead of one that none does.
    for mine in _mine(actor):
        query = Notice.select(Notice.id).where(mine, Notice.replaced_at.is_null())
        if unread:
            query = query.where(Notice.read_at.is_null())
        if waiting:
            query = query.join(Message, on=(Notice.message == Message.id)).where(_waits())
        if before is not None:
            query = query.where(Notice.id < before)
        ids |= {row.id for row in query.order_by(Notice.id.desc()).limit(limit + 1)}
    shown = sorted(ids, reverse=True)[: limit + 1]
    more = len(shown) > limit
    shown = shown[:limit]
    rows = (
        Notice.select(Notice, Message)
        .join(Message, on=(Notice.message == Message.id))
        .where(Notice.id.in_(shown or (0,)))
        .order_by(Notice.id.desc())
    )
    ended = _ended(rows)
    from models.messages.inbox.answering_for_others import told_in_stead

    others = told_in_stead(shown)
    return {
        "items": [item(row, ended) | {"stands_for": _waited_for(others.get(row.id, ()))} for row in rows],
        "next": str(shown[-1]) if more else None,
        "unread": unread_count(actor),
    }


def _waited_for(others: Iterable[Mapping[str, str]]) -> list[str]:
    """The names of those for whom an answer of its own is waited for."""
    return [each["name"] for each in others if each["state"] == "waits"]


def _waits() -> Any:
    """Asked, not answered, not over, and not by who reported it."""
    later = Message.alias()
    end = later.select().where(
        later.subject_kind == Message.subject_kind,
        later.subject_id == Message.subject_id,
        later.kind.endswith(OVER),
    )
    return Message.needs_answer & Notice.answer.is_null() & (Notice.why != REPORTER) & ~fn.EXISTS(end)


def _ended(notices: Iterable[Notice]) -> set[tuple[str, int]]:
    """Which of the subjects of these are over."""
    subjects = {(row.message.subject_kind, row.message.subject_id) for row in notices}
    rows = Message.select(Message.subject_kind, Message.subject_id).where(
        Message.subject_kind.in_({kind for kind, _ in subjects} or ("",)),
        Message.subject_id.in_({id_ for _, id_ in subjects} or (0,)),
        Message.kind.endswith(OVER),
    )
    return set(rows.tuples())


def item(notice: Notice, ended: set[tuple[str, int]]) -> dict[str, Any]:
    """A notice, with its message, as both doors show it; `needs_answer` while somebody waits for it."""
    message = notice.message
    over = notice.why == REPORTER or (message.subject_kind, message.subject_id) in ended
    return {
        "id": str(notice.id),
        "kind": message.kind,
        "title": said_now(message.title, message.created_at),
        "text": said_now(message.text or "", message.created_at),
        "link": message.link,
        "created_at": moment_text(notice.created_at),
        "read_at": moment_text(notice.read_at),
        "needs_answer": bool(message.needs_answer) and not over,
        "answer": notice.answer,
        "subject": {"kind": message.subject_kind, "id": str(message.subject_id)},
    }


def _from_cursor(cursor: str | None) -> int | None:
    if not cursor:
        return None
    before = parse_id(cursor)
    if before is not None:
        return before
    raise Invalid(
        "翻页位置无效", code="bad_cursor", advice="请从第一页重新查看", fields={"cursor": "翻页位置无效"}
    )


def _mine(actor: Actor) -> list[Any]:
    """What makes a notice mine: told to my account while I belong to the unit, or to a file before I had one."""
    files = actor.person_ids or (0,)
    early = Notice.account_id.is_null() & Notice.person.in_(files)
    if actor.account_id is None:
        return [early]
    return [(Notice.account_id == actor.account_id) & Notice.person.in_(files), early]


def unread_count(actor: Actor) -> int:
    """How many of my messages I have not read."""
    actor.require(READ_MESSAGES)
    return sum(Notice.select().where(mine, Notice.read_at.is_null()).count() for mine in _mine(actor))


def unread_of(actors: Iterable[Actor]) -> dict[int, int]:
    """Unread counts of many at once, by account: two questions for all of them. Who has no right is left out."""
    asked = {
        actor.account_id: actor
        for actor in actors
        if actor.account_id is not None and actor.may(READ_MESSAGES)
    }
    if not asked:
        return {}
    files = {person for actor in asked.values() for person in actor.person_ids}
    counted = fn.COUNT(Notice.id)
    told = (
        Notice.select(Notice.account_id, Notice.person, counted)
        .where(Notice.account_id.in_(list(asked)), Notice.read_at.is_null())
        .group_by(Notice.account_id, Notice.person)
    )
    early = (
        Notice.select(Notice.person, counted)
        .where(Notice.person.in_(files or (0,)), Notice.account_id.is_null(), Notice.read_at.is_null())
        .group_by(Notice.person)
    )
    counts: dict[int, int] = defaultdict(int)
    for account, person, count in told.tuples():
        if person in asked[account].person_ids:
            counts[account] += count
    before = dict(early.tuples())
    return {
        account: counts[account] + sum(before.get(person, 0) for person in actor.person_ids)
        for account, actor in asked.items()
    }


def accounts_of(message_id: int) -> list[int]:
    """The accounts that a message was told to."""
    rows = Notice.select(Notice.account_id).where(
        Notice.message == message_id, Notice.account_id.is_null(False)
    )
    return [account for (account,) in rows.distinct().tuples()]


def mark_read(actor: Actor, ids: Sequence[int] | None) -> int:
    """Note that I have read these of my messages (None: all); gives how many I had not.

    Others' ids do nothing. What is read is also seen as a delivery; it is no answer.
    """
    actor.require(READ_MESSAGES)
    fresh: list[Notice] = []
    for mine in _mine(actor):
        query = Notice.select(Notice.id, Notice.company, Notice.account_id).where(
            mine, Notice.read_at.is_null()
        )
        if ids is not None:
            query = query.where(Notice.id.in_(list(ids) or (0,)))
        fresh.extend(query)
    set_read([row.id for row in fresh])
    if fresh:
        announce("message.read", fresh[0], account=actor.account_id)
        notices_changed("message.seen", [row.id for row in fresh])
    return len(fresh)


def set_read(notice_ids: Sequence[int]) -> None:
    """Write that these were read, and their entries in my messages seen."""
    if not notice_ids:
        return
    now = clock.now()
    Notice.update(read_at=now, updated_at=now).where(
        Notice.id.in_(notice_ids), Notice.read_at.is_null()
    ).execute()
    Delivery.update(state="seen", updated_at=now).where(
        Delivery.notice.in_(notice_ids),
        Delivery.way == SYSTEM,
        Delivery.state.in_(("delivered", "failed")),
    ).execute()
