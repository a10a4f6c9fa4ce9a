"""Rows written by statements put together as text: as a tree, one costs more to build than the database to carry out.

What Peewee would write is written: values as their columns keep them, defaults where nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from peewee import Model

from models.core.database import database, is_sqlite

R = TypeVar("R", bound=Model)
_insertions: dict[tuple[Any, ...], tuple[str, str]] = {}
_updates: dict[tuple[Any, ...], str] = {}


def insert_rows(record: type[Model], rows: Iterable[Mapping[str, Any]]) -> range:
    """Insert rows in one statement; all of them say the same fields, by name or by column. Nothing for no rows.

    Gives their ids, in order.
    """
    listed = list(rows)
    if not listed:
        return range(0)
    # Both engines number the rows of one INSERT in order; SQLite tells the last id, MariaDB the first.
    told = int(_insert(record, listed).lastrowid)
    first = told - len(listed) + 1 if is_sqlite() else told
    return range(first, first + len(listed))


def insert_row(record: type[R], **values: Any) -> R:
    """Insert one row and give it, with its id."""
    row = record(**values)
    row.id = _insert(record, [row.__data__]).lastrowid
    row._dirty.clear()
    return row


def change_rows(record: type[Model], values: Mapping[str, Any], **where: Any) -> int:
    """Write `values` to the rows whose fields are as `where` says (all of them); gives how many there were."""
    fields = record._meta.combined
    wanted = [fields[name].db_value(value) for name, value in (*values.items(), *where.items())]
    text = _update(record, tuple(values), tuple(where))
    return int(database.execute_sql(text, wanted).rowcount)


def _insert(record: type[Model], rows: list[Mapping[str, Any]]) -> Any:
    meta = record._meta
    said = tuple(rows[0])
    fields = [*(meta.combined[name] for name in said)]
    names = {field.name for field in fields}
    others = [field for field in meta.defaults if field.name not in names]
    values: list[Any] = []
    for row in rows:
        values.extend(field.db_value(row[name]) for field, name in zip(fields, said, strict=True))
        values.extend(field.db_value(_default(field)) for field in others)
    head, each = _insertion(record, tuple(field.column_name for field in (*fields, *others)))
    return database.execute_sql(head + ", ".join([each] * len(rows)), values)


def _default(field: Any) -> Any:
    return field.default() if callable(field.default) else field.default


def _insertion(record: type[Model], columns: tuple[str, ...]) -> tuple[str, str]:
    """The statement up to its rows, and a row of it."""
    key = (record, columns, is_sqlite())
    if key not in _insertions:
        quote, hole = _signs()
        names = ", ".join(f"{quote}{name}{quote}" for name in columns)
        head = f"INSERT INTO {quote}{record._meta.table_name}{quote} ({names}) VALUES "
        _insertions[key] = head, f"({', '.join([hole] * len(columns))})"
    return _insertions[key]


def _update(record: type[Model], values: tuple[str, ...], where: tuple[str, ...]) -> str:
    key = (record, values, where, is_sqlite())
    if key not in _updates:
        (quote, hole), fields = _signs(), record._meta.combined
        sides = [
            [f"{quote}{fields[name].column_name}{quote} = {hole}" for name in names]
            for names in (values, where)
        ]
        table = f"{quote}{record._meta.table_name}{quote}"
        _updates[key] = f"UPDATE {table} SET {', '.join(sides[0])} WHERE {' AND '.join(sides[1])}"
    return _updates[key]


def _signs() -> tuple[str, str]:
    """How the engine quotes a name, and marks the place of a value."""
    return ('"', "?") if is_sqlite() else ("`", "%s")


__all__ = ["change_rows", "insert_row", "insert_rows"]
