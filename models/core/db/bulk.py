"""Hand-written SQL for the few paths where many rows are read or written at once.

Peewee builds a statement as a tree, which costs more than the database does when a statement carries
hundreds of values; and a driver spends more on a parameter than the server on reading a literal. So all
values stand in the statement itself. Text that is not plainly harmless is written as hexadecimal digits: no
character of it can end the string or mean anything to the server, whatever its settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from models.core.db.connection import database, is_sqlite

# No quote, backslash, percent sign or anything beyond ASCII.
_plain = re.compile(r"[0-9A-Za-z .:_-]*", re.ASCII).fullmatch


def _literals(values: Iterable[Any]) -> str:
    """The values as a list of SQL literals with commas between them. Raises TypeError for one that has none."""
    before, after = ("CAST(X'", "' AS TEXT)") if is_sqlite() else ("_utf8mb4 X'", "'")
    texts = []
    last: tuple[Any, str] = (None, "")  # rows that are written together mostly bear the same moment
    # One loop for all, as this runs for some thirty values of every clock-in.
    for value in values:
        kind = type(value)
        if kind is str:
            texts.append(f"'{value}'" if _plain(value) else f"{before}{value.encode().hex()}{after}")
        elif kind is int:
            texts.append(str(value))
        elif value is None:
            texts.append("NULL")
        elif kind is datetime:
            if value is not last[0]:
                moment = value if value.tzinfo is UTC else value.astimezone(UTC)
                last = (value, f"'{moment.isoformat(' ', 'microseconds')[:26]}'")
            texts.append(last[1])
        elif kind is date:
            texts.append(f"'{value.isoformat()}'")
        else:
            raise TypeError(f"no SQL literal for {kind.__name__}")
    return ",".join(texts)


def select_in(sql: str, keys: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Rows of `sql`, in which `{keys}` stands for the list of `keys`; nothing for no keys."""
    listed = _literals(keys)
    if not listed:
        return []
    rows: list[tuple[Any, ...]] = database.execute_sql(sql.replace("{keys}", listed)).fetchall()
    return rows


def insert_new(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, key: str = "id") -> None:
    """Insert `rows` in one statement; one that meets a unique key that is taken is left out in silence.

    Any other fault (a value too long, a missing one) still raises. The caller reads back what got in.
    """
    # INSERT IGNORE would also swallow faults of the values, so the harmless update is asked for instead.
    _insert(
        table,
        columns,
        rows,
        " ON CONFLICT DO NOTHING" if is_sqlite() else f" ON DUPLICATE KEY UPDATE {key}={table}.{key}",
    )


def insert_all(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows` in one statement. Raises IntegrityError if one meets a unique key that is taken."""
    _insert(table, columns, rows, "")


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], tail: str) -> None:
    texts = [f"({_literals(row)})" for row in rows]
    if not texts:
        return
    quote = '"' if is_sqlite() else "`"
    names = ",".join(f"{quote}{name}{quote}" for name in columns)
    database.execute_sql(f"INSERT INTO {quote}{table}{quote} ({names}) VALUES {','.join(texts)}{tail}")


def insert_from(sql: str, **values: Iterable[Any]) -> int:
    """Run `INSERT … SELECT` and give how many rows it made; each `{name}` in `sql` stands for a list of values."""
    return change_in(sql, **values)


def change_in(sql: str, **values: Iterable[Any]) -> int:
    """Run UPDATE or DELETE and give how many rows it changed; each `{name}` in `sql` stands for a list of values."""
    changed: int = database.execute_sql(sql.format_map({k: _literals(v) for k, v in values.items()})).rowcount
    return changed
