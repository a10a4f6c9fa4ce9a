"""What one chapter does because of what happened in another, without the other knowing it.

A rule announces; the relay calls the reactions to the kind in the transaction in which it is done with that piece of
news, beside telling people of it. So a reaction is never lost, and what it does is done once.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable

from models.core.chapters import load, rank
from models.core.events.outbox import Outbox

Reaction = Callable[[Outbox], None]

_reactions: dict[str, list[Reaction]] = defaultdict(list)


def reaction(kind: str) -> Callable[[Reaction], Reaction]:
    """Register a function that is called with the outbox row of every piece of news of `kind`.

    It may raise: all that was done for that row is rolled back, and tried again later.
    """

    def register(function: Reaction) -> Reaction:
        if function not in _reactions[kind]:
            insort(_reactions[kind], function, key=lambda each: rank("reactions", each.__module__))
        return function

    return register


def reacts(kind: str) -> bool:
    """Whether anything is done about news of this kind."""
    load("reactions")
    return kind in _reactions


def react(row: Outbox) -> None:
    """Do what is to be done about one piece of news, in the order of the manifests; in the running transaction."""
    load("reactions")
    for function in _reactions.get(row.kind, ()):
        function(row)
