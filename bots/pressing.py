"""What a press on a card's button does, and what is shown for it (L01, G02).

Who presses is who the platform says, never what the button says. A button that is not ours, a person who was never
told, a leaver, a thing that has moved on: each gets a clear answer, and the result says what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bots import clicks
from bots.card import Card
from bots.cards import card_of
from bots.clicks import Click
from models.core.database import database
from models.core.errors import AnbanError
from models.messages.answers import answer_by_person, require_told
from models.messages.members import member_of
from models.messages.ways import CARD, ChatMember


@dataclass(frozen=True)
class Press:
    """Who pressed what, and what was chosen on the card (option ids by question).

    With `again` it was decided before, and only what is to be seen is asked for.
    """

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


def pressed(kind: str) -> Callable[[Handler], Handler]:
    """Register what a press on cards of a kind does, where that is more than answering a notice."""

    def keep(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return keep


def press(
    app_id: int, user_id: str, key: str, chosen: Mapping[str, list[str]] | None = None, *, again: bool = False
) -> Pressed:
    """Decide a press, in the caller's transaction. Refusals are answers, not errors.

    One that is delivered `again` changes nothing, whatever has happened meanwhile: an answer that was taken back by
    a chain that opened again must not be given by an old copy of it.
    """
    click: Click | None = None
    try:
        with database.atomic():  # a refusal takes back what the rule began, not what the door wrote
            click = clicks.unpack(key)
            member = member_of(app_id, user_id)
            handler = _handlers.get(click.kind, _answered)
            return handler(Press(member, click, chosen or {}, again))
    except AnbanError as error:
        return refusal(error, click)


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


def _answered(press: Press) -> Pressed:
    """收到 and the like: an answer to what was told. One that comes late shows what has happened meanwhile."""
    click, person_id = press.click, press.member.__data__["person"]
    require_told(person_id, click.kind, click.id)
    if press.again:
        return Pressed(_closed(click, person_id), f"again:{click.verb}")
    now = card_of(click.kind, click.id)
    if click.verb not in {button.verb for button in now.buttons}:
        return Pressed(_closed(click, person_id), f"over:{click.verb}")
    done = answer_by_person(person_id, click.kind, click.id, click.verb, way=CARD)
    moved = f" v{click.version}→v{now.version}" if click.version != now.version else ""
    word = "answered" if getattr(done, "first", True) or getattr(done, "raised", False) else "repeated"
    return Pressed(_closed(click, person_id), f"{word}:{click.verb}{moved}")


def _closed(click: Click, person_id: int) -> Card:
    """The card as this person sees it now; whoever pressed is not offered the same again."""
    card = card_of(click.kind, click.id, person_id=person_id)
    return card if card.outcome else replace(card, buttons=tuple(each for each in card.buttons if each.path))


__all__ = ["Press", "Pressed", "press", "pressed", "refusal"]
