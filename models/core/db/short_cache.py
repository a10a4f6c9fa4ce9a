"""What many ask for and few change: read from the database once, kept for two seconds, asked for anew after a change."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from models.core.db.connection import database, in_transaction

T = TypeVar("T")
_FRESH = 2.0  # seconds
_all: WeakSet[ShortCache[Any]] = WeakSet()


class ShortCache(Generic[T]):
    """One reading of the database that all threads of this process share, at most two seconds old.

    `read` asks the database, `empty` says what holds where none is open. Whoever changes what is read calls `forget`
    once that is committed (`after_commit(cache.forget)`): this process knows at once, every other within two seconds.
    """

    def __init__(self, read: Callable[[], T], empty: Callable[[], T]) -> None:
        self._read, self._empty = read, empty
        self._kept: tuple[Any, float, T] | None = None
        _all.add(self)

    def get(self) -> T:
        """What the database says."""
        opened = database.obj
        if opened is None:
            return self._empty()
        kept = self._kept
        if kept is not None and kept[0] is opened and time.monotonic() - kept[1] < _FRESH:
            return kept[2]
        at = time.monotonic()
        found = self._read() if not opened.is_closed() else in_transaction(self._read, write=False)
        self._kept = (opened, at, found)
        return found

    def forget(self) -> None:
        """Ask the database at the next reading."""
        self._kept = None


def forget_all() -> None:
    """Forget every reading: the database is another one."""
    for cache in _all:
        cache.forget()
