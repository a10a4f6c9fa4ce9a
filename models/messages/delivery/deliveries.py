"""What becomes of deliveries: accepted, delivered, seen, failed and tried again, sent once more (L01, L06, X04).

A platform's "ok" is `accepted`, no more; only a person's answer ends what is still to come.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import Case

from models.core import clock, history
from models.core.db.connection import is_sqlite
from models.core.errors import Conflict
from models.core.security.actor import Actor
from models.messages.channels.reachability import means_of
from models.messages.channels.records import CARD, GROUP
from models.messages.delivery import quiet_hours
from models.messages.delivery.insert import Planned, insert_deliveries, once_key, repeat_of
from models.messages.delivery.queue import ANSWERED, take_due
from models.messages.delivery.refresh import outdate, shows, update_due
from models.messages.inbox.board_updates import deliveries_changed
from models.messages.records import (
    DOUBTFUL,
    NORMAL,
    RESEND_DELIVERIES,
    URGENT,
    Delivery,
    Message,
    Notice,
    Sending,
)

#: Classes of errors that have a patience of their own; a failure's code is `class` or `class.detail`.
LIMITED, NETWORK, PLATFORM = "limited", "network", "platform"


@dataclass(frozen=True)
class Failure:
    """Why a delivery did not go out. `code` begins with the class of the error.

    `retry_in` is in seconds, and grows with every try; None: it is no use to try again. `next_way`: by another way
    it might be.
    """

    code: str
    reason: str
    retry_in: float | None = None
    next_way: bool = False


@dataclass(frozen=True)
class Patience:
    """How often a delivery is tried, by what the wait grows, and its longest (seconds)."""

    tries: int
    factor: float
    longest: float


_PATIENCE = {
    LIMITED: Patience(60, 1.0, 900),  # the platform said how long; it will take it
    NETWORK: Patience(10, 2.0, 300),
    PLATFORM: Patience(6, 3.0, 1800),
}
_USUAL = Patience(5, 2.0, 1800)


def patience(code: str) -> Patience:
    """The patience with a class of errors."""
    return _PATIENCE.get(code.partition(".")[0], _USUAL)


def wait_for(failure: Failure, attempts: int) -> float | None:
    """Seconds until the next try after `attempts` tries, spread by up to a half more; None: no more."""
    about = patience(failure.code)
    if failure.retry_in is None or attempts >= about.tries:
        return None
    wait = min(max(failure.retry_in, 0.1) * about.factor ** max(attempts - 1, 0), about.longest)
    return max(wait, failure.retry_in) * random.uniform(1.0, 1.5)


def accepted(ids: Iterable[int], sending_id: int) -> int:
    """The platform took them, in the call `sending_id`. Gives how many were ours to say so of."""
    listed, now = list(ids), clock.now()
    known = {"sending": sending_id, "sent_at": now, "lease_until": None, "updated_at": now}
    answered = [
        row.id
        for row in Delivery.select(Delivery.id)
        .join(Notice, on=(Delivery.notice == Notice.id))
        .where(
            Delivery.id.in_(listed), Notice.answered_by_way == Delivery.way, Delivery.for_notice_id.is_null()
        )
    ]
    # A click may be quicker than the platform's answer to the very call that brought the card.
    _update(answered, ("sending",), state="acknowledged", **known)
    moved = _update(listed, ("sending",), state="accepted", **known)
    # It went out all the same, so its card is to be updated like the others.
    _update(listed, ("cancelled",), sending=sending_id, sent_at=now)
    deliveries_changed(listed)
    return moved + len(answered)


def doubtful(ids: Iterable[int], sending_id: int, reason: str) -> int:
    """The platform knows the call `sending_id`, and nobody knows whether it reached them. Gives how many that were.

    They are told by the next way that they have, and the auditor looks after who has none; a press still counts.
    """
    listed, now = list(ids), clock.now()
    rows = [row for row in _locked(listed) if row.state == "sending"]
    answered = _answered(rows)
    told = {"error_code": DOUBTFUL, "reason": reason[:300]}
    _by_ids(
        [row.id for row in rows], state="suspected", sending=sending_id, sent_at=now, lease_until=None, **told
    )
    _update(listed, ("cancelled",), sending=sending_id, sent_at=now)
    _next_ways([row for row in rows if row.id not in answered], _urgencies(rows), now, least=NORMAL)
    deliveries_changed(listed)
    return len(rows)


def delivered(ids: Iterable[int]) -> int:
    """It is on their phone, says the platform."""
    return _moved(ids, ("sending", "accepted", "suspected"), "delivered")


def seen(ids: Iterable[int]) -> int:
    """They have looked at it."""
    return _moved(ids, ("sending", "accepted", "suspected", "delivered"), "seen")


def suspected(ids: Iterable[int], reason: str = "") -> int:
    """It was probably dropped in silence (more than a platform lets through in a minute, say)."""
    extra = {"reason": reason[:300]} if reason else {}
    return _moved(ids, ("accepted",), "suspected", **extra)


def shown(sending_id: int, persons: Iterable[int], version: int) -> int:
    """The card that the call `sending_id` brought was changed for these people, and shows their thing's `version` now.

    Younger messages of the same thing that ask nothing need not come to them as another card: they count as
    accepted, by that call, whoever holds them. Gives how many that were.
    """
    message = (
        Message.select()
        .join(Sending, on=(Sending.message_id == Message.id))
        .where(Sending.id == sending_id)
        .get()
    )
    told = Message.select(Message.id).where(
        Message.subject_kind == message.subject_kind, Message.subject_id == message.subject_id,
        Message.id > message.id, Message.subject_version <= version, Message.needs_answer == False,  # noqa: E712
    )  # fmt: skip
    newer = [row.id for row in told]
    if not newer:
        return 0
    waiting = Delivery.select(Delivery.id).where(
        Delivery.message.in_(newer), Delivery.person.in_(sorted(persons) or (0,)), Delivery.way == CARD,
        Delivery.state.in_(("queued", "sending")),
    )  # fmt: skip
    now, ids = clock.now(), [row.id for row in waiting]
    known = {"sending": sending_id, "sent_at": now, "lease_until": None, "updated_at": now}
    moved = _update(ids, ("queued", "sending"), state="accepted", **known)
    deliveries_changed(ids)
    return moved


def held(ids: Iterable[int]) -> list[int]:
    """Those of `ids`, which were leased, that are still to be sent."""
    listed = list(ids) or [0]
    rows = Delivery.select(Delivery.id).where(Delivery.id.in_(listed), Delivery.state == "sending")
    return [row.id for row in rows.order_by(Delivery.id)]


def postpone(ids: Iterable[int], seconds: float) -> int:
    """Give back what was leased and not tried, because our own limits say wait: it counts as no try.

    What is for people who have answered meanwhile is cancelled. Gives how many wait again.
    """
    now, rows = clock.now(), _locked(list(ids))
    answered = _answered(rows)
    over = [row.id for row in rows if row.id in answered]
    _update(over, ("sending",), state="cancelled", reason=ANSWERED, lease_until=None, updated_at=now)
    again = [row.id for row in rows if row.id not in answered]
    # What a repeated call takes along was perhaps never tried at all.
    untried = Case(None, ((Delivery.attempts > 0, Delivery.attempts - 1),), 0)
    due = now + timedelta(seconds=seconds)
    return _update(
        again, ("sending",), state="queued", due_at=due, lease_until=None, attempts=untried, updated_at=now
    )


def stop(notice_ids: Sequence[int], reason: str = ANSWERED) -> int:
    """Cancel all that still waits for these notices; gives how many."""
    now = clock.now()
    query = Delivery.update(state="cancelled", reason=reason[:300], updated_at=now).where(
        Delivery.notice.in_(list(notice_ids) or (0,)),
        Delivery.state == "queued",
        Delivery.for_notice_id.is_null(),
    )
    return int(query.execute())


def failed(ids: Iterable[int], failure: Failure) -> int:
    """They did not go out: again after a wait, or never (a dead letter), or by the next way.

    Nothing is tried again for who has answered. Gives how many will be tried again.
    """
    rows = _locked(list(ids))
    now, answered = clock.now(), _answered(rows)
    again: dict[int, list[Delivery]] = defaultdict(list)
    dead: list[Delivery] = []
    for row in rows:
        if wait_for(failure, row.attempts) is None:
            dead.append(row)
        elif row.id not in answered:
            again[row.attempts].append(row)
    kept = {row.id for items in again.values() for row in items} | {row.id for row in dead}
    told = {"error_code": failure.code[:40], "reason": failure.reason[:300], "lease_until": None}
    _by_ids([row.id for row in rows if row.id not in kept], state="cancelled", **{**told, "reason": ANSWERED})
    _by_ids([row.id for row in dead], state="failed", **told)
    urgencies = _urgencies(rows)
    for attempts, items in again.items():
        # One wait for all that failed in one call, so that they go out in one call again.
        due = now + timedelta(seconds=wait_for(failure, attempts) or 0)
        for urgency, company in {(urgencies[row.message_id], row.company_id) for row in items}:
            some = [
                row.id for row in items if (urgencies[row.message_id], row.company_id) == (urgency, company)
            ]
            _by_ids(some, state="queued", due_at=quiet_hours.earliest(urgency, due, company), **told)
    if failure.next_way:
        _next_ways([row for row in dead if row.id not in answered], urgencies, now)
    deliveries_changed(row.id for row in rows)
    return sum(len(items) for items in again.values())


def _next_ways(
    dead: Sequence[Delivery], urgencies: dict[int, int], now: datetime, *, least: int = URGENT
) -> None:
    """A message (of this urgency at `least`) that could not come by one way comes by the next that the person has."""
    by_message: dict[tuple[int, int], list[Delivery]] = defaultdict(list)
    for row in dead:
        if row.notice_id is not None and urgencies[row.message_id] >= least:
            by_message[row.company_id, row.message_id].append(row)
    for (company, message), rows in by_message.items():
        means = means_of(company, [row.person_id for row in rows], told=True)
        planned = []
        for row in rows:
            way = means[row.person_id].next_way(row.way) if row.person_id in means else None
            if way is not None:
                planned.append(
                    Planned(
                        way,
                        quiet_hours.earliest(urgencies[message], now, company),
                        row.person_id,
                        row.notice_id,
                        step=row.step,
                        for_notice_id=row.for_notice_id,
                        again=repeat_of(row.once_key),
                    )
                )
        insert_deliveries(company, message, planned)


def resend(actor: Actor, delivery_id: int) -> Delivery:
    """Send a dead letter, or one that was probably dropped, once more; gives the new delivery.

    Doing it twice sends once. Raises Conflict when there is nothing to send: it is under way, the person has
    answered, or still can't be reached by this way.
    """
    old = Delivery.find(actor, RESEND_DELIVERIES, delivery_id)
    base = old.once_key.partition(".r")[0]
    there = Delivery.get_or_none(Delivery.once_key == f"{base}.r{old.id}")
    if there is not None:
        return there
    _require_resendable(old)
    now = clock.now()
    planned = Planned(old.way, now, old.person_id, old.notice_id, old.group_id, old.step,
        for_notice_id=old.for_notice_id, again=f".r{old.id}")  # fmt: skip
    insert_deliveries(old.company_id, old.message_id, [planned])
    _update(
        [old.id],
        ("failed", "suspected"),
        state="cancelled",
        reason=f"已重新发送；原来：{old.reason or '无'}"[:300],
    )
    history.note(actor, old, "resent")
    deliveries_changed([old.id])
    made: Delivery = Delivery.get(Delivery.once_key == once_key(old.message_id, planned))
    return made


def _require_resendable(old: Delivery) -> None:
    if old.state not in ("failed", "suspected"):
        raise Conflict(
            "现在不用重发",
            code="wrong_state",
            cause=f"它现在是“{Delivery.state.title_of(old.state)}”",
            advice="只有发送失败或可能被丢弃的才需要重发",
        )
    if _answered([old]):
        raise Conflict("不用再发了", code="answered", cause="本人已经回应", advice="请在看板上查看回应")
    if old.person_id is None or old.way == GROUP:
        return
    means = means_of(old.company_id, [old.person_id], told=True).get(old.person_id)
    if means is None:
        raise Conflict("不能重发", code="left_unit", cause="这个人已不在本单位", advice="请通知其他人")
    lack = means.lacks.get(old.way)
    if lack is not None:
        raise Conflict(
            "现在还发不出去", code=lack[0], cause=lack[1], advice="请先补上联系方式，或者换一种方式通知"
        )


def _locked(ids: Sequence[int]) -> list[Delivery]:
    query = (
        Delivery.select()
        .where(Delivery.id.in_(list(ids) or (0,)), Delivery.state.in_(("sending", "accepted", "suspected")))
        .order_by(Delivery.id)
    )
    return list(query if is_sqlite() else query.for_update("FOR UPDATE"))


def _answered(rows: Iterable[Delivery]) -> set[int]:
    """The ids of those of `rows` whose receiver has answered what they are about."""
    own = {row.id: row.notice_id for row in rows if row.notice_id is not None and row.for_notice_id is None}
    answered = Notice.select(Notice.id).where(
        Notice.id.in_(set(own.values()) or (0,)), Notice.answer.is_null(False)
    )
    notices = {row.id for row in answered}
    return {row_id for row_id, notice_id in own.items() if notice_id in notices}


def _urgencies(rows: Iterable[Delivery]) -> dict[int, int]:
    ids = {row.message_id for row in rows}
    return dict(Message.select(Message.id, Message.urgency).where(Message.id.in_(ids or (0,))).tuples())


def _by_ids(ids: Sequence[int], **values: Any) -> int:
    if not ids:
        return 0
    return int(Delivery.update(updated_at=clock.now(), **values).where(Delivery.id.in_(list(ids))).execute())


def _update(ids: Sequence[int], start: tuple[str, ...], **values: Any) -> int:
    """Write `values` to those of `ids` that are in one of the states `start`."""
    if not ids:
        return 0
    return int(
        Delivery.update(**values).where(Delivery.id.in_(list(ids)), Delivery.state.in_(start)).execute()
    )


def _moved(ids: Iterable[int], start: tuple[str, ...], state: str, **values: Any) -> int:
    listed = list(ids)
    moved = _update(listed, start, state=state, lease_until=None, updated_at=clock.now(), **values)
    if moved:
        deliveries_changed(listed)
    return moved


__all__ = [
    "LIMITED", "NETWORK", "PLATFORM", "Failure", "Patience", "accepted", "delivered", "doubtful", "failed", "held", "outdate",
    "patience", "postpone", "resend", "seen", "shown", "shows", "stop", "suspected", "take_due", "update_due",
    "wait_for",
]  # fmt: skip
