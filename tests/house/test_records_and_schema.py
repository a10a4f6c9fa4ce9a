"""Records and schema agree: who changes a record makes its migration, and who edits one sees what it left out."""

from __future__ import annotations

from collections.abc import Callable

from models.migrations.columns import written
from server.commands.make_migration import compare


def test_records_and_schema_agree(engine: str, new_database: Callable[[], str]) -> None:
    found = compare(new_database)
    lacking = "\n".join([*(written(step) for step in found.steps), *found.by_hand])
    server = " with a server's ANBAN_DATABASE_URL" if engine == "mariadb" else ""
    assert not found, f"run anban make-migration{server}; what the migrations lack:\n{lacking}"
