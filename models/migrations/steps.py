"""The steps of which migrations are made from 0040 on: each knows the way up and the way down, on both engines.

A migration lists them once:

    STEPS = (
        AddTable("meeting", {"id": Key(), "company_id": Reference("company"), "held_at": Moment()}),
        AddColumn("person", "nick", CharField(max_length=30, null=True)),
    )

    def up(migrator, db):
        apply(migrator, db, STEPS)

    def down(migrator, db):
        take_back(migrator, db, STEPS)

and moves rows before, between or after with statements of its own. `anban make-migration` writes the list. Columns are
Peewee's own fields and the few kinds below, never those of the records: a migration makes the same for ever. So does
what stands here: what a step does for a migration that was merged is not changed, a new need gets a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from peewee import (
    SQL,
    BigAutoField,
    Database,
    DateTimeField,
    Entity,
    Field,
    ForeignKeyField,
    Model,
    NodeList,
    SqliteDatabase,
    TextField,
)
from playhouse.migrate import SchemaMigrator, make_index_name

_SERVER_TABLES = ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on a server too."""

    field_type = "DATETIME"
    on_server = False

    def get_modifiers(self) -> Any:
        return None

    def ddl_datatype(self, ctx: Any) -> Any:
        return SQL("DATETIME(6)" if self.on_server else "DATETIME")


class LongText(TextField):
    """A text that may be long: 16 MiB on a server, whose TEXT ends at 64 KiB."""

    on_server = False

    def ddl_datatype(self, ctx: Any) -> Any:
        return SQL("MEDIUMTEXT" if self.on_server else "TEXT")


class Key(BigAutoField):
    """The key of a table whose rows have a trail: SQLite too never gives an id out again (AUTOINCREMENT)."""

    on_server = False

    def ddl(self, ctx: Any) -> Any:
        plain = super().ddl(ctx)
        return plain if self.on_server else NodeList((plain, SQL("AUTOINCREMENT")))


def Reference(  # noqa: N802 - it stands where the kinds of columns stand
    table: str,
    *,
    null: bool = False,
    unique: bool = False,
    index: bool = True,
    on_delete: str | None = "RESTRICT",
) -> ForeignKeyField:
    """A column that points at the `id` of a row of `table`, with its index."""

    class There(Model):
        id = BigAutoField()

        class Meta:
            table_name = table

    return ForeignKeyField(
        There, field=There.id, null=null, unique=unique, index=index, on_delete=on_delete, backref="+"
    )


class Step(Protocol):
    """One change of the schema, with its way back."""

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        """Make the change."""

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        """Make it undone."""


def apply(migrator: SchemaMigrator, db: Database, steps: Sequence[Step]) -> None:
    """Take the steps in their order."""
    for step in steps:
        step.up(migrator, db)


def take_back(migrator: SchemaMigrator, db: Database, steps: Sequence[Step]) -> None:
    """Go the steps back, the last one first."""
    for step in reversed(steps):
        step.down(migrator, db)


@dataclass(frozen=True)
class AddTable:
    """A new table: columns by their names, and indexes as (columns, unique) beside those of single columns."""

    name: str
    columns: Mapping[str, Field]
    indexes: Sequence[tuple[tuple[str, ...], bool]] = ()

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        db.create_tables([_model(db, self.name, self.columns, self.indexes)], safe=False)

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        migrator.migrate(migrator.drop_table(self.name))


@dataclass(frozen=True)
class DropTable:
    """A table goes with all its rows; back it comes empty."""

    name: str
    columns: Mapping[str, Field]
    indexes: Sequence[tuple[tuple[str, ...], bool]] = ()

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        AddTable(self.name, self.columns, self.indexes).down(migrator, db)

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        AddTable(self.name, self.columns, self.indexes).up(migrator, db)


@dataclass(frozen=True)
class AddColumn:
    """A new column, with its own index where the field says so. `fill` is what rows that are there get: needed where the
    column can't be empty.
    """

    table: str
    name: str
    column: Field
    fill: Any = None

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        _require_fill(self.table, self.name, self.column, self.fill)
        made = _bound(db, self.table, self.name, self.column)
        if isinstance(db, SqliteDatabase):
            _add_in_place(migrator, db, self.table, made, self.fill)
        else:
            made.default = self.fill
            made.index = made.unique = False  # made below, by the name that records give it
            migrator.migrate(migrator.add_column(self.table, self.name, made))
        if self.column.index or self.column.unique:
            AddIndex(self.table, (self.name,), self.column.unique).up(migrator, db)

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        on_server = not isinstance(db, SqliteDatabase)
        points = isinstance(self.column, ForeignKeyField)
        if on_server and points:
            migrator.migrate(migrator.drop_foreign_key_constraint(self.table, self.name))
        if self.column.index or self.column.unique:
            AddIndex(self.table, (self.name,), self.column.unique).down(migrator, db)
        if on_server:
            migrator.migrate(migrator.drop_column(self.table, self.name))
        else:  # SQLite itself does not drop a column that the table's own lines speak of
            with _numbers_kept(db, self.table):
                migrator.migrate(migrator.drop_column(self.table, self.name, legacy=points))


@dataclass(frozen=True)
class DropColumn:
    """A column goes with what is in it. `fill` is what rows get when it comes back and can't be empty."""

    table: str
    name: str
    column: Field
    fill: Any = None

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        AddColumn(self.table, self.name, self.column).down(migrator, db)

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        AddColumn(self.table, self.name, self.column, self.fill).up(migrator, db)


@dataclass(frozen=True)
class ChangeColumn:
    """A column becomes longer, or may (not) be empty any more; its indexes and where it points stay.

    `fill` is what empty ones get where it can't be empty afterwards.
    """

    table: str
    name: str
    before: Field
    after: Field
    fill: Any = None

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        self._change(migrator, db, self.before, self.after)

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        self._change(migrator, db, self.after, self.before)

    def _change(self, migrator: SchemaMigrator, db: Database, old: Field, new: Field) -> None:
        if old.null and not new.null:
            self._fill(db, old, new)
        new = _ready(db, new)
        with _numbers_kept(db, self.table):
            migrator.migrate(migrator.alter_column_type(self.table, self.name, new))

    def _fill(self, db: Database, old: Field, new: Field) -> None:
        table = _model(db, self.table, {self.name: old})
        empty = getattr(table, self.name).is_null()
        if self.fill is ... or table.select().where(empty).exists():
            _require_fill(self.table, self.name, new, self.fill)
            table.update({self.name: _value(self.fill)}).where(empty).execute()


@dataclass(frozen=True)
class RenameColumn:
    """A column gets another name and keeps what is in it; its own index is told under `Drop`/`AddIndex`."""

    table: str
    old: str
    new: str

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        migrator.migrate(migrator.rename_column(self.table, self.old, self.new))

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        migrator.migrate(migrator.rename_column(self.table, self.new, self.old))


@dataclass(frozen=True)
class AddIndex:
    """An index over columns that are there. It is found again by its columns, whatever it is called."""

    table: str
    columns: tuple[str, ...]
    unique: bool = False
    name: str | None = field(default=None, kw_only=True)

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        name = self.name or make_index_name(self.table, self.columns)
        migrator.migrate(migrator.add_index(self.table, self.columns, self.unique, name=name))

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        for index in db.get_indexes(self.table):
            if tuple(index.columns) == self.columns and bool(index.unique) == self.unique:
                migrator.migrate(migrator.drop_index(self.table, index.name))
                return
        raise ValueError(f"{self.table} has no index over {', '.join(self.columns)}")


@dataclass(frozen=True)
class DropIndex:
    """An index goes."""

    table: str
    columns: tuple[str, ...]
    unique: bool = False

    def up(self, migrator: SchemaMigrator, db: Database) -> None:
        AddIndex(self.table, self.columns, self.unique).down(migrator, db)

    def down(self, migrator: SchemaMigrator, db: Database) -> None:
        AddIndex(self.table, self.columns, self.unique).up(migrator, db)


def _require_fill(table: str, name: str, column: Field, fill: Any) -> None:
    if not column.null and (fill is None or fill is ...):
        raise ValueError(f"{table}.{name} can't be empty: say with fill= what the rows that are there get")


def _value(fill: Any) -> Any:
    return fill() if callable(fill) else fill


def _ready(db: Database, column: Field) -> Field:
    """A copy of a column that knows for which engine it is."""
    made = column.clone()
    if hasattr(made, "on_server"):
        made.on_server = not isinstance(db, SqliteDatabase)
    return made


def _model(
    db: Database,
    table: str,
    columns: Mapping[str, Field],
    indexes: Sequence[tuple[tuple[str, ...], bool]] = (),
) -> Any:
    options = {
        "database": db,
        "table_name": table,
        "legacy_table_names": False,
        "indexes": tuple(indexes),
        "table_settings": [] if isinstance(db, SqliteDatabase) else _SERVER_TABLES,
    }
    if "id" not in columns:
        options["primary_key"] = False
    ready = {name: _ready(db, column) for name, column in columns.items()}
    return type("Made", (Model,), {"Meta": type("Meta", (), options), **ready})


def _bound(db: Database, table: str, name: str, column: Field) -> Field:
    made: Field = _model(db, table, {name: column})._meta.fields[name]
    return made


def _add_in_place(migrator: SchemaMigrator, db: Database, table: str, column: Field, fill: Any) -> None:
    """Add a column to a table of SQLite as it stands: building it anew would lose which ids were given out."""
    ctx = db.get_sql_context()
    ctx.literal("ALTER TABLE ").sql(Entity(table)).literal(" ADD COLUMN ").sql(column.ddl(ctx))
    if not column.null:
        ctx.literal(f" DEFAULT {_literal(column, fill)}")
    if isinstance(column, ForeignKeyField):
        migrator.add_inline_fk_sql(ctx, column)
    db.execute(ctx)


def _literal(column: Field, fill: Any) -> str:
    value = _value(fill)
    if isinstance(value, datetime | date):
        value = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    value = column.db_value(value)
    if isinstance(value, bool | int):
        return str(int(value))
    text = str(value).replace("'", "''")
    return f"'{text}'"


@contextmanager
def _numbers_kept(db: Database, table: str) -> Iterator[None]:
    """Have SQLite remember the highest id that it gave out while a table is built anew: else it gives it out again."""
    if not isinstance(db, SqliteDatabase) or not db.table_exists("sqlite_sequence"):
        yield
        return
    known = db.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    yield
    if known is None:
        return
    if db.execute_sql("SELECT 1 FROM sqlite_sequence WHERE name = ?", (table,)).fetchone():
        db.execute_sql("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (known[0], table))
    else:
        db.execute_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, known[0]))


__all__ = [
    *("AddColumn", "AddIndex", "AddTable", "ChangeColumn", "DropColumn", "DropIndex", "DropTable"),
    *("Key", "LongText", "Moment", "Reference", "RenameColumn", "Step", "apply", "take_back"),
]
