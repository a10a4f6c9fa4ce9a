"""Answers: an acknowledgement that stops all that is still to come for that person (K01, X04, G02).

The same function serves console, phone and card, and doing it twice does nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Case, fn

from models.core import clock
from models.core.db.connection import is_sqlite
from models.core.errors import Forbidden, Invalid, NotFound
from models.core.events.outbox import announce_all
from models.core.security.actor import Actor
from models.messages.channels.records import SYSTEM
from models.messages.delivery import deliveries
from models.messages.delivery.queue import ANSWERED
from models.messages.escalation import hooks
from models.messages.inbox.board_updates import board_ledgers, heard_with, news_of_answer, notices_changed
from models.messages.inbox.mine import mark_read, set_read
from models.messages.records import ANSWERS, NEED_HELP, ON_SITE, RECEIVED, Delivery, Message, Notice
from models.organization.records import Binding

#: From the weakest to the strongest; an answer may be raised, never lowered.
RANK = (RECEIVED, ON_SITE, NEED_HELP)
_TITLES = {choice.value: choice.title for choice in ANSWERS}


@dataclass(frozen=True)
class Answered:
    """What stands now. `first`: by this very call; `raised`: this call made a stronger answer of it.

    `answer` is None where nothing is asked (any more).
    """

    notice_id: int
    message_id: int
    answer: str | None
    answered_at: datetime | None
    first: bool
    raised: bool


def answer(
    actor: Actor, notice_id: int | None, value: str, *, way: str = SYSTEM, message_id: int | None = None
) -> Answered:
    """Answer one of my notices, named by its id or by its message's.

    Raises Invalid for an answer that is none, Forbidden if I was not told of it or have left the unit, NotFound if
    there is no such notice.
    """
    _require_answer(value)
    if notice_id is not None:
        found = Notice.get_or_none(Notice.id == notice_id)
    else:
        found = Notice.get_or_none(Notice.message == message_id, _of(actor))
        if found is None and Message.get_or_none(Message.id == message_id) is not None:
            raise not_told()
    if found is None:
        raise NotFound("没有这条消息")
    _require_mine(actor, found)
    return _answer_all([found], value, way)


def answer_subject(
    actor: Actor, subject_kind: str, subject_id: int, value: str, *, way: str = SYSTEM
) -> Answered:
    """Answer all that I was told of a thing (an accident's page). Raises as `answer` does."""
    _require_answer(value)
    notices = _of_subject(subject_kind, subject_id, _of(actor))
    if not notices:
        raise not_told()
    return _answer_all(still_here(notices), value, way)


def answer_by_person(person_id: int, subject_kind: str, subject_id: int, value: str, *, way: str) -> Answered:
    """Answer for the person whom a chat platform names: all that they were told of the thing.

    Raises Invalid for an answer that is none, Forbidden for who was never told of it, or has left the unit.
    """
    _require_answer(value)
    done = answer_by_persons({person_id: value}, subject_kind, subject_id, way=way)[person_id]
    if isinstance(done, Forbidden):
        raise done
    return done


def answer_by_persons(
    values: Mapping[int, str], subject_kind: str, subject_id: int, *, way: str
) -> dict[int, Answered | Forbidden]:
    """The same for many people at once, each with an answer (of ANSWERS): a handful of statements for all of them.

    For each what stands now, or why it was refused.
    """
    done: dict[int, Answered | Forbidden] = {person: not_told() for person in values}
    told: dict[int, list[Notice]] = defaultdict(list)
    for notice in _of_subject(subject_kind, subject_id, Notice.person.in_(list(values))):
        told[notice.person_id].append(notice)
    here = _bound(told)
    done.update({person: has_left() for person in told if person not in here})
    for value in RANK:
        mine = {person: told[person] for person in here if values[person] == value}
        done.update(_answer_each(mine, value, way))
    return done


def told_of(person_ids: Iterable[int], subject_kind: str, subject_id: int) -> set[int]:
    """Those of these people who were told of a thing."""
    rows = (
        Notice.select(Notice.person)
        .join(Message, on=(Notice.message == Message.id))
        .where(Message.subject_kind == subject_kind, Message.subject_id == subject_id)
        .where(Notice.person.in_(set(person_ids) or (0,)))
    )
    return {row.person_id for row in rows}


def follow_up(
    actor: Actor, subject_kind: str, subject_id: int, *, way: str = SYSTEM, person_id: int | None = None
) -> int:
    """Note that I have done something about a thing, so that my acknowledgement does not open again (X04).

    Who acts has plainly heard of it: an answer that is still open becomes 收到. `person_id` names the one who acts
    where a chat platform said who. Gives how many notices that concerned; none is no error.
    """
    mine = Notice.person == person_id if person_id is not None else _of(actor)
    notices = _of_subject(subject_kind, subject_id, mine)
    if not notices:
        return 0
    if any(notice.answer is None and notice.message.needs_answer for notice in notices):
        _answer_all(notices, RECEIVED, way)
    now = clock.now()
    ids = [notice.id for notice in notices]
    done: int = (
        Notice.update(followed_up_at=now, updated_at=now)
        .where(Notice.id.in_(ids), Notice.answer.is_null(False))
        .execute()
    )
    notices_changed("message.followed_up", ids)
    return done


def _answer_all(notices: Sequence[Notice], value: str, way: str) -> Answered:
    """Write the answer to those of one human's notices that ask for one; gives how the newest of them stands."""
    return _answer_each({0: list(notices)}, value, way)[0]


def _answer_each(by_human: Mapping[int, list[Notice]], value: str, way: str) -> dict[int, Answered]:
    """The same for any number of humans who say the same."""
    asking = {who: [one for one in notices if one.message.needs_answer] for who, notices in by_human.items()}
    asked = [one for notices in asking.values() for one in notices]
    written = _write([*asked, *_heard_with(asked)], value, way)
    done: dict[int, Answered] = {}
    for who, notices in by_human.items():
        if asking[who]:
            done[who] = max((written[one.id] for one in asking[who]), key=lambda each: each.notice_id)
            continue
        newest = max(notices, key=lambda notice: notice.id)
        set_read([newest.id])
        done[who] = Answered(newest.id, newest.message_id, newest.answer, newest.answered_at, False, False)
    return done


def _heard_with(notices: Sequence[Notice]) -> list[Notice]:
    """What these people were told of the same things besides and are still asked: who comes to a call for help has
    heard of the accident, and is not to be rung on."""
    found: list[Notice] = []
    by_subject: dict[tuple[str, int], set[int]] = defaultdict(set)
    for one in notices:
        also = heard_with(one.message.subject_kind)
        if also is not None:
            by_subject[also, one.message.subject_id].add(one.person_id)
    for (kind, subject_id), persons in by_subject.items():
        rows = _of_subject(kind, subject_id, Notice.person.in_(sorted(persons)))
        found += [one for one in rows if one.message.needs_answer]
    return found


def _write(notices: Sequence[Notice], value: str, way: str) -> dict[int, Answered]:
    """The answer to these notices, each locked: the first, a stronger one than there was, or none any more."""
    if not notices:
        return {}
    now, held = clock.now(), _held(notices)
    first = [one for one in notices if held[one.id][0] is None]
    raised = [one for one in notices if held[one.id][0] in RANK[: RANK.index(value)]]
    if first:
        ids = [one.id for one in first]
        Notice.update(
            answer=value,
            answered_at=now,
            answered_by_way=way,
            updated_at=now,
            read_at=fn.COALESCE(Notice.read_at, now),
        ).where(Notice.id.in_(ids)).execute()
        _stop(ids, value, way, now)
    if raised:
        Notice.update(answer=value, updated_at=now).where(Notice.id.in_([one.id for one in raised])).execute()
    _pass_on([*first, *raised], value)
    stands = {one.id: (value, now) for one in first} | {one.id: (value, held[one.id][1]) for one in raised}
    mine, stronger = {one.id for one in first}, {one.id for one in raised}
    return {
        one.id: Answered(
            one.id, one.message_id, *stands.get(one.id, held[one.id]), one.id in mine, one.id in stronger
        )
        for one in notices
    }


def _held(notices: Sequence[Notice]) -> dict[int, tuple[str | None, datetime | None]]:
    """What is answered so far, locked until the commit: of two who press at once one is the first."""
    query = (
        Notice.select(Notice.id, Notice.answer, Notice.answered_at)
        .where(Notice.id.in_([one.id for one in notices]))
        .order_by(Notice.id)
    )
    rows = query if is_sqlite() else query.for_update()
    return {row.id: (row.answer, row.answered_at) for row in rows}


def _stop(notice_ids: Sequence[int], value: str, way: str, now: datetime) -> None:
    """Nothing more is sent to these people; what brought the answer is acknowledged, the entry in my messages read."""
    deliveries.stop(notice_ids, f"{ANSWERED}：{_TITLES[value]}")
    by_this = (Delivery.way == way) & Delivery.state.in_(("accepted", "delivered", "seen", "suspected"))
    entry = (Delivery.way == SYSTEM) & Delivery.state.in_(("delivered", "seen", "failed"))
    reached = Case(None, ((Delivery.way == way, "acknowledged"),), "seen")
    Delivery.update(state=reached, updated_at=now).where(
        Delivery.notice.in_(list(notice_ids)), by_this | entry
    ).execute()


def _pass_on(notices: Sequence[Notice], value: str) -> None:
    """Tell the chains, the board, and the people's other screens."""
    by_message: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_message[notice.message_id].append(notice)
    for message_id, mine in by_message.items():
        hooks.answered(message_id, [notice.id for notice in mine], value)
    announce_all(("message.answered", notice, _news(notice, value)) for notice in notices)
    told_on = ((news_of_answer(notice.message.subject_kind, value), notice) for notice in notices)
    announce_all((kind, notice, _news(notice, value)) for kind, notice in told_on if kind is not None)


def _news(notice: Notice, value: str) -> dict[str, Any]:
    message = notice.message
    ledger = board_ledgers().get(message.subject_kind)
    board = {"ledger": ledger, "id": message.subject_id} if ledger else {}
    return {"account": notice.account_id, "answer": value, **board}


def _of(actor: Actor) -> object:
    """What was told to the actor, at whatever unit, also at one that they have left."""
    mine = Notice.person.in_(actor.person_ids or (0,))
    return mine if actor.account_id is None else (Notice.account_id == actor.account_id) | mine


def _of_subject(subject_kind: str, subject_id: int, mine: object) -> list[Notice]:
    query = (
        Notice.select(Notice, Message)
        .join(Message, on=(Notice.message == Message.id))
        .where(Message.subject_kind == subject_kind, Message.subject_id == subject_id, mine)
        .order_by(Notice.id)
    )
    return list(query)


def _require_answer(value: str) -> None:
    if value not in RANK:
        raise Invalid(
            "没有这种回应",
            code="unknown_answer",
            cause="按钮的内容无法识别",
            advice=f"请选择：{'、'.join(_TITLES.values())}",
            fields={"answer": "请从列出的回应中选择"},
        )


def _require_mine(actor: Actor, notice: Notice) -> None:
    told = actor.account_id is not None and notice.account_id == actor.account_id
    if not told and notice.person_id not in actor.person_ids:
        raise not_told()
    still_here([notice])


def still_here(notices: Sequence[Notice]) -> list[Notice]:
    """Those of one human's notices whose unit they still belong to. Raises Forbidden if there is none."""
    here = _bound(notice.person_id for notice in notices)
    kept = [notice for notice in notices if notice.person_id in here]
    if not kept:
        raise has_left()
    return kept


def _bound(persons: Iterable[int]) -> set[int]:
    """Those who still belong to their unit."""
    bound = Binding.select(Binding.person).where(
        Binding.person.in_(set(persons) or (0,)), Binding.state == "approved"
    )
    return {row.person_id for row in bound}


def not_told() -> Forbidden:
    """The refusal for who was never told of a thing."""
    return Forbidden(
        "这件事没有通知过您",
        code="not_told",
        cause="只有收到通知的人才能回应",
        advice="如果您参与处置，请让安全管理员把您加入通知",
    )


def has_left() -> Forbidden:
    """The refusal for who was told, and has left the unit since."""
    return Forbidden(
        "您已不在这个单位",
        code="left_unit",
        cause="您和这个单位的绑定已经解除，不能再回应它的消息",
        advice="如有误，请联系该单位的安全管理员",
    )


__all__ = [
    "Answered",
    "answer",
    "answer_by_person",
    "answer_by_persons",
    "answer_subject",
    "follow_up",
    "mark_read",
    "told_of",
]
