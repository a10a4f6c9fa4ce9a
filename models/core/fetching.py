"""Rows by one column, with a statement that is built once: for the few places where building it costs more than asking."""

from __future__ import annotations

from typing import Any, TypeVar

from models.core.database import is_sqlite
from models.core.records import Base

R = TypeVar("R", bound=Base)
_texts: dict[tuple[Any, ...], str] = {}


def fetch(
    record: type[R], column: str, value: int, *, order: tuple[str, ...] = (), lock: bool = False
) -> list[R]:
    """The rows whose `column` is `value`, by `order`; with `lock` nobody else changes them until this transaction ends.

    On SQLite there is one writer, so nothing needs a lock.
    """
    lock = lock and not is_sqlite()
    key = (record, column, order, lock, is_sqlite())
    text = _texts.get(key)
    if text is None:
        query = record.select().where(getattr(record, column) == 0)
        if order:
            query = query.order_by(*[getattr(record, name) for name in order])
        text = _texts[key] = (query.for_update() if lock else query).sql()[0]
    return list(record.raw(text, value))
