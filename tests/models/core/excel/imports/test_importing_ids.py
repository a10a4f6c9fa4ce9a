"""An import's trail stands at the rows that it made, in whatever steps the database counts (Q05, J05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.excel.imports import importing
from models.core.history import Change
from models.core.jobs import jobs
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import book, finish, line, upload


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Any:
    yield
    jobs.stop()


@pytest.mark.parametrize("count", [2, 6, 450])
def test_every_line_of_an_imports_trail_stands_at_its_own_row(world: Any, count: int) -> None:
    """Once 61 to 66 were said, of rows 61, 64 … 76."""
    job = upload(world, book(*(line(number, f"人{number}") for number in range(count))))
    finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id))
    names = {row.id: row.name for row in Person.select()}
    lines = Change.select().where(Change.table == "person", Change.action == "created")
    told = {one.row_id: item["new"] for one in lines for item in one.changes if item["field"] == "name"}
    assert len(names) == count
    assert told == names
