"""SELECTs that are built once and then only filled in: as a tree, one costs more to build than the database to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from peewee import ModelSelect, Node

from models.core.db.connection import database, is_sqlite
from models.core.db.peewee_parts import RowMaker
from models.core.records import Base

R = TypeVar("R", bound=Base)
P = ParamSpec("P")
_by: dict[tuple[Any, ...], Callable[[int], list[Any]]] = {}
_heads: dict[tuple[Any, bool], str] = {}


class _Slot(Node):
    """The place of a value that is known later: of which argument, and which of its items if it is a list."""

    def __init__(self, argument: int, item: int | None = None) -> None:
        self.argument, self.item = argument, item

    def __sql__(self, ctx: Any) -> Any:
        return ctx.value(_Filled(self.argument, self.item, ctx.state.converter), converter=False)


@dataclass(frozen=True)
class _Filled:
    """A slot as it stands among the built statement's values, with what its column makes of a value."""

    argument: int
    item: int | None
    converter: Callable[[Any], Any] | None

    def of(self, arguments: tuple[Any, ...]) -> Any:
        value = arguments[self.argument]
        value = value if self.item is None else value[self.item]
        return value if self.converter is None else self.converter(value)


@dataclass(frozen=True)
class _Built:
    maker: RowMaker
    text: str
    values: list[Any]

    def rows(self, arguments: tuple[Any, ...]) -> list[Any]:
        values = [value.of(arguments) if type(value) is _Filled else value for value in self.values]
        return self.maker.rows(database, self.text, values)


def prepared(build: Callable[P, ModelSelect]) -> Callable[P, list[Any]]:
    """A function that gives the rows of the query that `build` makes of its arguments.

    `build` runs once for each engine (and each length of a list), with slots in the place of the arguments: it may only
    compare columns with them, never look at them. Arguments are given by position; a list that a column is to be `in_`
    must not be empty. `cache_clear` forgets what was built, as with `functools.cache`.
    """
    known: dict[tuple[Any, ...], _Built] = {}

    @wraps(build)
    def rows(*arguments: Any) -> list[Any]:
        shape = (is_sqlite(), *(len(one) if isinstance(one, (list, tuple)) else -1 for one in arguments))
        built = known.get(shape)
        if built is None:
            query = build(*(_slots(place, size) for place, size in enumerate(shape[1:])))  # type: ignore[call-arg,arg-type]
            built = known[shape] = _Built(RowMaker(query), *query.sql())
        return built.rows(arguments)

    rows.cache_clear = known.clear  # type: ignore[attr-defined]
    return rows  # type: ignore[return-value]


def _slots(place: int, size: int) -> _Slot | list[_Slot]:
    return _Slot(place) if size < 0 else [_Slot(place, item) for item in range(size)]


def fetch(
    record: type[R], column: str, value: int, *, order: tuple[str, ...] = (), lock: bool = False
) -> list[R]:
    """The rows whose `column` is `value`, by `order`; with `lock` nobody else changes them until this transaction ends.

    On SQLite there is one writer, so nothing needs a lock.
    """
    key = (record, column, order, lock)
    rows = _by.get(key)
    if rows is None:
        rows = _by[key] = prepared(partial(_rows_by, *key))
    return rows(value)


def fetch_one(record: type[R], row_id: int | None, *, lock: bool = False) -> R | None:
    """The row with this id, None if there is none."""
    found = fetch(record, "id", row_id, lock=lock) if row_id is not None else []
    return found[0] if found else None


def locked(record: type[R], row_id: int) -> R:
    """The row with this id as it is now; whoever comes at the same time decides after us, by what we leave behind.

    In a transaction that writes. Raises the record's DoesNotExist.
    """
    found = fetch_one(record, row_id, lock=True)
    if found is None:
        raise record.DoesNotExist
    return found


def fetch_many(record: type[R], ids: Iterable[int]) -> list[R]:
    """The rows with these ids, in no order."""
    keys = ", ".join(str(int(one)) for one in ids)
    if not keys:
        return []
    head = _heads.get((record, is_sqlite()))
    if head is None:
        text: str = record.select().where(record._meta.primary_key.in_([0])).sql()[0]
        head = _heads[record, is_sqlite()] = text[: text.rindex(" IN (") + len(" IN (")]
    return list(record.raw(f"{head}{keys}))"))


def _rows_by(record: type[Base], column: str, order: tuple[str, ...], lock: bool, value: Any) -> ModelSelect:
    query = record.select().where(getattr(record, column) == value)
    if order:
        query = query.order_by(*[getattr(record, name) for name in order])
    return query.for_update() if lock and not is_sqlite() else query


__all__ = ["fetch", "fetch_many", "fetch_one", "locked", "prepared"]
