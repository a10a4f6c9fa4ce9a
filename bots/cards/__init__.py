"""Cards as they are now: one composer per kind of thing (L01, G02).

A card is composed from the database when it is sent, updated or pressed, so that it never shows what is no longer
true. What is the same for all receivers is composed without a person; with one it says what that person answered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from bots.card import Card
from models.core.chapters import load
from models.core.errors import NotFound


class Composer(Protocol):
    """Makes the card of one kind of thing."""

    def __call__(self, subject_id: int, *, person_id: int | None, kind: str) -> Card | None:
        """The card, for all or for one person; `kind` is the message's. None: the thing is not there."""


_composers: dict[str, Composer] = {}


def composer(subject_kind: str) -> Callable[[Composer], Composer]:
    """Register the composer of a kind of thing."""

    def keep(made: Composer) -> Composer:
        _composers[subject_kind] = made
        return made

    return keep


class ManyComposer(Protocol):
    """Makes the cards of one thing for many people at once: one look at the thing, one at the people."""

    def __call__(self, subject_id: int, *, person_ids: Sequence[int], kind: str) -> dict[int, Card] | None:
        """A card for each person; None: the thing is not there."""


_many: dict[str, ManyComposer] = {}


def composer_of_many(subject_kind: str) -> Callable[[ManyComposer], ManyComposer]:
    """Register one beside the composer of a kind of thing, where thousands may press at once."""

    def keep(made: ManyComposer) -> ManyComposer:
        _many[subject_kind] = made
        return made

    return keep


Apart = Callable[[int, Collection[int]], frozenset[int]]
_apart: dict[str, Apart] = {}


def own_of(subject_kind: str) -> Callable[[Apart], Apart]:
    """Register who, of some people, has a card of their own by now, beside those who answered: (thing, people)."""

    def keep(made: Apart) -> Apart:
        _apart[subject_kind] = made
        return made

    return keep


def apart_of(subject_kind: str, subject_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people for whom the card of all says the wrong thing."""
    load("cards")
    made = _apart.get(subject_kind)
    return made(subject_id, person_ids) if made is not None else frozenset()


def cards_of(
    subject_kind: str, subject_id: int, person_ids: Sequence[int], *, kind: str = ""
) -> dict[int, Card]:
    """`card_of` for each of these people."""
    load("cards")
    made = _many.get(subject_kind)
    if made is None:
        return {one: card_of(subject_kind, subject_id, person_id=one, kind=kind) for one in person_ids}
    cards = made(subject_id, person_ids=person_ids, kind=kind)
    if cards is None:
        raise gone()
    return cards


def card_of(subject_kind: str, subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card:
    """The card of a thing as it is now; in a transaction. `kind` is the message's kind, where one is sent.

    Raises NotFound for a thing that is not there (any more), or that nobody makes cards of.
    """
    load("cards")
    made = _composers.get(subject_kind)
    if made is None:
        raise NotFound("没有这张卡片", code="no_composer")
    card = made(subject_id, person_id=person_id, kind=kind)
    if card is None:
        raise gone()
    return card


def gone() -> NotFound:
    """The refusal where the thing that a card shows is not there any more."""
    return NotFound("没有这张卡片", cause="它说的事已被删除", advice="请在手机端查看")
