"""Records whose rows are counted as they change: whoever writes one, by whatever way, passes here (I01).

A record names its watcher by text (`Record.watched`), as the watcher stands above it. `models.core.db.writes` and the
queries of `Base` call `inserted` and `changing`; SQL that is written by hand does not, so a watched table has none but the
gate's INSERT of clock-ins, which adds to the sums itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

from peewee import Model, ModelDelete, ModelInsert, ModelUpdate

from models.core.db.connection import database

Words = Mapping[int, tuple[Any, ...]]


class Watcher(Protocol):
    """Something that is told what rows were and what they became."""

    fields: frozenset[str]  # the names of the columns that it looks at

    def words(self, conditions: Sequence[Any], *, lock: bool) -> Words:
        """What it needs to know of the rows that the conditions leave, by id; with `lock` nobody else changes them now."""

    def moved(self, before: Words, after: Words) -> None:
        """Rows were changed in the running transaction; one that was inserted or deleted stands on one side only."""


def watcher_of(record: type[Model]) -> Watcher | None:
    """Who watches the rows of a record."""
    named: str = getattr(record, "watched", "")
    if not named:
        return None
    module, _, name = named.partition(":")
    found: Watcher = getattr(import_module(module), name)
    return found


def inserted(record: type[Model], ids: Sequence[int]) -> None:
    """Rows were inserted in the running transaction."""
    watcher = watcher_of(record)
    if watcher is not None and ids:
        watcher.moved({}, watcher.words([record._meta.primary_key.in_(list(ids))], lock=False))


@contextmanager
def changing(
    record: type[Model], conditions: Sequence[Any], named: Collection[str] | None = None
) -> Iterator[None]:
    """Inside of the block the rows that `conditions` leave are changed in the fields `named`, or go (None)."""
    watcher = watcher_of(record)
    if watcher is None or (named is not None and not watcher.fields & set(named)):
        yield
        return
    with database.atomic():
        before = watcher.words(conditions, lock=True)
        yield
        still = [record._meta.primary_key.in_(list(before))]
        watcher.moved(before, watcher.words(still, lock=False) if before else {})


class WatchedInsert(ModelInsert):
    """One row, inserted by Peewee; `key` is its id where it was said."""

    key: int | None = None

    def execute(self, *args: Any) -> Any:
        with database.atomic():
            made = super().execute(*args)
            if not isinstance(made, int):
                raise TypeError("several rows that are watched are inserted by models.core.db.writes")
            inserted(self.model, [made if self.key is None else self.key])
        return made


class WatchedUpdate(ModelUpdate):
    """Rows changed by Peewee; `named` are the fields that get another value."""

    named: Collection[str] = ()
    conditions: tuple[Any, ...] = ()

    def where(self, *expressions: Any) -> Any:
        made = super().where(*expressions)
        made.conditions = (*self.conditions, *expressions)
        return made

    def execute(self, *args: Any) -> Any:
        with changing(self.model, self.conditions, self.named):
            return super().execute(*args)


class WatchedDelete(ModelDelete):
    """Rows deleted by Peewee."""

    conditions: tuple[Any, ...] = ()

    def where(self, *expressions: Any) -> Any:
        made = super().where(*expressions)
        made.conditions = (*self.conditions, *expressions)
        return made

    def execute(self, *args: Any) -> Any:
        with changing(self.model, self.conditions):
            return super().execute(*args)


__all__ = ["WatchedDelete", "WatchedInsert", "WatchedUpdate", "Watcher", "changing", "inserted", "watcher_of"]
