"""Sends what is due: composes each card as things stand now, calls the platform, keeps what it said (L01, L06).

A call is written down as a `Sending`, with the id that the platform will know it by, before it is made. Whoever takes
up after a crash, or after an answer that was lost, makes that very call again under the same id, and the platform can
tell that it is the same. So nothing is lost, and nothing comes twice that the platform can keep apart.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from redis.exceptions import RedisError

from bots.card import Button, Card
from bots.cards import apart_of, card_of
from bots.cards.accidents import STAND_IN
from bots.delivery import health, updater
from bots.delivery.channels import ApiCall, CallResult, Channel, DeliveryPlan, channel_of
from bots.delivery.retrying import busy
from bots.wecom.guesses import guess
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import NotFound, Unavailable
from models.messages.channels.records import CARD, SYSTEM
from models.messages.delivery import deliveries
from models.messages.delivery.queue import by_person
from models.messages.records import ANSWERS, REPORTER, Delivery, Message, Notice, ResponseCode, Sending

T = TypeVar("T")
log = structlog.get_logger("sender")
LEASE = timedelta(minutes=2)  # of a call; longer than any call may take
_HELD_FOR = 75.0  # seconds in which calls are begun: deliveries are leased for two minutes
CODE_GOOD_FOR = timedelta(hours=guess("code_hours"))
_CALLS_AT_ONCE = 8
_ONE_BY_ONE = 200  # who are asked for an answer have a call each, up to so many
_ANSWERS = {choice.value for choice in ANSWERS}
_WRITES_FOR = 30.0  # seconds; well within the lease
_COUNTS_AWAY = 2.0  # seconds until the next look when Redis is away


def work(limit: int = 2000) -> int:
    """Send up to `limit` deliveries that are due; gives how many were taken. Call it outside of a transaction."""
    taken = in_transaction(deliveries.take_due, limit)
    if not taken:
        return 0
    until = time.monotonic() + _HELD_FOR
    with ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="sender") as pool:
        for ids, prepare in _portions(taken):
            for made in _guarded(ids, prepare, []):
                pool.submit(_guarded, list(made.call.to), partial(_make, made, until), None)
    return len(taken)


@dataclass(frozen=True)
class _Made:
    """A call that is ready to be made; `resumed` is the one that it repeats."""

    channel: Channel
    call: ApiCall
    message: Message
    card: Card
    resumed: Sending | None = None


def _portions(taken: Sequence[Delivery]) -> Iterable[tuple[list[int], partial[list[_Made]]]]:
    """What belongs together: the calls that were begun before, then message by message and way by way."""
    begun: dict[int, list[int]] = defaultdict(list)
    fresh: dict[tuple[int, str], list[int]] = defaultdict(list)
    for each in taken:
        sending = each.__data__["sending"]
        if sending is not None:
            begun[sending].append(each.id)
        else:
            fresh[each.__data__["message"], each.way].append(each.id)
    for sending, ids in begun.items():
        yield ids, partial(_resume, sending, ids)
    for (message, way), ids in fresh.items():
        yield ids, partial(_prepared, message, way, ids)


def _guarded(ids: list[int], step: partial[T], otherwise: T) -> T:
    """What breaks here is ours, and must not hold up the others; the deliveries are tried again later."""
    try:
        return step()
    except Unavailable:
        # Nothing can be written down. The leases run out, and whoever takes up repeats the call.
        log.warning("left_to_the_lease", deliveries=len(ids))
        return otherwise
    except Exception:
        log.exception("sending_broke", deliveries=len(ids))
        in_transaction(deliveries.failed, ids, busy("broken", "程序出错，已记录，稍后会自动再试"))
        return otherwise


def _resume(sending_id: int, ids: list[int]) -> list[_Made]:
    """Take up a call whose outcome nobody knows; one that was refused is begun anew."""
    sending = in_transaction(_claim, sending_id)
    if sending is None:
        # Somebody else is at it, or was: then its lease ends a moment after those of the deliveries.
        in_transaction(_wait_for, sending_id, ids)
        return []
    if sending.error is not None or sending.platform_id is not None:
        in_transaction(_release, sending_id, ids)
        return _prepared(sending.message_id, sending.way, ids)
    return _prepared(sending.message_id, sending.way, in_transaction(_all_of, sending_id), sending)


def _claim(sending_id: int) -> Sending | None:
    now = clock.now()
    free = Sending.lease_until.is_null() | (Sending.lease_until <= now)
    won = Sending.update(lease_until=now + LEASE).where(Sending.id == sending_id, free).execute()
    return Sending.get_by_id(sending_id) if won else None


def _wait_for(sending_id: int, ids: list[int]) -> None:
    left = (Sending.get_by_id(sending_id).lease_until or clock.now()) - clock.now()
    deliveries.postpone(ids, max(left.total_seconds(), 0.0) + 0.1)


def _release(sending_id: int, ids: list[int]) -> None:
    Sending.update(lease_until=None).where(Sending.id == sending_id).execute()
    Delivery.update(sending=None).where(Delivery.id.in_(ids), Delivery.sending == sending_id).execute()


def _all_of(sending_id: int) -> list[int]:
    """Everybody that the call was for and who has not answered meanwhile: the repeat must be for all of them, or the
    platform would take it for the whole call and the others would get nothing.
    """
    mine = (Delivery.sending == sending_id) & Delivery.state.in_(("queued", "sending"))
    Delivery.update(state="sending", lease_until=clock.now() + LEASE).where(mine).execute()
    return [row.id for row in Delivery.select(Delivery.id).where(mine).order_by(Delivery.id)]


def _prepared(message_id: int, way: str, ids: list[int], resumed: Sending | None = None) -> list[_Made]:
    if way == SYSTEM:
        in_transaction(deliveries.delivered, ids)
        return []
    channel = channel_of(way)
    if way == CARD and resumed is None:
        ids = _without_updated(message_id, ids)
    made: list[_Made] = []
    if resumed is None:
        for find in (_standing_in, _apart, _still_asked) if way == CARD else (_standing_in,):
            for person, some in in_transaction(find, message_id, ids, write=False).items():
                made += _calls(channel, message_id, some, None, person_id=person, asks=find is _still_asked)
                ids = [each for each in ids if each not in some]
    return made + (_calls(channel, message_id, ids, resumed) if ids or resumed is not None else [])


def _standing_in(message_id: int, ids: Sequence[int]) -> dict[int, list[int]]:
    """Those of the deliveries that are about others' silence, by who is told: each of them gets a card that names those."""
    return by_person(Delivery.id.in_(list(ids) or (0,)) & Delivery.for_notice_id.is_null(False))


def _apart(message_id: int, ids: Sequence[int]) -> dict[int, list[int]]:
    """Those few who have a card of their own from the first, by who is told: they may do more than others, it is not
    theirs any more by the time that it goes out, or they said it themselves."""
    message = Message.get_by_id(message_id)
    found = by_person(Delivery.id.in_(list(ids) or (0,)) & Delivery.person.is_null(False))
    own = apart_of(message.subject_kind, message.subject_id, found.keys()) if found else frozenset()
    if len(own) > _ONE_BY_ONE:
        return {}
    return {person: some for person, some in found.items() if person in own}


def _still_asked(message_id: int, ids: Sequence[int]) -> dict[int, list[int]]:
    """Those of the cards of a message that asks nothing whose reader still owes an answer about the same thing, by reader.

    What takes the place of the card that asked must be answerable, too.
    """
    message = Message.get_by_id(message_id)
    card = None if message.needs_answer else card_for(message, asks=True)
    if card is None or card.follows or not any(each.verb in _ANSWERS for each in card.buttons):
        return {}
    owing = (
        Notice.select(Notice.person)
        .join(Message, on=(Notice.message == Message.id))
        .where(
            Message.subject_kind == message.subject_kind, Message.subject_id == message.subject_id,
            Message.needs_answer, Notice.answer.is_null(), Notice.why != REPORTER,
        )
    )  # fmt: skip
    mine = Delivery.id.in_(list(ids) or (0,)) & (Delivery.way == CARD) & Delivery.person.in_(owing)
    return by_person(mine, _ONE_BY_ONE)


def _calls(
    channel: Channel,
    message_id: int,
    ids: Sequence[int],
    resumed: Sending | None,
    *,
    person_id: int | None = None,
    asks: bool = False,
) -> list[_Made]:
    message, card, plan = in_transaction(_prepare, channel, message_id, ids, person_id, asks, write=False)
    if card is None:
        in_transaction(deliveries.failed, ids, deliveries.Failure("gone", "要通知的事已被删除"))
        return []
    for failure, group in _by_failure(plan.failed):
        in_transaction(deliveries.failed, group, failure)
    if resumed is not None and resumed.card:  # what a platform is to know again is the same to the last sign
        card = Card.from_json(resumed.card)
    made = []
    for call in plan.calls if resumed is not None else _split(message, plan):
        same = resumed is not None and call.via.id == resumed.via_id
        made.append(_Made(channel, call, message, card, resumed if same else None))
        resumed = None if same else resumed
    if resumed is not None:  # nobody is left that it was for
        in_transaction(_let_go, resumed.id, "不用再发了")
    return made


def _split(message: Message, plan: DeliveryPlan) -> Iterable[ApiCall]:
    """The calls of a plan; where they ask for an answer and are for few, one for each chat account.

    A platform lets the card of a call be changed once: so each copy can be ended when its holder has answered elsewhere.
    """
    if not message.needs_answer or sum(len(call.to) for call in plan.calls) > _ONE_BY_ONE:
        yield from plan.calls
        return
    for call in plan.calls:
        if call.way != CARD:
            yield call
            continue
        by_user: dict[str, list[int]] = defaultdict(list)
        for key, user in call.to.items():
            by_user[user.lower()].append(key)
        for keys in by_user.values():
            yield call.only(keys)


def _without_updated(message_id: int, ids: list[int]) -> list[int]:
    """Where nothing is to be answered and an older card of the same thing can be changed, no new one is needed."""
    message = in_transaction(Message.get_by_id, message_id, write=False)
    if message.needs_answer or message.subject_version <= 1:
        return ids
    return updater.instead_of_new(message, ids)


def _prepare(
    channel: Channel, message_id: int, ids: Sequence[int], person_id: int | None, asks: bool
) -> tuple[Message, Card | None, DeliveryPlan]:
    message = Message.get_by_id(message_id)
    needed = (Delivery.id, Delivery.company, Delivery.message, Delivery.person, Delivery.group, Delivery.way)
    rows = list(
        Delivery.select(*needed)
        .where(Delivery.id.in_(list(ids)), Delivery.state == "sending")
        .order_by(Delivery.id)
    )
    return (
        message,
        card_for(message, person_id=person_id, asks=asks),
        channel.plan(rows) if rows else DeliveryPlan(()),
    )


def card_for(message: Message, *, person_id: int | None = None, asks: bool = False) -> Card | None:
    """The card of a message as things stand now; where nobody composes such cards, as it was told.

    `asks`: its reader owes an answer, whatever the message asks. None if the thing is gone.
    """
    try:
        card = card_of(message.subject_kind, message.subject_id, person_id=person_id, kind=message.kind)
    except NotFound as error:
        if error.code != "no_composer":
            return None
        card = _as_told(message)
    # Who need not answer (a follow-up report, a closing) gets no buttons to answer with; those that do something stay.
    # A card that is decided on asks no answer; its verbs are its own, whatever they are called.
    as_it_is = asks or message.needs_answer or card.follows
    return card if as_it_is else replace(card, buttons=_without_answers(card.buttons))


def _without_answers(buttons: Iterable[Button]) -> tuple[Button, ...]:
    return tuple(
        each for each in buttons if each.path or not (each.verb in _ANSWERS or each.verb.startswith(STAND_IN))
    )


def _as_told(message: Message) -> Card:
    if message.card:
        return Card.from_json(message.card)
    return Card(
        kind=message.subject_kind, subject_id=message.subject_id, version=message.subject_version,
        title=message.title, lead=message.text or "", path=message.link or "",
    )  # fmt: skip


def _by_failure(
    failed: Iterable[tuple[int, deliveries.Failure]],
) -> Iterable[tuple[deliveries.Failure, list[int]]]:
    together: dict[deliveries.Failure, list[int]] = defaultdict(list)
    for key, failure in failed:
        together[failure].append(key)
    return together.items()


def _make(made: _Made, until: float) -> None:
    """One call, from asking whether it may be made to writing down what came of it.

    After `until` (by time.monotonic) nothing is begun any more, as somebody else may soon hold it.
    """
    channel, call, resumed = made.channel, made.call, made.resumed
    late = time.monotonic() > until
    waits = dict.fromkeys(call.to, 0.0) if late else _waits(channel, call)
    if resumed is not None and waits:
        # Only as a whole can it be the same call: what may go now waits for the rest.
        waits = dict.fromkeys(call.to, max(waits.values()))
        in_transaction(_let_go, resumed.id)
    together: dict[float, list[int]] = defaultdict(list)
    for key, seconds in waits.items():
        together[seconds].append(key)
    for seconds, group in together.items():
        in_transaction(deliveries.postpone, group, seconds)
    call = call.only(key for key in call.to if key not in waits)
    if not call.to:
        return
    sending, ids = in_transaction(_begin, call, made.message, made.card, resumed)
    if ids:
        outcome = channel.send(call.only(ids), made.card, sending, again=resumed is not None)
        _patiently(_record, call.only(ids), sending.id, made, outcome)


def _patiently(write: Callable[..., None], *args: Any) -> None:
    """Write down what a platform said, also if the database is away for a while: else the call would be repeated."""
    until = time.monotonic() + _WRITES_FOR
    while True:
        try:
            return in_transaction(write, *args)
        except Unavailable:
            if time.monotonic() > until:
                raise
        time.sleep(0.5)


def _waits(channel: Channel, call: ApiCall) -> Mapping[int, float]:
    """What our own counts say. Without them nothing goes out (too much would be dropped in silence), and no try is lost."""
    try:
        return channel.wait(call)
    except RedisError as error:
        log.warning("counts_away", error=type(error).__name__, deliveries=len(call.to))
        return dict.fromkeys(call.to, _COUNTS_AWAY)


def _let_go(sending_id: int, error: str | None = None) -> None:
    Sending.update(lease_until=None, error=error).where(Sending.id == sending_id).execute()


def _begin(call: ApiCall, message: Message, card: Card, resumed: Sending | None) -> tuple[Sending, list[int]]:
    """Write the call down before it is made; gives for whom it is still wanted."""
    now = clock.now()
    sending = resumed or Sending.create(
        message_id=message.id, way=call.way, via_id=call.via.id, task_id=f"m{message.id}-{secrets.token_hex(12)}",
        card_version=card.version, card=card.as_json(), sent_at=now, lease_until=now + LEASE,
    )  # fmt: skip
    wanted = (Delivery.id.in_(list(call.to))) & (Delivery.state == "sending")
    Delivery.update(sending=sending.id).where(wanted).execute()
    ids = [row.id for row in Delivery.select(Delivery.id).where(wanted, Delivery.sending == sending.id)]
    if not ids:
        _let_go(sending.id, "不用再发了")
    return sending, ids


def _record(call: ApiCall, sending_id: int, made: _Made, outcome: CallResult) -> None:
    """What the platform said: to the deliveries, the sending, and the health of the way."""
    good = [key for key in call.to if key not in outcome.failures]
    values: dict[str, Any] = {"lease_until": None}
    if not outcome.unknown:
        values["card"] = None
    if good:
        values["platform_id"] = (outcome.platform_id or "ok")[:128]
    elif not outcome.unknown:
        values["error"] = (next(iter(outcome.failures.values())).reason or "failed")[:300]
    Sending.update(values).where(Sending.id == sending_id).execute()
    now = card_for(made.message)
    deliveries.shows(sending_id, made.card.version, now_at=None if now is None else now.version)
    known = ResponseCode.select().where(ResponseCode.sending == sending_id, ResponseCode.user_id.is_null())
    if outcome.response_code and not known.exists():  # a commit that nobody knows of may have been done
        ResponseCode.create(
            sending=sending_id, code=outcome.response_code, expires_at=clock.now() + CODE_GOOD_FOR
        )
    if outcome.doubtful:
        deliveries.doubtful(good, sending_id, outcome.doubtful)
    else:
        deliveries.accepted(good, sending_id)
    for failure, ids in _by_failure(outcome.failures.items()):
        deliveries.failed(ids, failure)
        if good:  # the call as such went through: for these it must be another one
            Delivery.update(sending=None).where(Delivery.id.in_(ids), Delivery.state == "queued").execute()
    health.note(call.via, outcome.error)
