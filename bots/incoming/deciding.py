"""A press on the card of a step does the task (H05, L01): the same rule as on the phone and at the desk, whoever comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bots.card import Button, Card
from bots.cards import card_of
from bots.clicks import Click
from bots.incoming.pressing import Press, Pressed, pressed, refusal
from models.core.db.connection import database
from models.core.errors import AnbanError, Conflict, Invalid, NotFound
from models.messages.channels.members import unit_of
from models.messages.channels.records import CARD
from models.messages.inbox.answers import not_told, told_of
from models.tasks.engine.decide import decide_for
from models.tasks.notify.cases import STEP
from models.tasks.views.offered_outcomes import Choosing, choice_of

_FORM, _BUTTONS = "去选好再办", 6


@pressed(STEP)
def decide(pressing: Press) -> Pressed:
    """Decide what was pressed, for the presser or whom they stand in for; shows the card as it is then.

    Who comes second sees who did what. What needs more than was chosen says so on the card, which stays as it is.
    """
    click, person = pressing.click, int(pressing.member.__data__["person"])
    if pressing.again:
        return _as_it_is(person, click, f"again:{click.verb}")
    choice, version = choice_of(click.id, click.verb)
    values = _values(choice, version, pressing)
    try:
        with database.atomic():  # what a refusal had begun is taken back; what the door wrote stays
            done = decide_for(
                person, click.id, click.verb, values=values, way=CARD, unit_id=unit_of(pressing.member)
            )
    except (Conflict, Invalid) as error:
        return _refused(person, click, error, values)
    except AnbanError as error:
        if isinstance(error, NotFound) or error.code == "not_yours":
            # Not theirs, or not any more: who got the card may see where it is, a stranger learns nothing.
            return _as_it_is(person, click, "not_yours", refused=True)
        return refusal(error, click)
    card = card_of(STEP, click.id, person_id=person)
    moved = f" v{click.version}→v{card.version}" if click.version != version else ""
    return Pressed(card, f"{'decided' if done.first else 'repeated'}:{done.outcome}{moved}")


def _as_it_is(person: int, click: Click, result: str, *, refused: bool = False) -> Pressed:
    if person not in told_of([person], STEP, click.id):
        return refusal(not_told(), click)
    return Pressed(card_of(STEP, click.id, person_id=person), result, refused)


def _values(choice: Choosing | None, version: int, pressing: Press) -> dict[str, Any]:
    """What was chosen on the card, as far as this outcome asks for it.

    Where the platform says nothing of a choice, it is the one that the card showed, if that is still the card.
    """
    if choice is None:
        return {}
    given = [value for value in pressing.chosen.get(choice.name, ()) if value]
    if given:
        return {choice.name: given[0]}
    return {choice.name: choice.chosen} if pressing.click.version == version else {}


def _refused(person: int, click: Click, error: Conflict | Invalid, chosen: dict[str, Any]) -> Pressed:
    """Why not, on the card as it is now: what is over says itself who did what."""
    card = card_of(STEP, click.id, person_id=person)
    if card.outcome:
        return Pressed(card, error.code, refused=True)
    if isinstance(error, Invalid) and set(error.fields) - {*chosen, "outcome"}:
        return Pressed(_to_form(card, click, error, chosen), error.code, refused=True)
    return Pressed(_with_reason(card, error), error.code, refused=True)


def _to_form(card: Card, click: Click, error: Invalid, chosen: dict[str, Any]) -> Card:
    """What a card has no room to ask: the first button leads to the form, where what was chosen stands already.

    The buttons that decide stay, for who chose by mistake; what the card shows as chosen stays as well, since it counts
    where a platform says nothing of the choice.
    """
    page, _, query = card.path.partition("?")
    asked = {**dict(parse_qsl(query)), "outcome": click.verb, **chosen}
    lead = Button(_FORM, path=f"{page}?{urlencode(asked)}", style="primary")
    others = [button for button in card.buttons if button.path != card.path]
    said = "；".join(dict.fromkeys(error.fields.values()))
    return replace(
        card,
        lead=f"还没有办成：{said}。点“{_FORM}”接着办",
        tone="warn",
        buttons=(lead, *others[: _BUTTONS - 1]),
    )


def _with_reason(card: Card, error: AnbanError) -> Card:
    said = "。".join(part.rstrip("。") for part in (error.title, error.cause, error.advice) if part)
    return replace(card, lead=f"没有办成：{said}", tone="warn")
