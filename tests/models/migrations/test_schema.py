"""The migrations make exactly the schema that the records ask for: on both engines, up, down and up again."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from peewee import Database, Model
from playhouse.schema_diff import diff_models

import models
from models.core.db.connection import close_database, is_sqlite, migrate, migrations, open_database
from models.core.records import Base
from models.core.rulebook.records import RuleVersion
from models.tasks.records import Flow, FlowVersion


def records() -> list[type[Model]]:
    """Every record that has a table of its own, wherever in `models` it stands."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if not module.name.startswith("models.migrations"):
            importlib.import_module(module.name)
    found: list[type[Model]] = []
    waiting = list(Base.__subclasses__())
    while waiting:
        record = waiting.pop()
        kinds = record.__subclasses__()
        waiting += kinds
        if record.__module__.startswith("models.") and record.__name__ != "Record" and not kinds:
            found.append(record)
    return found


def columns(database: Database) -> dict[str, Any]:
    """Type, nullability and key of every column, by table, as the engine itself tells them."""
    if is_sqlite():
        tables = [
            name for name in database.get_tables() if name not in ("schema_migration", "sqlite_sequence")
        ]
        return {
            table: sorted(row[1:4] for row in database.execute_sql(f'PRAGMA table_info("{table}")'))
            for table in tables
        }
    rows = database.execute_sql(
        "SELECT table_name, column_name, column_type, is_nullable, extra, character_set_name, collation_name"
        " FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name <> 'schema_migration'"
    )
    told: dict[str, Any] = {}
    for table, *rest in rows.fetchall():
        told.setdefault(table, []).append(tuple(rest))
    return {table: sorted(rest) for table, rest in told.items()}


def foreign_keys(database: Database) -> set[tuple[str, str, str]]:
    """What refers to what: table, column, and the table referred to."""
    if is_sqlite():
        return {
            (key.table, key.column, key.dest_table)
            for table in database.get_tables()
            for key in database.get_foreign_keys(table)
        }
    # Peewee asks table by table, and MariaDB looks through every schema of the server for each.
    rows = database.execute_sql(
        "SELECT table_name, column_name, referenced_table_name FROM information_schema.key_column_usage"
        " WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL"
    )
    return set(rows.fetchall())


@pytest.fixture
def empty(new_database: Callable[[], str]) -> Any:
    """A database without tables, connected."""
    opened = open_database(new_database())
    opened.connect(reuse_if_open=True)
    yield opened
    close_database()


def test_there_are_records() -> None:
    assert {"company", "person", "clock_in", "outbox", "job"} <= {
        record._meta.table_name for record in records()
    }


def test_migrated_schema_lacks_nothing_that_a_record_has(database: Database) -> None:
    difference = diff_models(database, records())
    assert not difference, str(difference)


def test_columns_have_the_types_that_the_records_give_them(new_database: Callable[[], str]) -> None:
    by_steps = open_database(new_database())
    migrate()
    by_steps.connect(reuse_if_open=True)
    migrated, keys = columns(by_steps), foreign_keys(by_steps)
    close_database()
    by_records = open_database(new_database())
    by_records.connect(reuse_if_open=True)
    if not is_sqlite():
        by_records.execute_sql("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    by_records.create_tables(records())
    expected, expected_keys = columns(by_records), foreign_keys(by_records)
    close_database()
    assert migrated == expected
    assert keys == expected_keys


def test_down_takes_everything_away_and_up_brings_it_back(empty: Database) -> None:
    runner = migrations()
    names = runner.up()
    before = columns(empty)
    assert names
    for _ in names:
        runner.down()
    assert set(empty.get_tables()) - {"sqlite_sequence"} == {"schema_migration"}
    assert runner.up() == names
    assert columns(empty) == before


def test_ids_of_deleted_rows_are_not_given_out_again(database: Database) -> None:
    from models.organization.records import Company

    first = Company.create(name="甲", kind="group")
    gone = first.id
    first.delete_instance()
    assert Company.create(name="乙", kind="group").id > gone


def test_what_people_define_may_be_longer_than_a_servers_text(database: Database) -> None:
    """A flow of sixty steps, rules with many rows: a column of 64 KiB would refuse them with no word why."""
    long = {"steps": ["长" * 40_000]}
    flow = Flow.create(kind="hazard", name="长流程", draft=long)
    FlowVersion.create(flow=flow, number=1, definition=long)
    RuleVersion.create(
        book="qr", number=99, valid_from=date(2026, 1, 1), content=long, digest="0" * 64, own=[]
    )
    kept = (Flow.get_by_id(flow.id).draft, FlowVersion.get(FlowVersion.flow == flow.id).definition)
    assert (*kept, RuleVersion.get(RuleVersion.number == 99).content) == (long, long, long)
