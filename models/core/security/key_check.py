"""Whether the key of this start is the one that the data was written under (X11).

A lost key is not replaced in silence: with another one nobody would be found by their ID number, and what is encrypted
from then on could be opened by nobody who brings the old key back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from peewee import Model

from models.core.db.connection import database
from models.core.fields import PersonalId, Secret
from models.core.fields.unreadable import Unreadable
from models.core.records import Base
from models.core.security import crypto

Found = Literal["fits", "lost", "order"]
_FROM_EACH_END = 10


def look() -> Found:
    """`fits`: it opens what is there, or there is nothing. `lost`: it opens nothing of it. `order`: it opens it, but the
    keys before it are not the ones, or not in the order, under which people are found by their ID number.

    Looks at a few values of each encrypted column; one that alone can't be opened is a fault of its row. Run it in a
    transaction.
    """
    opened = shut = strayed = hashed = 0
    tables = set(database.get_tables())
    for record, field in _encrypted(Base):
        if record._meta.table_name not in tables or not _has(record, field):
            continue  # the data is of an older release
        mark = getattr(record, field.hashed_as) if isinstance(field, PersonalId) else None
        for row in _some(record, field, mark):
            if isinstance(row[0], Unreadable):
                shut += 1
                continue
            opened += 1
            if mark is not None and row[1]:
                hashed += 1
                strayed += row[1] != crypto.hash_id_number(row[0])
    if shut and not opened:
        return "lost"
    return "order" if hashed and strayed == hashed else "fits"


def _has(record: type[Model], field: Any) -> bool:
    return field.column_name in {column.name for column in database.get_columns(record._meta.table_name)}


def _some(record: type[Model], field: Any, mark: Any) -> list[tuple[Any, ...]]:
    """The oldest and the newest values of a column."""
    key = record._meta.primary_key
    columns = (field,) if mark is None else (field, mark)
    query = record.select(*columns).where(field.is_null(False)).limit(_FROM_EACH_END)
    return [row for order in (key.asc(), key.desc()) for row in query.order_by(order).tuples()]


def _encrypted(base: type[Model]) -> Iterator[tuple[type[Model], Any]]:
    for record in base.__subclasses__():
        yield from _encrypted(record)
        if "id" in record._meta.fields and not record.__subclasses__():
            for field in record._meta.sorted_fields:
                if isinstance(field, (PersonalId, Secret)):
                    yield record, field


__all__ = ["look"]
