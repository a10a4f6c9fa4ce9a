"""Answers: an acknowledgement that stops all that is still to come for that person (K01, X04, G02).

The same function serves console, phone and card, and doing it twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import Case

from models.core import clock
from models.core.actor import Actor
from models.core.errors import Forbidden, Invalid, NotFound
from models.core.outbox import announce
from models.messages import deliveries, hooks
from models.messages.boards import LEDGERS, notices_changed
from models.messages.mine import mark_read, set_read
from models.messages.records import ANSWERS, NEED_HELP, ON_SITE, RECEIVED, Delivery, Message, Notice
from models.messages.taking import ANSWERED
from models.messages.ways import SYSTEM
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
    return _answer_all(_here(notices), value, way)


def answer_by_person(person_id: int, subject_kind: str, subject_id: int, value: str, *, way: str) -> Answered:
    """Answer for the person whom a chat platform names: all that they were told of the thing.

    Raises Invalid for an answer that is none, Forbidden for who was never told of it, or has left the unit.
    """
    _require_answer(value)
    notices = _of_subject(subject_kind, subject_id, Notice.person == person_id)
    if not notices:
        raise not_told()
    return _answer_all(_here(notices), value, way)


def require_told(person_id: int, subject_kind: str, subject_id: int) -> None:
    """Raise Forbidden `not_told` for a person who was never told of a thing."""
    if not _of_subject(subject_kind, subject_id, Notice.person == person_id):
        raise not_told()


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
    """Write the answer to those that ask for one; gives how the newest of them stands."""
    asking = [notice for notice in notices if notice.message.needs_answer]
    if not asking:
        newest = max(notices, key=lambda notice: notice.id)
        set_read([newest.id])
        return Answered(newest.id, newest.message_id, newest.answer, newest.answered_at, False, False)
    return max((_write(notice, value, way) for notice in asking), key=lambda done: done.notice_id)


def _write(notice: Notice, value: str, way: str) -> Answered:
    now = clock.now()
    mine = Notice.id == notice.id
    first = (
        Notice.update(
            answer=value, answered_at=now, answered_by_way=way, updated_at=now, read_at=notice.read_at or now
        )
        .where(mine, Notice.answer.is_null())
        .execute()
    )
    if first:
        _stop(notice.id, value, way, now)
        _pass_on(notice, value)
        return Answered(notice.id, notice.message_id, value, now, True, False)
    weaker = RANK[: RANK.index(value)]
    raised = 0
    if weaker:
        raised = Notice.update(answer=value, updated_at=now).where(mine, Notice.answer.in_(weaker)).execute()
    if raised:
        _pass_on(notice, value)
    row = Notice.get_by_id(notice.id)
    return Answered(row.id, row.message_id, row.answer, row.answered_at, False, bool(raised))


def _stop(notice_id: int, value: str, way: str, now: datetime) -> None:
    """Nothing more is sent to this person; what brought the answer is acknowledged, the entry in my messages read."""
    deliveries.stop([notice_id], f"{ANSWERED}：{_TITLES[value]}")
    by_this = (Delivery.way == way) & Delivery.state.in_(("accepted", "delivered", "seen", "suspected"))
    entry = (Delivery.way == SYSTEM) & Delivery.state.in_(("delivered", "seen", "failed"))
    reached = Case(None, ((Delivery.way == way, "acknowledged"),), "seen")
    Delivery.update(state=reached, updated_at=now).where(
        Delivery.notice == notice_id, by_this | entry
    ).execute()


def _pass_on(notice: Notice, value: str) -> None:
    """Tell the chain, the board, and the person's other screens."""
    hooks.answered(notice.message_id, notice.id, value)
    message = notice.message
    board = {"ledger": LEDGERS.get(message.subject_kind), "id": message.subject_id}
    announce(
        "message.answered", notice, account=notice.account_id, answer=value,
        **(board if board["ledger"] else {}),
    )  # fmt: skip


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
    _here([notice])


def _here(notices: Sequence[Notice]) -> list[Notice]:
    """Those of one human's notices whose unit they still belong to. Raises Forbidden if there is none."""
    persons = {notice.person_id for notice in notices}
    bound = Binding.select(Binding.person).where(Binding.person.in_(persons), Binding.state == "approved")
    here = {row.person_id for row in bound}
    kept = [notice for notice in notices if notice.person_id in here]
    if not kept:
        raise has_left()
    return kept


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
    "answer_subject",
    "follow_up",
    "mark_read",
    "require_told",
]
