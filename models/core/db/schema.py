"""What tables a database has, as its engine tells it: to be compared with what the records ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import Database, Model

from models.core.db.connection import is_sqlite

#: The tables that are nobody's record: the list of migrations, and SQLite's own.
_NOT_OURS = frozenset({"schema_migration", "sqlite_sequence"})


@dataclass(frozen=True)
class TableColumn:
    """A column. `kind` is the engine's own type (VARCHAR(60)), `more` what a server says beside it (collation)."""

    name: str
    kind: str
    null: bool
    key: bool = False
    more: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Reference:
    """Where a column points: the table, and what happens to the row when that one is deleted (RESTRICT)."""

    table: str
    on_delete: str


@dataclass(frozen=True)
class Index:
    """An index over columns, in their order."""

    columns: tuple[str, ...]
    unique: bool


@dataclass
class Table:
    """A table: its columns in their order, where they point, and its indexes with their names."""

    name: str
    columns: dict[str, TableColumn] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    indexes: dict[Index, str] = field(default_factory=dict)


Schema = Mapping[str, Table]


def read_schema(database: Database) -> dict[str, Table]:
    """All tables of the records' database, by name. The database is connected."""
    return _read_sqlite(database) if is_sqlite() else _read_server(database)


def build_from_records(database: Database, records: Iterable[type[Model]]) -> None:
    """Make the tables that the records ask for in an empty database, as a migrated one has them."""
    if not is_sqlite():
        database.execute_sql("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    with database.atomic():
        database.create_tables(list(records))


def _read_sqlite(database: Database) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for name in set(database.get_tables()) - _NOT_OURS:
        table = found[name] = Table(name)
        for _, column, kind, needed, _, key in database.execute_sql(
            f'PRAGMA table_info("{name}")'
        ).fetchall():
            table.columns[column] = TableColumn(column, kind, not needed, bool(key))
        for row in database.execute_sql(f'PRAGMA foreign_key_list("{name}")').fetchall():
            table.references[row[3]] = Reference(row[2], row[6])
        for _, index, unique, origin, _ in database.execute_sql(f'PRAGMA index_list("{name}")').fetchall():
            if origin == "c":  # made by CREATE INDEX; the others belong to keys
                parts = database.execute_sql(f'PRAGMA index_info("{index}")').fetchall()
                table.indexes[Index(tuple(part[2] for part in parts), bool(unique))] = index
    return found


#: Each a single question about the whole schema: Peewee asks table by table, and MariaDB looks through every schema of
#: the server for each.
_COLUMNS = (
    "SELECT table_name, column_name, column_type, is_nullable, column_key, extra, character_set_name, collation_name"
    " FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
)
_REFERENCES = (
    "SELECT k.table_name, k.column_name, k.referenced_table_name, r.delete_rule"
    " FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r"
    " ON r.constraint_schema = k.table_schema AND r.constraint_name = k.constraint_name"
    " AND r.table_name = k.table_name"
    " WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL"
)
_INDEXES = (
    "SELECT table_name, index_name, non_unique, column_name FROM information_schema.statistics"
    " WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' ORDER BY table_name, index_name, seq_in_index"
)


def _read_server(database: Database) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for name, column, kind, null, key, *more in database.execute_sql(_COLUMNS).fetchall():
        if name not in _NOT_OURS:
            table = found.setdefault(name, Table(name))
            table.columns[column] = TableColumn(column, _text(kind), null == "YES", key == "PRI", tuple(more))
    for name, column, to, on_delete in database.execute_sql(_REFERENCES).fetchall():
        if name in found:
            found[name].references[column] = Reference(to, on_delete)
    indexes: dict[tuple[str, str, bool], list[str]] = {}
    for name, index, plain, column in database.execute_sql(_INDEXES).fetchall():
        indexes.setdefault((name, index, not plain), []).append(column)
    for (name, index, unique), columns in indexes.items():
        if name in found:
            found[name].indexes[Index(tuple(columns), unique)] = index
    return found


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes | bytearray) else str(value)
