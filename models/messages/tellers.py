"""Which news are told to people, and by what: tellers register for a kind, the relay asks here (K01)."""

from __future__ import annotations

from collections.abc import Callable

from models.core.chapters import load
from models.core.events.outbox import Outbox
from models.messages.records import Message
from models.messages.tell import Telling, tell

Teller = Callable[[Outbox], Telling | None]

_tellers: dict[str, Teller] = {}


def teller(kind: str) -> Callable[[Teller], Teller]:
    """Register a function that says how news of `kind` is told: it takes the outbox row, None tells nobody."""

    def register(function: Teller) -> Teller:
        known = _tellers.get(kind)
        if known is not None and known is not function:
            raise ValueError(f"two tellers for {kind}")
        _tellers[kind] = function
        return function

    return register


def is_told(kind: str) -> bool:
    """Whether anybody is ever told of news of this kind."""
    load("tellers")
    return kind in _tellers


def tell_of(row: Outbox) -> Message | None:
    """Tell of one piece of news, in the running transaction; None if nobody is told of its kind.

    Twice tells once: `Message.outbox_id` is unique.
    """
    telling = telling_of(row)
    return None if telling is None else tell(telling, outbox_id=row.id)


def telling_of(row: Outbox) -> Telling | None:
    """How a piece of news is told, as things stand now; None if nobody is told of its kind."""
    return _tellers[row.kind](row) if is_told(row.kind) else None
