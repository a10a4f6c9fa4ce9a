"""Questions that a lower chapter asks of those above it, in the same transaction, without knowing them.

    HELD: Hook[[Equipment], str] = Hook("equipment.held")     # the lower chapter declares and asks
    words = HELD(equipment)                                    # a list of answers, in order of floors

    @HELD.answer                                               # a higher one answers, in a module
    def clock_ins_of(equipment: Equipment) -> str: ...         # that its manifest names under `hooks`

What need not be known at once goes by news and reactions instead (core/events).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, TypeVar

from models.core.chapters import load, rank

P = ParamSpec("P")
R = TypeVar("R")
_named: dict[str, Any] = {}


class Hook(Generic[P, R]):
    """One question. Asking it calls whoever answers, the lowest floor first, and gives all answers."""

    def __init__(self, name: str) -> None:
        if name in _named:
            raise ValueError(f"hook {name} is declared twice")
        self.name = name
        self._answers: list[Callable[P, R]] = []
        _named[name] = self

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        load("hooks")
        return [answer(*args, **kwargs) for answer in self._answers]

    def answer(self, function: Callable[P, R]) -> Callable[P, R]:
        """Register a function that answers, for good."""
        if function not in self._answers:
            insort(self._answers, function, key=lambda each: rank("hooks", each.__module__))
        return function

    @contextmanager
    def answered(self, function: Callable[P, R]) -> Iterator[None]:
        """Have one more function answer for a while: in tests."""
        load("hooks")
        self.answer(function)
        try:
            yield
        finally:
            self._answers.remove(function)

    @property
    def modules(self) -> list[str]:
        """Where the functions stand that answer."""
        return [each.__module__ for each in self._answers]


def all_hooks() -> list[Any]:
    """Every hook that was declared so far."""
    return list(_named.values())


__all__ = ["Hook", "all_hooks"]
