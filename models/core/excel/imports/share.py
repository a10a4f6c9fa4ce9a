"""How far an import is, in rows of its sheet: each row is looked at several times and counts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Progress = Callable[[int, int | None], None]
T = TypeVar("T")
_EVERY = 500


def share(progress: Progress, rows: int, start: float, end: float) -> Progress:
    """The stretch from `start` to `end` (0 to 1) of a way of `rows` rows.

    Whoever walks it says how much of its own work is done; `progress` hears how many of the rows that makes.
    """

    def tell(done: int, total: int | None) -> None:
        part = done / total if total else 1.0
        progress(round(rows * (start + (end - start) * min(1.0, part))), rows)

    return tell


def walked(items: Sequence[T], progress: Progress) -> Iterator[T]:
    """The items, one after the other; `progress` is told now and then, and at the end."""
    for index, item in enumerate(items):
        if index % _EVERY == 0:
            progress(index, len(items))
        yield item
    progress(len(items), len(items))


class Walked(list[T]):
    """A list that says how far it was walked, for a rule that knows nothing of progress; never less than before."""

    def __init__(self, items: Sequence[T], progress: Progress) -> None:
        super().__init__(items)
        self._progress = progress
        self._told = 0

    def __iter__(self) -> Iterator[T]:
        return walked(self[:], self._tell)

    def _tell(self, done: int, total: int | None) -> None:
        if done > self._told:
            self._told = done
            self._progress(done, total)


__all__ = ["Progress", "Walked", "share", "walked"]
