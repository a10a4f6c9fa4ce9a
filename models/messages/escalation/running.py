"""Who doesn't answer is told again: chains that run, stop by a human's answer alone, and open again (X04).

A chain runs on the steps that it had when it began. `take_steps` and `reopen` are called every few seconds, by any
number of processes at once; all the rest is called by rules, in their transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from peewee import fn

from models.core import clock, history
from models.core.db import bulk
from models.core.db.connection import in_transaction, is_sqlite
from models.core.security.actor import Actor
from models.messages.escalation.records import Chain, ChainStep
from models.messages.escalation.steps import take_due
from models.messages.inbox.answering_for_others import STANDING_IN, principals_of
from models.messages.records import ON_SITE, Delivery, Escalation, EscalationStep, Message, Notice
from models.organization.records import Person

RUNNING, STOPPED, FINISHED = "running", "stopped", "finished"
ANSWERED, SOMEBODY_THERE, CLOSED = "已有人回应", "已有人到场", "事情已经结束"
_HOUSE = Actor(account_id=None, name="系统")
_CHUNK = 1000


def begin(message_id: int, chain_id: int, notices: Sequence[tuple[int, int]]) -> int:
    """Start the chain for notices, given as (notice id, person id), in the caller's transaction.

    The steps are copied, so a later edit changes nothing that runs. Gives how many began: none where the chain is
    switched off or has no steps; notices that have a chain, or an answer, already are left out.
    """
    chain = Chain.get_or_none(Chain.id == chain_id, Chain.enabled)
    steps = [] if chain is None else _snapshot(chain_id)
    if chain is None or not steps or not notices:
        return 0
    now = clock.now()
    given: dict[str, list[Any]] = {
        "message": [message_id], "steps": [orjson.dumps(steps).decode()], "stop_when": [chain.stop_when],
        "reopen": [chain.reopen_minutes], "now": [now],
        "first": [now + timedelta(minutes=steps[0]["wait_minutes"])],
    }  # fmt: skip
    # Rows made in the database itself: ten thousand people cost ten statements.
    return sum(
        bulk.insert_from(
            _BEGIN + ("ON CONFLICT DO NOTHING" if is_sqlite() else _AGAIN), notices=part, **given
        )
        for part in _parts(notice_id for notice_id, _ in notices)
    )


_BEGIN = (
    "INSERT INTO escalation (company_id, message_id, notice_id, steps, stop_when, reopen_minutes, next_step, next_at,"
    " state, rounds, opened_at) SELECT n.company_id, n.message_id, n.id, {steps}, {stop_when}, {reopen}, 0, {first},"
    " 'running', 1, {now} FROM notice n"
    " WHERE n.message_id = {message} AND n.answered_at IS NULL AND n.id IN ({notices}) "
)
_AGAIN = "ON DUPLICATE KEY UPDATE escalation.id = escalation.id"


def _snapshot(chain_id: int) -> list[dict[str, Any]]:
    steps = ChainStep.select().where(ChainStep.chain == chain_id).order_by(ChainStep.sequence)
    names = ("sequence", "wait_minutes", "who", "way")
    return [{name: getattr(step, name) for name in names} for step in steps]


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def take_steps(limit: int = 500) -> int:
    """Take up to `limit` steps that are due, each exactly once; gives how many chains moved on.

    Keeps its own transaction: whoever dies in it has done nothing, and the next one does it.
    """
    return in_transaction(take_due, limit)


def stop(notice_ids: Iterable[int], why: str) -> int:
    """Stop the chains of these notices, and what they have queued; gives how many ran.

    Like an answer it lasts only if something follows, where the chain says so; `close` is for good.
    """
    stopped = 0
    for part in _parts(notice_ids):
        found = _locked(Escalation.notice_id.in_(part) & (Escalation.state << (RUNNING, FINISHED)))
        stopped += _stop(found, why, clock.now())
        _cancel(Delivery.notice.in_(part) & (Delivery.step > 0), why)
        _cancel_told(found, why)
    return stopped


def answered(message_id: int, notice_ids: Sequence[int], answer: str) -> int:
    """People answered their notices of a message: stop what is still to come for them, in the answer's transaction.

    Who was told in the stead of one alone answers for that one too; of several, for none of them (`answered_for`). Where
    the chain says so, one who is on site stops all of the message. Gives how many chains stopped. Call it again for a
    repeated answer: a chain that was opened again stops again, and nothing else happens.
    """
    listed = sorted(set(notice_ids))
    alone = {
        others[0].notice_id: mine
        for mine, others in principals_of(listed).items()
        if others[0].alone and others[0].waits
    }
    found = _locked(Escalation.notice_id.in_([*listed, *alone]) & (Escalation.state << (RUNNING, FINISHED)))
    theirs = [one for one in found if one.notice_id in alone]
    stopped = _stop([one for one in found if one.notice_id not in alone], ANSWERED, clock.now())
    for one in theirs:
        stopped += _stop_for(one, alone[one.notice_id])
    _cancel(Delivery.notice.in_(listed) & Delivery.for_notice_id.is_null(), ANSWERED)
    _cancel_principals(theirs)
    _cancel_told(found, ANSWERED)
    return stopped + (_stop_all(message_id) if answer == ON_SITE else 0)


def answered_for(notice_id: int, by_notice_id: int) -> int:
    """Whoever has `by_notice_id` answered in the stead of who has `notice_id`: that chain stops. Gives how many ran."""
    found = _locked((Escalation.notice_id == notice_id) & (Escalation.state << (RUNNING, FINISHED)))
    stopped = sum(_stop_for(one, by_notice_id) for one in found)
    _cancel_principals(found)
    _cancel_told(found, ANSWERED)
    return stopped


def _stop_for(one: Escalation, by_notice_id: int) -> int:
    name = Notice.select(Person.name).join(Person).where(Notice.id == by_notice_id).scalar()
    told = EscalationStep.escalation == one.id, EscalationStep.notice_id == by_notice_id
    step = EscalationStep.select(fn.MAX(EscalationStep.step)).where(*told).scalar()
    who = f"{ChainStep.who.title_of(one.steps[step]['who']) if step is not None else ''}{name}"
    stopped = _stop([one], f"{who}已代为回应", clock.now())
    Escalation.update(answered_by_id=by_notice_id).where(Escalation.id == one.id).execute()
    return stopped


def _locked(condition: Any) -> list[Escalation]:
    query = Escalation.select().where(condition).order_by(Escalation.id)
    return list(query if is_sqlite() else query.for_update())


def _stop(found: Sequence[Escalation], why: str, now: datetime) -> int:
    """Stop them; those with a time for it open again later."""
    for minutes in {one.reopen_minutes for one in found}:
        again = None if minutes is None else now + timedelta(minutes=minutes)
        ids = [one.id for one in found if one.reopen_minutes == minutes]
        Escalation.update(state=STOPPED, stopped_at=now, stopped_why=why[:200], next_at=again).where(
            Escalation.id.in_(ids)
        ).execute()
    return sum(one.state == RUNNING for one in found)


def _cancel(which: Any, why: str) -> None:
    Delivery.update(state="cancelled", reason=why).where(which, Delivery.state == "queued").execute()


def _cancel_principals(found: Sequence[Escalation]) -> None:
    """Those in whose stead others have answered: the first telling still reaches them, later steps do not."""
    others = [one.notice_id for one in found]
    if others:
        _cancel(Delivery.notice.in_(others) & (Delivery.step > 0), ANSWERED)


def _cancel_told(found: Sequence[Escalation], why: str) -> None:
    """What the stopped chains have queued for others, unless another chain, or their own, still needs it."""
    ids = [one.id for one in found if one.next_step > 0]
    if not ids:
        return
    query = EscalationStep.select(EscalationStep.notice_id).where(
        EscalationStep.escalation.in_(ids), EscalationStep.notice_id.is_null(False)
    )
    told = {row_id for (row_id,) in query.distinct().tuples()} - {one.notice_id for one in found}
    alive = Escalation.state << (RUNNING, FINISHED)
    own = Escalation.select(Escalation.notice_id).where(Escalation.notice_id.in_(told), alive)
    others = (
        EscalationStep.select(EscalationStep.notice_id)
        .join(Escalation)
        .where(EscalationStep.notice_id.in_(told), alive)
    )
    free = told - {row_id for query in (own, others) for (row_id,) in query.tuples()}
    if free:
        _cancel(Delivery.notice.in_(sorted(free)) & (Delivery.step > 0), why)


def _stop_all(message_id: int) -> int:
    """Somebody is on site: nobody else is urged, if the message's chain says so. The first telling goes on."""
    which = (Escalation.message_id == message_id) & (Escalation.stop_when == ON_SITE)
    stopped: int = (
        Escalation.update(state=STOPPED, stopped_at=clock.now(), stopped_why=SOMEBODY_THERE, next_at=None)
        .where(which, Escalation.state << (RUNNING, FINISHED))
        .execute()
    )
    if stopped:
        _cancel((Delivery.message == message_id) & (Delivery.step > 0), SOMEBODY_THERE)
    return stopped


def reopen(limit: int = 500) -> int:
    """Open chains again whose answer was followed by nothing in the time that the chain gives; gives how many.

    Follow-up is `Notice.followed_up_at` of whoever answered, or that the subject was closed. The first step is then
    due at once, and the steps are counted as another round. The answer does not count any more and is taken off
    the notice; its trail keeps it.
    """
    return in_transaction(_reopen, limit)


def _reopen(limit: int) -> int:
    now = clock.now()
    query = Escalation.select().where(Escalation.state == STOPPED, Escalation.next_at <= now)
    query = query.order_by(Escalation.next_at, Escalation.id).limit(limit)
    due = list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))
    if not due:
        return 0
    concerned = _concerned(due)
    busy = _followed_up(due, concerned)
    if busy:
        Escalation.update(next_at=None).where(Escalation.id.in_(sorted(busy))).execute()
    ids = [one.id for one in due if one.id not in busy]
    if ids:
        Escalation.update(
            state=RUNNING, rounds=Escalation.rounds + 1, next_step=0, next_at=now, opened_at=now,
            stopped_at=None, stopped_why=None, answered_by_id=None,
        ).where(Escalation.id.in_(ids)).execute()  # fmt: skip
        # What stand-ins answered for themselves stays; who answered for this one alone is asked anew.
        opened = [one for one in due if one.id in ids]
        _forget_answers({one.notice_id for one in opened} | _stood_in({one.answered_by_id for one in opened}))
    return len(ids)


def _concerned(due: Sequence[Escalation]) -> dict[int, set[int]]:
    """The notices that each chain has told: its own, and those of who stands in."""
    found = {one.id: {one.notice_id} for one in due}
    told = EscalationStep.select(EscalationStep.escalation, EscalationStep.notice_id).where(
        EscalationStep.escalation.in_(list(found)), EscalationStep.notice_id.is_null(False)
    )
    for escalation_id, notice_id in told.tuples():
        found[escalation_id].add(notice_id)
    return found


def _followed_up(due: Sequence[Escalation], concerned: dict[int, set[int]]) -> set[int]:
    """The ids of the chains where one of those concerned has done something since the present round began."""
    query = Notice.select(Notice.id, Notice.followed_up_at).where(
        Notice.id.in_(sorted(set().union(*concerned.values()))), Notice.followed_up_at.is_null(False)
    )
    at = dict(query.tuples())
    return {
        one.id
        for one in due
        if any(key in at and (one.rounds == 1 or at[key] >= one.opened_at) for key in concerned[one.id])
    }


def _stood_in(notice_ids: set[int | None]) -> set[int]:
    rows = Notice.select(Notice.id).where(
        Notice.id.in_(notice_ids - {None} or (0,)), Notice.why.in_(STANDING_IN)
    )
    return {row.id for row in rows}


def _forget_answers(notice_ids: set[int]) -> None:
    """Whoever answered is asked anew, as for the first time; what they had answered stays in the trail."""
    rows = list(Notice.select().where(Notice.id.in_(sorted(notice_ids)), Notice.answer.is_null(False)))
    names = ("answer", "answered_at", "answered_by_way")
    nothing = dict.fromkeys(names)
    for row in rows:
        lines = history.differences(Notice, {name: row.__data__[name] for name in names}, nothing)
        history.note(_HOUSE, row, "reopened", lines)
    if rows:
        Notice.update(**nothing, updated_at=clock.now()).where(
            Notice.id.in_([row.id for row in rows])
        ).execute()


def close(subject_kind: str, subject_id: int) -> int:
    """The subject is closed: nobody is urged any more, and nothing opens again. Gives how many chains ran.

    Call it before the closing itself is told, which is a message of its own.
    """
    messages = Message.select(Message.id).where(
        Message.subject_kind == subject_kind, Message.subject_id == subject_id
    )
    ids = [row_id for (row_id,) in messages.tuples()]
    if not ids:
        return 0
    stopped: int = (
        Escalation.update(state=STOPPED, stopped_at=clock.now(), stopped_why=CLOSED, next_at=None)
        .where(Escalation.message_id.in_(ids), Escalation.state << (RUNNING, FINISHED))
        .execute()
    )
    Escalation.update(next_at=None).where(
        Escalation.message_id.in_(ids), Escalation.next_at.is_null(False)
    ).execute()
    _cancel(Delivery.message.in_(ids) & (Delivery.step > 0), CLOSED)
    return stopped
