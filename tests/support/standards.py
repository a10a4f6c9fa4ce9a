"""What every installation has, laid into a test's empty database without working it out anew each time."""

from __future__ import annotations

from typing import Any

from models.core.database import database, in_transaction, is_sqlite
from models.installation import install_standards

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]

#: By engine: columns and rows of the tables that `install_standards` filled, the first time that it ran here.
_made: dict[bool, Rows] = {}


def lay_standards() -> None:
    """Bring an empty database to where `install_standards` brings it: by itself once, then by copying its rows.

    Raises IntegrityError for a database in which the standards are.
    """
    kept = _made.get(is_sqlite())
    if kept is None:
        before = _rows()
        in_transaction(install_standards)
        _made[is_sqlite()] = {
            table: (columns, [row for row in rows if row not in before[table][1]])
            for table, (columns, rows) in _rows().items()
        }
        return
    in_transaction(_insert, {table: made for table, made in kept.items() if made[1]})


def _rows() -> Rows:
    found: Rows = {}
    for table in database.get_tables():
        cursor = database.execute_sql(f"SELECT * FROM {_quoted(table)}")
        found[table] = (
            [column[0] for column in cursor.description],
            [tuple(row) for row in cursor.fetchall()],
        )
    return found


def _insert(made: Rows) -> None:
    mark = "?" if is_sqlite() else "%s"
    # Whatever the order, what a row refers to is there at the end.
    database.execute_sql("PRAGMA defer_foreign_keys = 1" if is_sqlite() else "SET foreign_key_checks = 0")
    for table, (columns, rows) in made.items():
        one = f"({', '.join([mark] * len(columns))})"
        names = ", ".join(_quoted(column) for column in columns)
        for begin in range(0, len(rows), 50):
            part = rows[begin : begin + 50]
            database.execute_sql(
                f"INSERT INTO {_quoted(table)} ({names}) VALUES {', '.join([one] * len(part))}",
                [value for row in part for value in row],
            )
    if not is_sqlite():
        database.execute_sql("SET foreign_key_checks = 1")


def _quoted(name: str) -> str:
    return f'"{name}"' if is_sqlite() else f"`{name}`"
