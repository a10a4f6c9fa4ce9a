"""What of Peewee is not public and used all the same, all in one place.

tests/house/private_parts says at an upgrade which of it has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from peewee import SCOPE_VALUES, Database, Field, Model, ModelSelect

R = TypeVar("R", bound=Model)


@dataclass(frozen=True)
class RecordIndex:
    """An index that a record declares: its name in the database and its columns, in order."""

    name: str
    columns: tuple[Field, ...]
    unique: bool


def indexes_of(record: type[Model]) -> list[RecordIndex]:
    """The indexes that a record declares."""
    return [
        RecordIndex(str(index._name), tuple(index._expressions), bool(index._unique))
        for index in record._meta.fields_to_index()
    ]


def is_as_stored(row: Model) -> None:
    """Say that a row is as the database has it: nothing of it is still to be written."""
    row._dirty.clear()


def row_of(record: type[R], values: dict[str, Any]) -> R:
    """A row as the database has it, of the values of its columns by field; `record(**values)` costs many times that.

    The dictionary becomes the row's own.
    """
    row: R = object.__new__(record)
    row.__data__, row.__rel__, row._dirty = values, {}, set()
    return row


def rows_of(query: ModelSelect, database: Database, text: str, values: Sequence[Any]) -> list[Any]:
    """The rows of `query` by the statement that it was built into before."""
    return list(query._get_cursor_wrapper(database.execute_sql(text, values)))


_built_by_peewee = Field.__sql__


def column_in(field: Any, statement: Any) -> Any:
    """Write a field's column into a statement that is being built: `"t1"."name"`, or `"name"` where values are set.

    The text is Peewee's own. It takes nine objects and twenty calls for each column of each statement to come to it,
    which was more than half of what building a statement cost, and a seventh of what our rules do at all.
    """
    quotes = statement.state.quote or '""'
    name = field.column_name
    if quotes[0] in name:
        return _built_by_peewee(field, statement)
    if statement.scope == SCOPE_VALUES:
        return statement.literal(f"{quotes[0]}{name}{quotes[1]}")
    alias = statement.alias_manager[field.model._meta.table]
    if quotes[0] in alias:
        return _built_by_peewee(field, statement)
    return statement.literal(f"{quotes[0]}{alias}{quotes[1]}.{quotes[0]}{name}{quotes[1]}")


Field.__sql__ = column_in

__all__ = ["RecordIndex", "column_in", "indexes_of", "is_as_stored", "row_of", "rows_of"]
