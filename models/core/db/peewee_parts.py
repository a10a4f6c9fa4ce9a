"""What of Peewee is not public and used all the same, all in one place.

tests/house/private_parts says at an upgrade which of it has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from peewee import (
    SCOPE_VALUES,
    CharField,
    Database,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    ModelObjectCursorWrapper,
    ModelSelect,
)

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


class RowMaker:
    """Makes the rows of one query, of which Peewee finds out only once what column goes into what field of what record."""

    def __init__(self, query: ModelSelect) -> None:
        self._query = query
        self._make: Callable[[Sequence[Any]], Any] | None = None

    def rows(self, database: Database, text: str, values: Sequence[Any]) -> list[Any]:
        """The rows by the statement that the query was built into before."""
        cursor = database.execute_sql(text, values)
        if self._make is None:
            return self._first(cursor)
        return [self._make(row) for row in cursor.fetchall()]

    def _first(self, cursor: Any) -> list[Any]:
        wrapper = self._query._get_cursor_wrapper(cursor)
        rows = list(wrapper)
        if wrapper.initialized:  # there were rows, so it knows
            wrapper.cursor, wrapper.row_cache = None, []
            self._make = _whole_record(wrapper) or wrapper.process_row
        return rows


def _whole_record(wrapper: Any) -> Callable[[Sequence[Any]], Any] | None:
    """How to make a record of columns that all go into its own fields; None for rows that are something else."""
    record = getattr(wrapper, "constructor", None)
    if not isinstance(wrapper, ModelObjectCursorWrapper) or record is not wrapper.model:
        return None
    known = record._meta.fields
    if any(known.get(name) is not field for name, field in zip(wrapper.columns, wrapper.fields, strict=True)):
        return None
    names = tuple(wrapper.columns)
    converters = [
        None if to is None or _comes_as_it_is(field) else to
        for field, to in zip(wrapper.fields, wrapper.converters, strict=True)
    ]

    def make(row: Sequence[Any]) -> Any:
        said = zip(names, converters, row, strict=True)
        return row_of(record, {name: value if to is None else to(value) for name, to, value in said})

    return make


def _comes_as_it_is(field: Field) -> bool:
    """Whether the drivers give what the field holds: whole numbers and texts, of which its own class changes nothing."""
    if isinstance(field, ForeignKeyField) and type(field).python_value is ForeignKeyField.python_value:
        return _comes_as_it_is(field.rel_field)
    kind = type(field)
    return kind.python_value is Field.python_value and kind.adapt in (IntegerField.adapt, CharField.adapt)


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

__all__ = ["RecordIndex", "RowMaker", "column_in", "indexes_of", "is_as_stored", "row_of"]
