"""What takes long to make in an empty database, made once in a process and then copied, on either engine."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from peewee import IntegrityError

from models.core.clock import now, standing_at
from models.core.db.connection import database, in_transaction, is_sqlite
from models.equipment.records import OperatorCode
from models.installation import install_standards

T = TypeVar("T")
Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]

#: By name and engine: columns and rows of the tables that it filled, the first time that it ran here.
_made: dict[tuple[str, bool], Rows] = {}
#: By name, engine and time: what a maker gave, as it was then.
_given: dict[tuple[str, bool, datetime], Any] = {}
_MOST_VALUES = 30_000  # of one INSERT
#: When the standards were installed, before any moment that a test puts its clock to: what is made once must not carry
#: the time of whichever test came first.
_INSTALLED = datetime(2020, 1, 1, tzinfo=UTC)


def lay(name: str, make: Callable[[], object]) -> None:
    """Bring a database that holds what the migrations put there to where `make` brings it.

    The first time under this name `make` does it, later its rows are put in as they were then: ids, moments and all.
    """
    kept = _made.get((name, is_sqlite()))
    if kept is not None:
        in_transaction(_insert, kept)
        return
    before = {table: set(rows) for table, (_, rows) in _rows().items()}
    make()
    made: Rows = {}
    for table, (columns, rows) in _rows().items():
        fresh = [row for row in rows if row not in before[table]]
        if len(rows) - len(fresh) < len(before[table]):
            raise AssertionError(f"{name} changed rows of {table} that were there before: it can't be laid")
        if fresh:
            made[table] = (columns, fresh)
    _made[name, is_sqlite()] = made


def laid(name: str, make: Callable[[], T]) -> T:
    """As `lay`, for what `make` gives: the first time that, later a copy of what it was then, with its rows laid.

    For tests that hold the clock: at another time it is made anew, and so it is where rows that were there before have
    taken its ids. `make` may add rows and change its own, no others.
    """
    key = (name, is_sqlite(), now())
    if key in _given:
        try:
            lay(f"{name} {key[2]}", make)
        except IntegrityError:
            return make()
        return copy.deepcopy(_given[key])  # type: ignore[no-any-return]
    found: list[T] = []
    lay(f"{name} {key[2]}", lambda: found.append(make()))
    _given[key] = copy.deepcopy(found[0])
    return found[0]


def lay_standards() -> None:
    """The standards that every installation has, where they are not there yet; installed in January 2020."""
    if not OperatorCode.select().exists():
        with standing_at(lambda: _INSTALLED):
            lay("standards", lambda: in_transaction(install_standards))


def _rows() -> Rows:
    found: Rows = {}
    for table in database.get_tables():
        if table.startswith("sqlite_"):  # SQLite's own: it counts along as rows come in
            continue
        cursor = database.execute_sql(f"SELECT * FROM {_quoted(table)}")
        columns = [column[0] for column in cursor.description]
        found[table] = (columns, [tuple(row) for row in cursor.fetchall()])
    return found


def _insert(made: Rows) -> None:
    # Whatever the order, what a row refers to is there at the end.
    database.execute_sql("PRAGMA defer_foreign_keys = 1" if is_sqlite() else "SET foreign_key_checks = 0")
    try:
        for table, (columns, rows) in made.items():
            names = ", ".join(_quoted(column) for column in columns)
            one = f"({', '.join(['?' if is_sqlite() else '%s'] * len(columns))})"
            many = _MOST_VALUES // len(columns)
            for begin in range(0, len(rows), many):
                part = rows[begin : begin + many]
                database.execute_sql(
                    f"INSERT INTO {_quoted(table)} ({names}) VALUES {', '.join([one] * len(part))}",
                    [value for row in part for value in row],
                )
    finally:
        if not is_sqlite():
            database.execute_sql("SET foreign_key_checks = 1")


def _quoted(name: str) -> str:
    return f'"{name}"' if is_sqlite() else f"`{name}`"
