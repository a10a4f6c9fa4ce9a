"""Telling people a piece of news: who it concerns and by which ways they will hear of it (K01, L01, X04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from peewee import IntegrityError

from models.core import clock
from models.core.db.bulk import insert_new, select_in
from models.core.db.connection import database
from models.core.errors import Invalid
from models.core.security.identifiers import hide_ids
from models.messages.channels.reachability import Reachability, line_of, means_of
from models.messages.channels.records import CARD, GROUP, PERSONAL_WAYS, SYSTEM, ChatGroup
from models.messages.delivery import quiet_hours
from models.messages.delivery.insert import Planned, insert_deliveries
from models.messages.delivery.refresh import outdate, thing
from models.messages.escalation import hooks
from models.messages.inbox.threads import replace_older
from models.messages.records import LOW, NORMAL, REPORTER, URGENT, Message

log = structlog.get_logger("messages")
PIECE = _CHUNK = 1000
FIRST_PIECE = 100  # small, so that somebody hears of it at once
_PERSONAL = {way.value for way in PERSONAL_WAYS}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A piece of news as a teller wants it told.

    `persons` are Person ids, `why` says for each why they are told ("chosen" unless named). `ways` are of
    `PERSONAL_WAYS`; my messages (SYSTEM) always get it. `link` is a path in the phone client. With `bundle` it may
    wait to become one message with others. `read` is the right to read the thing: who has it for the whole group is
    told too, of whatever company they are. `ends_with` is another thing (kind, id) with whose end its card ends;
    `thread` what it is one of many pieces of news about: those before it give way in the lists.
    """

    company_id: int
    kind: str
    subject_kind: str
    subject_id: int
    subject_version: int = 1
    title: str
    text: str = ""
    card: dict[str, Any] = field(default_factory=dict)
    link: str = ""
    urgency: int = NORMAL
    needs_answer: bool = False
    persons: Sequence[int] = ()
    why: Mapping[int, str] = field(default_factory=dict)
    ways: Sequence[str] = ()
    groups: Sequence[int] = ()
    chain_id: int | None = None
    bundle: bool = False
    read: str = ""
    ends_with: tuple[str, int] | None = None
    thread: tuple[str, int] | None = None


def check_receivers(company_id: int, persons: Iterable[int], groups: Iterable[int] = ()) -> None:
    """Raise Invalid if somebody, or a group, can't be told news of the company: of another one, or left.

    For rules that take receivers from a form. `tell` leaves such out, as an alarm must not fail for all because
    of one.
    """
    wanted, chats = set(persons), set(groups)
    strangers = len(wanted) - len(means_of(company_id, wanted))
    unknown = len(chats) - len(_groups(company_id, chats))
    if strangers or unknown:
        what = f"{strangers} 个人" if strangers else f"{unknown} 个群"
        raise Invalid(
            "有的接收人不能通知",
            code="not_a_receiver",
            cause=f"所选的有 {what}不属于本单位，或者已经离开",
            advice="请去掉后重新选择",
            fields={"receivers": "有的接收人不属于本单位"},
        )


def tell(telling: Telling, *, outbox_id: int | None = None) -> Message:
    """Write the message, whom it concerns and how each will be told; part of the running transaction.

    Everybody is told once, whatever often they are listed. Leavers and people of other companies are left out. A
    way that a person has not makes a failed delivery with the reason. The same `outbox_id` again gives the message
    that is there. Cards that were sent of an older version of the thing follow.
    """
    message: Message | None = None
    for part in pieces(telling):
        message, created = _piece(telling, part, outbox_id if message is None else None, message)
        if not created:
            break
    assert message is not None
    return message


def pieces(telling: Telling) -> list[Telling]:
    """The telling in parts of so many people that each is written in a moment; groups are in the first.

    Each may be a transaction of its own (`tell_piece`), so that the first are on their way while the last are written.
    Raises ValueError for a way that does not exist.
    """
    unknown = set(telling.ways) - _PERSONAL - {GROUP}
    if unknown:
        raise ValueError(f"unknown ways: {', '.join(sorted(unknown))}")
    persons = list(dict.fromkeys(telling.persons))
    starts = [0, *range(FIRST_PIECE, len(persons), PIECE)]
    parts = [persons[start:end] for start, end in zip(starts, [*starts[1:], len(persons)], strict=True)]
    return [
        replace(telling, persons=part, groups=telling.groups if number == 0 else ())
        for number, part in enumerate(parts)
    ]


def tell_piece(part: Telling, *, outbox_id: int) -> Message:
    """One of `pieces`, in the running transaction. Whoever breaks off is followed by one who does all of them again:

    what is there already stays as it is.
    """
    message, _ = _message(part, outbox_id)
    _fill(message, part)
    return message


def _piece(
    telling: Telling, part: Telling, outbox_id: int | None, message: Message | None
) -> tuple[Message, bool]:
    created = True
    if message is None:
        message, created = _message(telling, outbox_id)
    if created:
        _fill(message, part)
    return message, created


def _fill(message: Message, part: Telling) -> None:
    """Notices, deliveries and chains of these people; those that are there already stay as they are."""
    if part.subject_version > 1:
        outdate(part.subject_kind, part.subject_id, part.subject_version)
    means = means_of(part.company_id, part.persons, read=part.read)
    missing = len(set(part.persons)) - len(means)
    if missing:
        log.warning("receivers_left_out", message=message.id, kind=part.kind, count=missing)
    notices = _notices(message, part, means)
    replace_older(message, notices)
    insert_deliveries(message.company_id, message.id, _planned(message, part, means, notices))
    if part.needs_answer and part.chain_id is not None:
        # Who reported it need not be told that it happened.
        asked = [(notice, person) for person, notice in notices.items() if part.why.get(person) != REPORTER]
        hooks.begin(message.id, part.chain_id, asked)


def message_values(telling: Telling, outbox_id: int | None) -> dict[str, Any]:
    """The columns of the message that a telling makes."""
    return {
        "company_id": telling.company_id,
        "kind": telling.kind,
        "subject_kind": telling.subject_kind,
        "subject_id": telling.subject_id,
        "subject_version": telling.subject_version,
        "outbox_id": outbox_id,
        "ends_with": None if telling.ends_with is None else thing(*telling.ends_with),
        "thread": None if telling.thread is None else thing(*telling.thread),
        "title": hide_ids(telling.title)[:160],
        "text": telling.text or None,
        "card": telling.card or None,
        "link": telling.link[:255] or None,
        "urgency": LOW if telling.bundle and telling.urgency < URGENT else telling.urgency,
        "needs_answer": telling.needs_answer,
    }


def _message(telling: Telling, outbox_id: int | None) -> tuple[Message, bool]:
    values = message_values(telling, outbox_id)
    if outbox_id is None:
        return Message.create(**values), True
    try:
        with database.atomic():
            return Message.create(**values), True
    except IntegrityError:
        there = Message.get_or_none(Message.outbox_id == outbox_id)
        if there is None:
            raise
        return there, False


def _notices(message: Message, telling: Telling, means: Mapping[int, Reachability]) -> dict[int, int]:
    """One notice for each person; gives their ids by person."""
    now = clock.now()
    rows = [
        (
            message.company_id,
            message.id,
            person,
            item.account_id,
            telling.why.get(person, "chosen"),
            1,
            now,
            now,
        )
        for person, item in means.items()
    ]
    columns = (
        *("company_id", "message_id", "person_id", "account_id", "why"),
        *("version", "created_at", "updated_at"),
    )
    for start in range(0, len(rows), _CHUNK):
        insert_new("notice", columns, rows[start : start + _CHUNK])
    written = "SELECT person_id, id FROM notice WHERE person_id IN ({keys}) AND message_id = " + str(
        message.id
    )
    return dict(select_in(written, means))


def _planned(
    message: Message, telling: Telling, means: Mapping[int, Reachability], notices: Mapping[int, int]
) -> Iterator[Planned]:
    now = clock.now()
    due = quiet_hours.earliest(message.urgency, now, message.company_id, gather=not message.needs_answer)
    for person, notice in notices.items():
        yield from personal_deliveries(telling.ways, message.urgency, means[person], notice, now, due)
    groups = _groups(telling.company_id, telling.groups)
    for group in groups:
        if group.enabled:
            yield Planned(GROUP, due, group_id=group.id)
        else:
            yield Planned(
                GROUP, now, group_id=group.id, state="failed", error_code="group_off", reason="这个群已停用"
            )
    missing = len(set(telling.groups)) - len(groups)
    if missing:
        log.warning("groups_left_out", message=message.id, kind=telling.kind, count=missing)


def personal_deliveries(
    wanted: Sequence[str], urgency: int, means: Reachability, notice: int, now: datetime, due: datetime
) -> Iterator[Planned]:
    """How one person will be told, by the `wanted` ways that they have: what goes out goes at `due`."""
    ways = [way for way in dict.fromkeys(wanted) if way not in (SYSTEM, GROUP)]
    if urgency >= URGENT and CARD in ways and CARD in means.lacks:
        instead = means.next_way(CARD)
        if instead is not None and instead not in ways:
            ways.append(instead)
    yield system_delivery(means, notice, ways, now)
    for way in ways:
        lack = means.lacks.get(way)
        if lack is None:
            yield Planned(way, due, means.person_id, notice)
        else:
            yield Planned(
                way, now, means.person_id, notice, state="failed", error_code=lack[0], reason=lack[1][:300]
            )


def system_delivery(means: Reachability, notice: int, ways: Sequence[str], now: datetime) -> Planned:
    """The entry in my messages: there at once, for who has an account. Says so if it is all that there is."""
    lack = means.lacks.get(SYSTEM)
    if lack is not None:
        return Planned(
            SYSTEM, now, means.person_id, notice, state="failed", error_code=lack[0], reason=lack[1]
        )
    missing = [means.lacks[way][1] for way in ways if way in means.lacks]
    if ways and len(missing) == len(ways):
        reason = f"只有系统消息：{'，'.join(missing)}"[:300]
        return Planned(
            SYSTEM, now, means.person_id, notice, state="delivered", sent_at=now, error_code="system_only",
            reason=reason,
        )  # fmt: skip
    return Planned(SYSTEM, now, means.person_id, notice, state="delivered", sent_at=now)


def _groups(company_id: int, groups: Iterable[int]) -> list[ChatGroup]:
    """Those of the group chats that are the company's or shared."""
    wanted = list(dict.fromkeys(groups))
    if not wanted:
        return []
    own = ChatGroup.company.is_null() | ChatGroup.company.in_(line_of(company_id))
    return list(ChatGroup.select().where(ChatGroup.id.in_(wanted), own).order_by(ChatGroup.id))
