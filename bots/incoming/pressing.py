"""What a press on a card's button does, and what is shown for it (L01, G02).

Who presses is who the platform says, never what the button says. A button that is not ours, a person who was never
told, a leaver, a thing that has moved on: each gets a clear answer, and the result says what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bots import clicks
from bots.card import Card
from bots.cards import card_of, cards_of
from bots.cards.accidents import STAND_IN, TELL_ALL, stands_in_for
from bots.cards.bursts import WHICH
from bots.clicks import Click
from models.accidents.report import bursts
from models.core.chapters import load
from models.core.db.connection import database
from models.core.errors import AnbanError, Conflict, Forbidden
from models.messages.channels.members import actor_of, members_of
from models.messages.channels.records import CARD, ChatMember
from models.messages.inbox.answering_for_others import answer_for
from models.messages.inbox.answers import Answered, answer_by_persons, follow_up, not_told, told_of


@dataclass(frozen=True)
class Press:
    """Who pressed what, and what was chosen on the card (option ids by question); see `PressedButton` for `again`."""

    member: ChatMember
    click: Click
    chosen: Mapping[str, list[str]] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True)
class Pressed:
    """What is shown now, and what it was for the trace."""

    card: Card
    result: str
    refused: bool = False


Handler = Callable[[Press], Pressed]
_handlers: dict[str, Handler] = {}


def by_rule(key: str) -> bool:
    """Whether a button's press is decided by a rule of its own, and so one by one: those take their time."""
    load("presses")
    try:
        return clicks.unpack(key).kind in _handlers
    except AnbanError:
        return False


def pressed(kind: str) -> Callable[[Handler], Handler]:
    """Register what a press on cards of a kind does, where that is more than answering a notice."""

    def keep(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return keep


@dataclass(frozen=True)
class PressedButton:
    """One press as it came in: who the platform says pressed, the button's text, what was chosen.

    One that was delivered and decided before comes `again`, and changes nothing, whatever has happened meanwhile: an
    answer that was taken back by a chain that opened again must not be given by an old copy of it.
    """

    user_id: str
    key: str
    chosen: Mapping[str, list[str]] = field(default_factory=dict)
    again: bool = False


def press(app_id: int, user_id: str, key: str, chosen: Mapping[str, list[str]] | None = None) -> Pressed:
    """Decide a press, in the caller's transaction. Refusals are answers, not errors."""
    return press_all(app_id, [PressedButton(user_id, key, chosen or {})])[0]


def press_all(app_id: int, asked: Sequence[PressedButton]) -> list[Pressed]:
    """Decide many presses in the caller's transaction, in their order where they are of one person.

    Those that answer a notice are decided together: at an alarm thousands press within a minute. If this raises, try
    one by one.
    """
    load("presses")
    done: dict[int, Pressed] = {}
    members = members_of(app_id, [one.user_id for one in asked])
    waiting: list[tuple[int, Press]] = []
    for place, one in enumerate(asked):
        made = _read(one, members[one.user_id])
        if isinstance(made, Pressed):
            done[place] = made
        else:
            waiting.append((place, made))
    while waiting:
        turn, waiting = _turn(waiting)
        for key, some in turn.items():
            done |= _decided(some) if key is None else _answered(key, some)
    return [done[place] for place in range(len(asked))]


def _read(one: PressedButton, members: list[ChatMember] | Forbidden) -> Press | Pressed:
    click: Click | None = None
    try:
        click = clicks.unpack(one.key)
        if isinstance(members, Forbidden):
            raise members
    except AnbanError as error:
        return refusal(error, click)
    return Press(_whose(members, click), click, one.chosen, one.again)


def _whose(members: list[ChatMember], click: Click) -> ChatMember:
    """Of the files of somebody who works in several units the one that was told of it."""
    if len(members) == 1:
        return members[0]
    told = told_of([row.__data__["person"] for row in members], click.kind, click.id)
    return next((row for row in members if row.__data__["person"] in told), members[0])


_Subject = tuple[str, int]
_Some = list[tuple[int, Press]]


def _turn(waiting: _Some) -> tuple[dict[_Subject | None, _Some], _Some]:
    """What can be decided at once, by the thing it is about (None: one by one), and what comes after it."""
    turn: dict[_Subject | None, _Some] = {}
    later: _Some = []
    busy: set[Any] = set()
    for place, press in waiting:
        person = press.member.__data__["person"]
        if person in busy:
            later.append((place, press))
            continue
        busy.add(person)
        click = press.click
        turn.setdefault(None if click.kind in _handlers else (click.kind, click.id), []).append(
            (place, press)
        )
    return turn, later


def _decided(some: _Some) -> dict[int, Pressed]:
    """By the handler of the card's kind."""
    done = {}
    # In a fixed order of the things, whose rows are locked: two processes wait for each other, and not in a ring.
    for place, press in sorted(some, key=lambda each: (each[1].click.kind, each[1].click.id)):
        try:
            with database.atomic():  # a refusal takes back what the rule began, not what the door wrote
                done[place] = _handlers[press.click.kind](press)
        except AnbanError as error:
            done[place] = refusal(error, press.click)
    return done


def refusal(error: AnbanError, click: Click | None = None) -> Pressed:
    """A refusal as a card that offers nothing: it shows no facts, as they may be none of the presser's business."""
    card = Card(
        kind=click.kind if click else "refusal",
        subject_id=click.id if click else 0,
        version=click.version if click else 1,
        title=error.title,
        lead="。".join(part for part in (error.cause, error.advice) if part),
        tone="warn",
        path="/pages/messages/index",
        outcome=error.title,
    )
    return Pressed(card, error.code, refused=True)


def _answered(subject: _Subject, some: _Some) -> dict[int, Pressed]:
    """收到 and the like: answers to what was told. One that comes late shows what has happened meanwhile."""
    done: dict[int, Pressed] = {}
    stood_in: dict[int, str] = {}
    told = told_of([_person(press) for _, press in some], *subject)
    try:
        now = card_of(*subject) if told else None
    except AnbanError as error:
        return {place: refusal(error, press.click) for place, press in some}
    mine = [(place, press) for place, press in some if _person(press) in told]
    done |= {place: refusal(not_told(), press.click) for place, press in some if _person(press) not in told}
    if now is None:
        return done
    verbs = {button.verb for button in now.buttons}
    answers = {
        _person(press): press.click.verb for _, press in mine if press.click.verb in verbs and not press.again
    }
    with database.atomic():
        written = answer_by_persons(answers, *subject, way=CARD) if answers else {}
    for place, press in list(mine):
        theirs = stands_in_for(press.click.verb, press.chosen)
        if theirs is None or press.again:
            continue
        try:
            with database.atomic():
                first = answer_for([_person(press)], *subject, theirs)
        except AnbanError as error:
            done[place] = refusal(error, press.click)
            mine.remove((place, press))
        else:
            stood_in[place] = "answered" if first else "repeated"
    for place, press in [each for each in mine if each[1].click.verb == TELL_ALL and not each[1].again]:
        try:
            with database.atomic():
                stood_in[place] = _told_all(press)
        except AnbanError as error:
            done[place] = refusal(error, press.click)
            mine.remove((place, press))
    cards = cards_of(*subject, [_person(press) for _, press in mine])
    for place, press in mine:
        made = _shown(press, now, written.get(_person(press)), cards[_person(press)])
        done[place] = (
            replace(made, result=f"{stood_in[place]}:{press.click.verb}") if place in stood_in else made
        )
    return done


def _told_all(press: Press) -> str:
    """属实: everybody is told of the report, by the rule of phone and console; who judges has plainly heard of it.

    Raises Forbidden. Where somebody was faster nothing is done, and the card says how it is.
    """
    kind, subject_id = press.click.kind, press.click.id
    accident_id = subject_id
    if kind == bursts.BURST:
        waiting = [row.id for row in bursts.of_burst(subject_id)]
        named = next(iter(press.chosen.get(WHICH, ())), "")
        accident_id = next((each for each in waiting if str(each) == named), (waiting or [0])[-1])
    actor = actor_of(press.member)
    first = bool(accident_id)
    try:
        if first:
            bursts.pass_on(actor, accident_id)
    except Conflict:
        first = False
    follow_up(actor, kind, subject_id, way=CARD, person_id=_person(press))
    return "told_all" if first else "repeated"


def _shown(press: Press, now: Card, written: Answered | AnbanError | None, card: Card) -> Pressed:
    """The card as this person sees it now; whoever answered is not offered the same again.

    Who pressed for somebody else has not answered for themselves: what they are asked stays.
    """
    click = press.click
    if isinstance(written, AnbanError):
        return refusal(written, click)
    if not card.outcome and (press.again or not press.click.verb.startswith((STAND_IN, TELL_ALL))):
        lasting = (STAND_IN, TELL_ALL)
        kept = tuple(each for each in card.buttons if each.path or each.verb.startswith(lasting))
        card = replace(card, buttons=kept, selects=card.selects if any(each.verb for each in kept) else ())
    if written is None:
        return Pressed(card, f"{'again' if press.again else 'over'}:{click.verb}")
    moved = f" v{click.version}→v{now.version}" if click.version != now.version else ""
    word = "answered" if written.first or written.raised else "repeated"
    return Pressed(card, f"{word}:{click.verb}{moved}")


def _person(press: Press) -> int:
    return int(press.member.__data__["person"])


__all__ = ["Press", "Pressed", "PressedButton", "by_rule", "press", "press_all", "pressed", "refusal"]
