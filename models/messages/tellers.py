"""Which news are told to people, and by what: tellers register for a kind, the relay asks here (K01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from models.core.chapters import load
from models.core.events.outbox import Outbox
from models.messages.records import Message
from models.messages.tell import Telling, tell

Teller = Callable[[Outbox], Telling | None]
#: Of the subjects of many pieces of news, by id, those that anybody is told of: asked once for all.
Among = Callable[[Sequence[int]], set[int]]

#: How each of many pieces of news of a kind is told, by the id of its outbox row; what nobody is told of is left out.
TellerOfMany = Callable[[Sequence[Outbox]], Mapping[int, Telling]]

_tellers: dict[str, Teller] = {}
_among: dict[str, Among] = {}
_of_many: dict[str, TellerOfMany] = {}


def teller(kind: str) -> Callable[[Teller], Teller]:
    """Register a function that says how news of `kind` is told: it takes the outbox row, None tells nobody."""

    def register(function: Teller) -> Teller:
        known = _tellers.get(kind)
        if known is not None and known is not function:
            raise ValueError(f"two tellers for {kind}")
        _tellers[kind] = function
        return function

    return register


def teller_of_many(kind: str, *, among: Among) -> Callable[[TellerOfMany], TellerOfMany]:
    """Register a function for news that come by the thousand and concern hardly anybody (clock-ins): `among` is asked a
    batch at a time, and what is left of the batch is told together.
    """

    def register(function: TellerOfMany) -> TellerOfMany:
        if _of_many.get(kind) is not function:
            teller(kind)(lambda row: function([row]).get(row.id))
            _of_many[kind], _among[kind] = function, among
        return function

    return register


def worth_telling(rows: Sequence[Outbox]) -> list[Outbox]:
    """Those of the news that somebody may be told of; in their order, what comes by the thousand behind the rest."""
    load("tellers")
    asked: dict[str, set[int]] = {}
    for kind, among in _among.items():
        ids = [row.subject_id for row in rows if row.kind == kind and row.subject_id is not None]
        if ids:
            asked[kind] = among(ids)
    single = [row for row in rows if row.kind in _tellers and row.kind not in _among]
    return single + [row for row in rows if row.subject_id in asked.get(row.kind, ())]


def told_together(kind: str) -> bool:
    """Whether news of this kind are told many at a time."""
    load("tellers")
    return kind in _of_many


def tellings_of_many(rows: Sequence[Outbox]) -> dict[int, Telling]:
    """How pieces of news that are told together are told, as things stand now, by the id of the outbox row."""
    found: dict[int, Telling] = {}
    for kind in dict.fromkeys(row.kind for row in rows):
        found.update(_of_many[kind]([row for row in rows if row.kind == kind]))
    return found


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
