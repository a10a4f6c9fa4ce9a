"""Ids of rows that were written at once are those that the database gave, in whatever steps it counts (J05)."""

from __future__ import annotations

import pytest
from peewee import Database

from models.core.db import connection as house_database
from models.core.db.connection import gives_back
from models.core.db.writes import insert_numbered
from models.core.events.outbox import Outbox


def test_the_suites_mariadb_counts_as_a_cluster_does(database: Database, engine: str) -> None:
    """Steps of one would hide whoever computes an id from another."""
    if engine == "mariadb":
        asked = "SELECT @@auto_increment_increment, @@auto_increment_offset"
        assert database.execute_sql(asked).fetchone() == (3, 2)
    Outbox.insert_many([{"kind": f"{number}"} for number in range(3)]).execute()
    first, second, third = (row.id for row in Outbox.select().order_by(Outbox.id))
    assert second - first == third - second == (3 if engine == "mariadb" else 1)


@pytest.mark.parametrize("returning", [True, False], ids=["returning", "as on MySQL"])
def test_each_row_gets_the_id_that_it_has(database: Database, returning: bool) -> None:
    assert gives_back(), "SQLite and MariaDB both say the ids"
    database._anban_gives_back = returning  # type: ignore[attr-defined]
    ids = insert_numbered(Outbox, ({"kind": f"kind {number}", "subject_id": number} for number in range(7)))
    assert {row.id: row.kind for row in Outbox.select()} == {
        row_id: f"kind {number}" for number, row_id in enumerate(ids)
    }
    assert insert_numbered(Outbox, []) == []


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("10.11.19-MariaDB-0+deb12u1", True), ("5.5.5-10.6.12-MariaDB-log", True), ("11.4.2-MariaDB", True),
        ("10.4.34-MariaDB", False), ("8.0.36", False), ("8.4.0-cluster", False), ("8.0.11-TiDB-v7.5.0", False),
    ],
)  # fmt: skip
def test_only_a_server_that_can_is_asked_for_ids(version: str, known: bool) -> None:
    assert house_database._is_mariadb(version) is known
