"""Many rows made ready beside, and put in at once (Q05, X10).

The embedded database has one writer: whoever works out ten thousand rows while holding its lock keeps everybody who
clocks in waiting. So a rule that writes many rows gathers them here first, reading only; `put` then writes them, in a
statement for each table, all or nothing, in the transaction that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from peewee import Model

from models.core import clock, history
from models.core.db.connection import database, is_sqlite
from models.core.db.row_watch import changing, inserted
from models.core.db.writes import change_rows, default_of, insert_numbered
from models.core.errors import Conflict
from models.core.events import listeners
from models.core.fields import PersonalId
from models.core.history import Change
from models.core.records import Record, changed_meanwhile, sort_keys
from models.core.security.actor import Actor

#: Rules that run one after the other while the embedded database's writer is held: beyond that others would wait for
#: longer than a second (`scripts.drills.importing --again`).
RULES_AT_ONCE = 1000
_CHUNK = 500
_VARIABLES = 32_000  # in one statement; SQLite takes 32,766


T = TypeVar("T")


class New:
    """A row that is not written yet: stands for its id wherever another row of the batch refers to it."""

    __slots__ = ("id", "level")

    def __init__(self, level: int) -> None:
        self.level = level
        self.id: int | None = None


class _Table:
    """The rows of one record that refer to nothing later than `level`, as their columns keep them."""

    def __init__(self, record: type[Model]) -> None:
        meta = record._meta
        self.record = record
        self.fields = [field for field in meta.sorted_fields if field is not meta.primary_key]
        self.rows: list[list[Any]] = []
        self.made: list[New] = []
        self.refers: set[int] = set()

    def add(self, values: Mapping[str, Any], made: New) -> None:
        row = []
        for field in self.fields:
            value = values.get(field.name, values.get(field.column_name))
            if value is None and field.default is not None:
                value = default_of(field)
            row.append(value if isinstance(value, New) else _kept(field.db_value(value)))
        self.rows.append(row)
        self.made.append(made)
        self.refers.update(place for place, value in enumerate(row) if isinstance(value, New))

    def ready(self) -> list[list[Any]]:
        """The rows, with the ids of what they refer to."""
        if not self.refers:
            return self.rows
        rows = []
        for row in self.rows:
            row = [*row]
            for place in self.refers:
                if isinstance(row[place], New):
                    row[place] = row[place].id
            rows.append(row)
        return rows


@dataclass(frozen=True)
class _Changed:
    """A row that is there, as it was when it was read, and what is written into it."""

    row_id: int
    version: int
    kept: tuple[Any, ...]  # as its columns keep them
    values: dict[str, Any]


class Batch:
    """Rows to make, lines for their trails, and rules to call once they are there."""

    def __init__(self) -> None:
        self._tables: dict[tuple[int, type[Model]], _Table] = {}
        self._changes: dict[tuple[type[Record], tuple[str, ...]], list[_Changed]] = {}
        self._heard: list[tuple[str, int, New]] = []
        self._touched: list[tuple[str, int | New, int | None]] = []
        self._rules: list[Callable[[], Any]] = []

    def add(self, record: type[Model], values: Mapping[str, Any]) -> New:
        """Make a row of `values`, by name, defaults filled in; a value may be another row of the batch.

        The keyed hash of an ID number follows the number.
        """
        values = dict(values)
        for field in record._meta.sorted_fields:
            if isinstance(field, PersonalId) and values.get(field.name) and not values.get(field.hashed_as):
                values[field.hashed_as] = field.hash_of(values[field.name])
        if issubclass(record, Record):
            values |= {key.name: key.key_of(values.get(name)) for name, key in sort_keys(record).items()}
        level = 1 + max((value.level for value in values.values() if isinstance(value, New)), default=0)
        made = New(level)
        key = (level, record)
        if key not in self._tables:
            self._tables[key] = _Table(record)
        self._tables[key].add(values, made)
        return made

    def create(self, actor: Actor, row: Record, changes: list[dict[str, Any]]) -> New:
        """Make a row of a record as it stands, with the first line of its trail."""
        made = self.add(type(row), row.__data__)
        self._touched.append((row._meta.table_name, made, row.scope_value("company")))
        self.add(Change, {**history.line_of(actor, row, "created", changes), "row_id": made})
        return made

    def change(
        self, actor: Actor, row: Record, values: Mapping[str, Any], changes: list[dict[str, Any]]
    ) -> None:
        """Write `values` into a row that is there, with a line of its trail that its followers hear of.

        Not for ID numbers, whose hash goes with them, nor for what a transition moves.
        """
        fields = row._meta.fields
        assert not any(isinstance(fields[name], PersonalId) for name in values), (
            "an ID number is not changed so"
        )
        keys = {
            key.name: key.key_of(values[name]) for name, key in sort_keys(type(row)).items() if name in values
        }
        values = {**values, **keys}
        kept = tuple(_kept(fields[name].db_value(value)) for name, value in values.items())
        changed = _Changed(row.get_id(), row.version, kept, dict(values))
        self._changes.setdefault((type(row), tuple(values)), []).append(changed)
        line = self.add(Change, history.line_of(actor, row, "edited", changes))
        self._heard.append((row._meta.table_name, row.get_id(), line))
        self._touched.append((row._meta.table_name, row.get_id(), row.scope_value("company")))

    def do(self, rule: Callable[..., Any], *args: Any) -> None:
        """Call `rule` once the rows are there. For what can't be worked out beforehand: it holds the lock as it runs."""
        self._rules.append(lambda: rule(*args))

    def require_few_rules(self, more: int = 0) -> None:
        """Refuse what would keep everybody else from writing into the embedded database for too long.

        `more` rules are called besides those of the batch. Raises Conflict `too_many_at_once`.
        """
        number = len(self._rules) + more
        if is_sqlite() and number > RULES_AT_ONCE:
            raise Conflict(
                "这次改动太多，没有导入",
                code="too_many_at_once",
                cause=f"这份表要逐行处理 {number} 条记录。本系统现在用内置数据库，一次最多 {RULES_AT_ONCE} 条，"
                "否则别人打卡要等",
                advice=f"请拆成几个文件，每个不超过 {RULES_AT_ONCE} 行，分次上传",
            )

    def put(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Write it all, in the running transaction. `progress` is told how many of how many writes are done, now and then.

        Raises IntegrityError if a unique key is taken, Conflict if a row was changed since it was read.
        """
        tables = sorted(self._tables.items(), key=lambda item: item[0][0])
        rows = sum(len(table.rows) for _, table in tables) + sum(map(len, self._changes.values()))
        count = _Count(rows + len(self._rules), progress)
        for (_, record), table in tables:
            ids = _insert(record, table.fields, table.ready(), count)
            for made, row_id in zip(table.made, ids, strict=True):
                made.id = row_id
        for (changed, names), changes in self._changes.items():
            _change(changed, names, changes, count)
        listeners.noted([(table, row_id, line.id or 0) for table, row_id, line in self._heard])
        listeners.touched(
            (table, (row.id or 0) if isinstance(row, New) else row, company)
            for table, row, company in self._touched
        )
        for rule in self._rules:
            rule()
            count.add(1)


class _Count:
    """Writes that are done, of all that there are."""

    def __init__(self, total: int, progress: Callable[[int, int], None]) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def add(self, number: int) -> None:
        """So many more."""
        self._done += number
        self._progress(self._done, self._total)


def _kept(value: Any) -> Any:
    """A column's value as every driver takes it; the column's affinity makes it what it was."""
    if value is None or isinstance(value, (str, int, float)):
        return int(value) if isinstance(value, bool) else value
    return str(value) if not hasattr(value, "isoformat") else value.isoformat()


def _insert(record: type[Model], fields: Sequence[Any], rows: list[list[Any]], count: _Count) -> list[int]:
    """Insert rows and give their ids, in their order."""
    if is_sqlite():
        made = _insert_whole(record, fields, rows, count)
        inserted(record, made)
        return made
    names = [field.column_name for field in fields]
    ids: list[int] = []
    for part in _parts(rows, _CHUNK):
        ids += insert_numbered(record, [dict(zip(names, row, strict=True)) for row in part], kept=True)
        count.add(len(part))
    return ids


def _parts(rows: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _insert_whole(
    record: type[Model], fields: Sequence[Any], rows: list[list[Any]], count: _Count
) -> list[int]:
    """Some thousand rows in a statement, and one for all ids: between two statements Python hands its own lock to
    others, and with many of them an import would queue for it again and again while it holds the database's.
    """
    table, key = record._meta.table_name, record._meta.primary_key.column_name
    names = ", ".join(f'"{field.column_name}"' for field in fields)
    hole = f"({', '.join('?' * len(fields))})"
    last = database.execute_sql(f'SELECT COALESCE(MAX("{key}"), 0) FROM "{table}"').fetchone()[0]
    for part in _parts(rows, _VARIABLES // len(fields)):
        text = f'INSERT INTO "{table}" ({names}) VALUES {", ".join([hole] * len(part))}'
        database.execute_sql(text, [value for row in part for value in row])
        count.add(len(part))
    # Nobody else writes meanwhile: what is beyond the last one is ours, in the order in which it went in.
    asked = (
        f'SELECT json_group_array(id) FROM (SELECT "{key}" AS id FROM "{table}" WHERE "{key}" > ? ORDER BY 1)'
    )
    ids: list[int] = orjson.loads(database.execute_sql(asked, [last]).fetchone()[0])
    return ids


def _change(record: type[Record], names: tuple[str, ...], rows: list[_Changed], count: _Count) -> None:
    """Change rows as `Record.change` does. Raises Conflict if one is not as it was read."""
    done = 0
    for part in _parts(rows, _VARIABLES // (len(names) + 2) if is_sqlite() else _CHUNK):
        done += _change_whole(record, names, part) if is_sqlite() else _change_singly(record, part)
        count.add(len(part))
    if done != len(rows):
        raise changed_meanwhile()


def _change_singly(record: type[Record], rows: list[_Changed]) -> int:
    """Change rows one after the other; gives how many there were."""
    now = clock.now()
    return sum(
        change_rows(
            record, {**row.values, "version": row.version + 1, "updated_at": now}, id=row.row_id, version=row.version
        )
        for row in rows
    )  # fmt: skip


def _change_whole(record: type[Record], names: tuple[str, ...], rows: list[_Changed]) -> int:
    """Some thousand rows in a statement, for the reason of `_insert_whole`; gives how many there were."""
    fields, table = record._meta.fields, record._meta.table_name
    sides = [f'"{fields[name].column_name}" = new.column{place + 3}' for place, name in enumerate(names)]
    holes = ", ".join([f"({', '.join('?' * (len(names) + 2))})"] * len(rows))
    text = (
        f'UPDATE "{table}" SET {", ".join(sides)}, "version" = "{table}"."version" + 1, "updated_at" = ? '
        f"FROM (VALUES {holes}) AS new "
        f'WHERE "{table}"."id" = new.column1 AND "{table}"."version" = new.column2'
    )
    values = [value for row in rows for value in (row.row_id, row.version, *row.kept)]
    stamp = _kept(fields["updated_at"].db_value(clock.now()))
    with changing(record, [record._meta.primary_key.in_([row.row_id for row in rows])], names):
        return int(database.execute_sql(text, [stamp, *values]).rowcount)


__all__ = ["RULES_AT_ONCE", "Batch", "New"]
