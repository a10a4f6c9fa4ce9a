"""Cards that were sent follow the thing that they show: one card per case, updates instead of repeats (L01, G02).

A sending has one permission to change its card, for all that got it, once; each press gives one more, for who pressed.
Both are marked as spent before they are used: what is lost in a crash is made up for by a new card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any

import structlog
from peewee import JOIN, fn

from bots import tools
from bots.card import Button, Card
from bots.cards import apart_of, card_of
from bots.incoming import photo_replies
from bots.wecom.drawing import update_of
from bots.wecom.protocol.errors import WecomError
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.messages.channels.records import CARD, ChatMember, WecomApp, same_user
from models.messages.delivery import deliveries
from models.messages.records import Delivery, Message, Notice, ResponseCode, Sending
from models.organization.records import Binding, Person

log = structlog.get_logger("updater")
LEASE = timedelta(minutes=2)
_ONE_BY_ONE = 200  # who answered has a card of their own: so many are changed by calls of their own
_MOST = 1000
TAKEN_BACK_WITHIN = timedelta(hours=24)
_WAIT = 1.0  # seconds until it is looked again whether somebody else has changed a card


@dataclass
class _Shown:
    """A sending, who has its card (user id by person), which of them have a card of their own by now (they answered, or
    it is not theirs any more), and the cards as they are."""

    sending: Sending
    app: WecomApp
    users: Mapping[int, str]
    apart: frozenset[int]
    card: Card
    own: Mapping[int, Card] = field(default_factory=dict)


def work(limit: int = 50) -> int:
    """Update up to `limit` sendings whose card is out of date; gives how many. Call it outside of a transaction."""
    due = in_transaction(deliveries.update_due, limit, write=False)
    for sending in due:
        refresh(sending.id)
    return len(due) + _answers(limit) + photo_replies.work(limit)


def refresh(sending_id: int) -> bool:
    """Change the card of a sending where that can be done; False while somebody else is at it.

    For whom it was done, younger news of the same thing that ask nothing are accepted by that.
    """
    if not in_transaction(_lease, sending_id):
        return False
    shown = in_transaction(_look, sending_id)
    if shown is None:
        return True
    updated: set[int] = set()
    try:
        over = bool(shown.card.outcome) or not (shown.card.follows or _asks(shown.card))
        waiting = [person for person in shown.users if over or person not in shown.apart]
        if waiting and (over or not shown.card.follows):
            updated |= _together(shown, waiting, shown.card)
        elif not waiting:  # it was for nobody else
            updated |= _alike(shown)
        if over and len(shown.users) == 1 and not updated:
            _take_back(shown)
        for person in [each for each in shown.users if each in shown.apart and each not in updated][
            :_ONE_BY_ONE
        ]:
            updated |= _alone(shown, person)
    finally:
        # What was wanted when it was claimed is done with, whatever the card calls itself: it must not come again.
        in_transaction(_done, sending_id, max(shown.card.version, shown.sending.wanted_version), updated)
    return True


def instead_of_new(message: Message, ids: Sequence[int]) -> list[int]:
    """Of deliveries that bring nothing to answer, those that need a card of their own, as no older one could be changed.

    What somebody else is just changing waits for that. Call it outside of a transaction.
    """
    older = in_transaction(_older, message, ids, write=False)
    for sending_id, mine in older.items():
        if not refresh(sending_id):
            in_transaction(deliveries.postpone, mine, _WAIT)
    return in_transaction(deliveries.held, ids, write=False)


def _older(message: Message, ids: Sequence[int]) -> dict[int, list[int]]:
    """By sending of an older message of the same thing: which of the deliveries are for people who have its card."""
    people = dict(Delivery.select(Delivery.person, Delivery.id).where(Delivery.id.in_(list(ids))).tuples())
    rows = (
        Delivery.select(Delivery.person, Delivery.sending)
        .join(Message, on=(Delivery.message == Message.id))
        .where(
            Message.subject_kind == message.subject_kind, Message.subject_id == message.subject_id,
            Message.id < message.id, Delivery.way == CARD, Delivery.sending.is_null(False),
            Delivery.person.in_(list(people)),
        )
        .order_by(Delivery.id)
        .tuples()
    )  # fmt: skip
    newest = dict(rows)  # the last one that they got
    found: dict[int, list[int]] = {}
    for person, sending in newest.items():
        found.setdefault(sending, []).append(people[person])
    return found


def _lease(sending_id: int) -> bool:
    now = clock.now()
    free = Sending.lease_until.is_null() | (Sending.lease_until <= now)
    return bool(Sending.update(lease_until=now + LEASE).where(Sending.id == sending_id, free).execute())


def _look(sending_id: int) -> _Shown | None:
    """A sending that is leased, as its card should be now; None, and the lease given back, where it can't be changed."""
    sending = Sending.get_by_id(sending_id)
    message = Message.get_by_id(sending.message_id)
    app = WecomApp.get_or_none(WecomApp.id == sending.via_id) if sending.way == CARD else None
    users = {} if app is None else _users(sending_id, app.id)
    only = next(iter(users)) if len(users) == 1 else None
    try:
        card = card_of(message.subject_kind, message.subject_id, person_id=only, kind=message.kind)
    except NotFound:
        card = None
    if card is None or app is None or sending.platform_id is None:
        # A group's message can't be changed; the group is told by the new message. Nor can what nobody composes.
        _done(sending_id, max(card.version if card else 0, sending.wanted_version, sending.card_version))
        return None
    apart = _answered(message, users) | apart_of(message.subject_kind, message.subject_id, users.keys())
    own = {
        person: card_of(message.subject_kind, message.subject_id, person_id=person, kind=message.kind)
        for person in list(apart)[:_ONE_BY_ONE]
    }
    return _Shown(sending, app, users, apart, card, own)


def _asks(card: Card) -> bool:
    return any(each.verb for each in card.buttons)


def _alike(shown: _Shown) -> set[int]:
    """The first of the own cards, for all who see the same."""
    first = next(iter(shown.own.values()), None)
    if first is None:
        return set()
    return _together(shown, [person for person, card in shown.own.items() if card == first], first)


def _users(sending_id: int, app_id: int) -> dict[int, str]:
    rows = (
        Delivery.select(Delivery.person, ChatMember.user_id)
        .join(ChatMember, on=((ChatMember.person == Delivery.person) & (ChatMember.app == app_id)))
        .join(Binding, on=((Binding.person == Delivery.person) & (Binding.state == "approved")))
        .where(Delivery.sending == sending_id, Delivery.state.not_in(("failed", "queued", "sending")))
        .join(Person, on=((Person.id == ChatMember.person) & (Person.account_id == ChatMember.account_id)))
        .where(ChatMember.state != "left")
        .tuples()
    )
    return dict(rows)


def _answered(message: Message, users: Iterable[int]) -> frozenset[int]:
    rows = (
        Notice.select(Notice.person)
        .join(Message)
        .where(Message.subject_kind == message.subject_kind, Message.subject_id == message.subject_id)
        .where(Notice.person.in_(list(users)), Notice.answer.is_null(False))
    )
    return frozenset(row.__data__["person"] for row in rows)


def _together(shown: _Shown, people: Sequence[int], card: Card) -> set[int]:
    """One call for all of these, by the sending's own permission."""
    if not people or len(people) > _MOST:
        return set()
    code = in_transaction(_spend, shown.sending.id, None)
    if code is None:
        return set()
    users = [shown.users[person] for person in people]
    missed = _call(shown, code, card, users)
    if _asks(card) and not card.outcome and len(shown.users) == 1:
        Sending.update(live_until=shown.sending.sent_at + TAKEN_BACK_WITHIN).where(
            Sending.id == shown.sending.id
        ).execute()
    return set() if missed is None else {person for person in people if shown.users[person] not in missed}


def _alone(shown: _Shown, person: int) -> set[int]:
    """By the permission that this person's own press gave."""
    code = in_transaction(_spend, shown.sending.id, shown.users[person])
    card = shown.own.get(person)
    if code is None or card is None:
        return set()
    missed = _call(shown, code, card, [shown.users[person]])
    return set() if missed is None or missed else {person}


def _call(shown: _Shown, code: str, card: Card, users: list[str]) -> set[str] | None:
    """Whom the platform could not do it for; None if it could not at all (spent, too old)."""
    try:
        return set(tools.wecom(shown.app).update_card(code, update_of(card, shown.app.id), users))
    except WecomError as error:
        log.info("update_refused", sending=shown.sending.id, code=error.code)
        return None


def _last(card: Card) -> Card:
    """An own card as it may stay for good: what is still to be done on it is done where its link leads."""
    if not any(each.verb for each in card.buttons):
        return card
    links = tuple(each for each in card.buttons if each.path)
    return replace(card, buttons=(Button("去回应", path=card.path, style="primary"), *links), selects=())


def _take_back(shown: _Shown) -> None:
    """A copy that is over, and was changed once already: within a day the platform takes it back from its one reader."""
    if not in_transaction(_ended, shown.sending.id):
        return
    try:
        tools.wecom(shown.app).recall(str(shown.sending.platform_id))
    except WecomError as error:
        log.info("not_taken_back", sending=shown.sending.id, code=error.code)


def _ended(sending_id: int) -> bool:
    live = (Sending.id == sending_id) & (Sending.live_until > clock.now())
    return bool(Sending.update(live_until=None).where(live).execute())


def _spend(sending_id: int, user_id: str | None) -> str | None:
    """A permission that is still good, marked as spent; one wins it."""
    now = clock.now()
    whose = ResponseCode.user_id.is_null() if user_id is None else same_user(ResponseCode.user_id, [user_id])
    good = ResponseCode.spent_at.is_null() & (ResponseCode.expires_at > now)
    rows = ResponseCode.select().where(ResponseCode.sending == sending_id, whose, good)
    for row in rows.order_by(ResponseCode.id.desc()):
        if ResponseCode.update(spent_at=now).where(ResponseCode.id == row.id, good).execute():
            return str(row.code)
    return None


def _done(sending_id: int, version: int, updated: Iterable[int] = ()) -> None:
    if updated:
        deliveries.shown(sending_id, updated, version)
    Sending.update(lease_until=None).where(Sending.id == sending_id).execute()
    deliveries.shows(sending_id, version)


def _answers(limit: int) -> int:
    """Cards of one single person who answered elsewhere, by whatever way: they say so, and offer nothing any more.

    The copy that was pressed says so already. Where a card went to many, its one permission is kept for what concerns
    all; a press on it says what was answered.
    """
    ended = 0
    for sending_id in in_transaction(_answered_elsewhere, limit, write=False):
        if not in_transaction(_lease, sending_id):
            continue
        ended += 1
        shown = in_transaction(_look, sending_id)
        if shown is None or not shown.users:
            in_transaction(_give_up, sending_id)
            continue
        try:
            for person, card in shown.own.items():
                code = in_transaction(_spend, sending_id, None)
                if code is not None:
                    _call(shown, code, _last(card), [shown.users[person]])
                elif card.outcome:
                    _take_back(shown)
        finally:
            in_transaction(_done, sending_id, shown.sending.card_version)
    return ended


def _give_up(sending_id: int) -> None:
    """Nobody is there any more to whom the card could be shown as it is: who has left keeps it, and it holds up no other."""
    mine = (ResponseCode.sending == sending_id) & ResponseCode.spent_at.is_null()
    ResponseCode.update(spent_at=clock.now()).where(mine).execute()
    Sending.update(live_until=None, lease_until=None).where(Sending.id == sending_id).execute()


def _answered_elsewhere(limit: int) -> list[int]:
    good = ResponseCode.spent_at.is_null() & ResponseCode.user_id.is_null()
    pressed = ResponseCode.alias()
    there = pressed.select(pressed.id).where(
        pressed.sending == ResponseCode.sending, pressed.user_id.is_null(False)
    )
    rows = (
        ResponseCode.select(ResponseCode.sending)
        .join(Delivery, JOIN.INNER, on=(Delivery.sending == ResponseCode.sending))
        .join(Notice, JOIN.INNER, on=(Delivery.notice == Notice.id))
        # First who went to one person alone: cards that went to a thousand must not be looked through each time.
        .where(ResponseCode.sending.in_(_alone_of(good)))
        .where(Notice.answered_by_way.is_null(False), ~fn.EXISTS(there))
        .limit(limit)
    )
    again = (
        Sending.select(Sending.id, Message.subject_kind, Message.subject_id, Message.kind, Delivery.person)
        .join(Delivery, JOIN.INNER, on=(Delivery.sending == Sending.id))
        .join(Notice, JOIN.INNER, on=(Delivery.notice == Notice.id))
        .join(Message, JOIN.INNER, on=(Message.id == Sending.message_id))
        # Pressed or not: one that was pressed since it asks again is live no more (receiving.keep_codes).
        .where(Sending.live_until > clock.now(), Notice.answered_by_way.is_null(False))
        .order_by(Sending.id)
        .tuples()
    )
    over = (sending_id for sending_id, *about in again if _asks_no_more(*about))
    return [*(row.__data__["sending"] for row in rows), *islice(over, limit)]


def _asks_no_more(subject_kind: str, subject_id: int, kind: str, person: int) -> bool:
    """Whether the card of who has answered says so; one that still asks (for somebody else, or once more) stays."""
    try:
        return bool(card_of(subject_kind, subject_id, person_id=person, kind=kind).outcome)
    except NotFound:
        return True


def _alone_of(good: Any) -> list[int]:
    """Those of the sendings with a permission left that one person alone got: the first of the index is the last."""
    first, last = Delivery.alias(), Delivery.alias()
    lowest = (
        first.select(first.person)
        .where(first.sending == ResponseCode.sending)
        .order_by(first.person)
        .limit(1)
    )
    highest = (
        last.select(last.person)
        .where(last.sending == ResponseCode.sending)
        .order_by(last.person.desc())
        .limit(1)
    )
    rows = ResponseCode.select(ResponseCode.sending).where(
        good,
        ResponseCode.expires_at > clock.now(),
        fn.COALESCE(lowest, 0)
        == fn.COALESCE(highest, -1),  # of functions, as queries themselves compare by identity
    )
    return [row.__data__["sending"] for row in rows] or [0]
