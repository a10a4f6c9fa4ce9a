"""What one chapter does because of what happened in another, without the other knowing it.

A rule announces; the relay calls the reactions to the kind in the transaction in which it is done with that piece of
news, beside telling people of it. So a reaction is never lost, and what it does is done once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from importlib import import_module

from models.core.events.outbox import Outbox

Reaction = Callable[[Outbox], None]

#: Where reactions stand. Imported at the first question, as they know the chapters and core knows none of them.
MODULES: tuple[str, ...] = (
    *("models.tasks.notify.cases", "models.tasks.people.offboarding", "models.tasks.assigned.given_tasks"),
    "models.objectives.points.points",
    *("models.messages.chat_accounts.follow_files", "models.messages.chat_accounts.file_question"),
)
_reactions: dict[str, list[Reaction]] = defaultdict(list)


def reaction(kind: str) -> Callable[[Reaction], Reaction]:
    """Register a function that is called with the outbox row of every piece of news of `kind`.

    It may raise: all that was done for that row is rolled back, and tried again later.
    """

    def register(function: Reaction) -> Reaction:
        if function not in _reactions[kind]:
            _reactions[kind].append(function)
        return function

    return register


@cache
def _load() -> None:
    for name in MODULES:
        import_module(name)


def reacts(kind: str) -> bool:
    """Whether anything is done about news of this kind."""
    _load()
    return kind in _reactions


def react(row: Outbox) -> None:
    """Do what is to be done about one piece of news, in the order of registering; in the running transaction."""
    _load()
    for function in _reactions.get(row.kind, ()):
        function(row)
