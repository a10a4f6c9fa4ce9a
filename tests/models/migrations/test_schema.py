"""The migrations make exactly the schema that the records ask for: on both engines, up, down and up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from peewee import Database
from playhouse.schema_diff import diff_models

from models.core.db.connection import close_database, migrations, open_database
from models.core.db.schema import read_schema
from models.core.rulebook.records import RuleVersion
from models.migrations.tables import all_records
from models.tasks.records import Flow, FlowVersion


@pytest.fixture
def empty(new_database: Callable[[], str]) -> Any:
    """A database without tables, connected."""
    opened = open_database(new_database())
    opened.connect(reuse_if_open=True)
    yield opened
    close_database()


def test_there_are_records() -> None:
    assert {"company", "person", "clock_in", "outbox", "job"} <= {
        record._meta.table_name for record in all_records()
    }


def test_migrated_schema_lacks_nothing_that_a_record_has(database: Database) -> None:
    difference = diff_models(database, all_records())
    assert not difference, str(difference)


def test_down_takes_everything_away_and_up_brings_it_back(empty: Database) -> None:
    runner = migrations()
    names = runner.up()
    before = read_schema(empty)
    assert names
    for _ in names:
        runner.down()
    assert set(empty.get_tables()) - {"sqlite_sequence"} == {"schema_migration"}
    assert runner.up() == names
    assert read_schema(empty) == before


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
