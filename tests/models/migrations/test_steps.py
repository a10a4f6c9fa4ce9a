"""The steps of migrations: up and down again leaves the schema as it was, rows as they were, and no id given out twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Database,
    DecimalField,
    IntegerField,
)
from playhouse.migrate import SchemaMigrator

from models.core.db.connection import close_database, is_sqlite, open_database
from models.core.db.schema import Index, Reference, read_schema
from models.migrations import steps
from models.migrations.steps import (
    AddColumn,
    AddIndex,
    AddTable,
    ChangeColumn,
    DropColumn,
    DropIndex,
    DropTable,
    Key,
    LongText,
    Moment,
    RenameColumn,
    Step,
)

FACTORY = AddTable("factory", {"id": Key(), "name": CharField(max_length=20)})
MACHINE = AddTable(
    "machine",
    {
        "id": Key(),
        "factory_id": steps.Reference("factory"),
        "name": CharField(max_length=20, null=True),
        "bought_at": Moment(null=True),
        "papers": LongText(null=True),
    },
    indexes=((("factory_id", "name"), True),),
)
TAKEN: dict[str, Sequence[Step]] = {
    "a table": [
        AddTable("wheel", {"id": BigAutoField(), "machine_id": steps.Reference("machine", null=True)})
    ],
    "tables that need each other's order": [
        AddTable("hall", {"id": Key()}),
        AddColumn("machine", "hall_id", steps.Reference("hall", null=True, on_delete="SET NULL")),
    ],
    "columns that may be empty": [
        AddColumn("machine", "weight", DecimalField(max_digits=12, decimal_places=2, null=True)),
        AddColumn("machine", "seen_at", Moment(null=True, index=True)),
        AddColumn("machine", "code", CharField(max_length=9, null=True, unique=True)),
    ],
    "columns that may not": [
        AddColumn("machine", "wheels", IntegerField(index=True), fill=4),
        AddColumn("machine", "motto", CharField(max_length=20), fill="it's 好"),
        AddColumn("machine", "safe", BooleanField(), fill=False),
        AddColumn("machine", "owner_id", steps.Reference("factory"), fill=1),
    ],
    "a longer column": [
        ChangeColumn(
            "machine", "name", CharField(max_length=20, null=True), CharField(max_length=80, null=True)
        )
    ],
    "a column that may not be empty any more": [
        ChangeColumn("machine", "bought_at", Moment(null=True), Moment(), fill="2026-01-01 00:00:00")
    ],
    "a reference that may be empty": [
        ChangeColumn(
            "machine", "factory_id", steps.Reference("factory"), steps.Reference("factory", null=True)
        )
    ],
    "another name": [RenameColumn("machine", "papers", "documents")],
    "an index": [
        AddIndex("machine", ("name", "bought_at")),
        AddIndex("machine", ("bought_at",), unique=True),
    ],
    "no index": [DropIndex("machine", ("factory_id", "name"), unique=True)],
    "no column": [DropColumn("machine", "papers", LongText(null=True))],
    "no table": [DropTable(MACHINE.name, MACHINE.columns, MACHINE.indexes)],
}


@pytest.fixture
def db(new_database: Callable[[], str]) -> Iterator[Database]:
    """A database with two small tables and a row in each, of which the newest was deleted."""
    opened = open_database(new_database())
    opened.connect(reuse_if_open=True)
    steps.apply(SchemaMigrator.from_database(opened), opened, (FACTORY, MACHINE))
    for number in (1, 2):
        opened.execute_sql(f"INSERT INTO factory (id, name) VALUES ({number}, 'f{number}')")
        opened.execute_sql(f"INSERT INTO machine (id, factory_id, name) VALUES ({number}, 1, 'm{number}')")
    opened.execute_sql("DELETE FROM machine WHERE id = 2")
    yield opened
    close_database()


def taken(db: Database, way: Callable[..., None], chosen: Sequence[Step]) -> None:
    """Take steps as the runner does: with what it sets up on the engine around them."""
    migrator = SchemaMigrator.from_database(db)
    with migrator.migration_context(True):
        way(migrator, db, chosen)


@pytest.mark.parametrize("what", TAKEN)
def test_up_and_down_leaves_everything_as_it_was(db: Database, what: str) -> None:
    before = read_schema(db)
    taken(db, steps.apply, TAKEN[what])
    assert read_schema(db) != before
    taken(db, steps.take_back, TAKEN[what])
    assert read_schema(db) == before
    taken(db, steps.apply, TAKEN[what])
    if what != "no table":
        assert db.execute_sql("SELECT id, name FROM machine").fetchall() in ([(1, "m1")], ((1, "m1"),))
        assert new_id(db, what) > 2, "the id of a deleted row was given out again"


def new_id(db: Database, what: str) -> int:
    """The id that the next machine gets."""
    needed = {
        "columns that may not": ("wheels, motto, safe, owner_id", "1, 'x', 1, 1"),
        "a column that may not be empty any more": ("bought_at", "'2026-01-02 00:00:00'"),
    }
    names, values = needed.get(what, ("name", "'m3'"))
    return int(db.execute_sql(f"INSERT INTO machine (factory_id, {names}) VALUES (1, {values})").lastrowid)


def test_rows_that_are_there_get_what_fill_says(db: Database) -> None:
    taken(db, steps.apply, TAKEN["columns that may not"])
    row = db.execute_sql("SELECT wheels, motto, safe, owner_id FROM machine").fetchone()
    assert row == (4, "it's 好", 0, 1)
    taken(db, steps.apply, TAKEN["a column that may not be empty any more"])
    assert str(db.execute_sql("SELECT bought_at FROM machine").fetchone()[0])[:10] == "2026-01-01"


def test_columns_are_made_as_they_say(db: Database) -> None:
    taken(db, steps.apply, TAKEN["columns that may not"])
    taken(db, steps.apply, TAKEN["tables that need each other's order"])
    table = read_schema(db)["machine"]
    assert table.references["owner_id"] == Reference("factory", "RESTRICT")
    assert table.references["hall_id"] == Reference("hall", "SET NULL")
    assert not table.columns["owner_id"].null
    assert {Index(("owner_id",), False), Index(("wheels",), False)} <= set(table.indexes)
    if not is_sqlite():
        assert (table.columns["papers"].kind, table.columns["bought_at"].kind) == (
            "mediumtext",
            "datetime(6)",
        )


@pytest.mark.parametrize(
    "step",
    [
        AddColumn("machine", "rank", IntegerField()),
        AddColumn("machine", "rank", BigIntegerField(), fill=...),
        ChangeColumn("machine", "bought_at", Moment(null=True), Moment(), fill=...),
    ],
)
def test_a_column_that_cant_be_empty_says_what_rows_get(db: Database, step: Step) -> None:
    before = read_schema(db)
    with pytest.raises(ValueError, match="fill="):
        taken(db, steps.apply, [step])
    assert read_schema(db) == before
