"""Rows written by statements put together as text: as a tree, one costs more to build than the database to carry out.

What Peewee would write is written: values as their columns keep them, defaults where nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from peewee import Model

from models.core.db.connection import database, gives_back, is_sqlite
from models.core.db.peewee_parts import is_as_stored
from models.core.db.row_watch import changing, inserted, watcher_of

R = TypeVar("R", bound=Model)
_insertions: dict[tuple[Any, ...], tuple[str, str]] = {}
_updates: dict[tuple[Any, ...], str] = {}


def insert_rows(record: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows in one statement; all of them say the same fields, by name or by column. Nothing for no rows."""
    listed = list(rows)
    if listed and watcher_of(record) is not None:
        insert_numbered(record, listed)
    elif listed:
        _insert(record, listed)


def insert_numbered(
    record: type[Model], rows: Iterable[Mapping[str, Any]], *, kept: bool = False
) -> list[int]:
    """Insert rows as `insert_rows` does, and give the id of each, in their order. `kept` values are as columns keep them.

    The database says the ids. They are never computed from the first or the last one: a cluster counts in steps of its
    size. Where it can't say them (MySQL has no RETURNING) each row is a statement of its own.
    """
    listed = list(rows)
    if len(listed) > 1 and gives_back():
        key = record._meta.primary_key.column_name
        cursor = _insert(record, listed, f" RETURNING {key}", kept=kept)
        # The order of what comes back is nowhere promised; that later rows of a statement get greater numbers is.
        ids = sorted(int(number) for (number,) in cursor.fetchall())
    else:
        ids = [_inserted_id(record, row, kept=kept) for row in listed]
    inserted(record, ids)
    return ids


def _inserted_id(record: type[Model], row: Mapping[str, Any], *, kept: bool) -> int:
    """Insert a row and give its id: the one that it says, or the database's."""
    made = _insert(record, [row], kept=kept).lastrowid
    return int(row.get(record._meta.primary_key.name) or made)


def insert_row(record: type[R], **values: Any) -> R:
    """Insert one row and give it, with its id."""
    row = record(**values)
    row.id = _insert(record, [row.__data__]).lastrowid
    is_as_stored(row)
    inserted(record, [row.id])
    return row


def change_rows(record: type[Model], values: Mapping[str, Any], **where: Any) -> int:
    """Write `values` to the rows whose fields are as `where` says (all of them); gives how many there were."""
    fields = record._meta.combined
    wanted = [fields[name].db_value(value) for name, value in (*values.items(), *where.items())]
    text = _update(record, tuple(values), tuple(where))
    if watcher_of(record) is None:
        return int(database.execute_sql(text, wanted).rowcount)
    conditions = [fields[name] == value for name, value in where.items()]
    with changing(record, conditions, [fields[name].name for name in values]):
        return int(database.execute_sql(text, wanted).rowcount)


def _insert(record: type[Model], rows: list[Mapping[str, Any]], tail: str = "", *, kept: bool = False) -> Any:
    meta = record._meta
    said = tuple(rows[0])
    fields = [*(meta.combined[name] for name in said)]
    names = {field.name for field in fields}
    others = [field for field in meta.defaults if field.name not in names]
    values: list[Any] = []
    for row in rows:
        if kept:
            values.extend(row[name] for name in said)
        else:
            values.extend(field.db_value(row[name]) for field, name in zip(fields, said, strict=True))
        values.extend(field.db_value(default_of(field)) for field in others)
    head, each = _insertion(record, tuple(field.column_name for field in (*fields, *others)))
    return database.execute_sql(head + ", ".join([each] * len(rows)) + tail, values)


def default_of(field: Any) -> Any:
    """What a column holds where nothing is said."""
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


__all__ = ["change_rows", "default_of", "insert_numbered", "insert_row", "insert_rows"]
