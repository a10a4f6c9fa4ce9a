"""Rows that are made once and then laid (tests/support/prepared_rows.py)."""

from __future__ import annotations

from typing import Any

from models.organization.records import Company
from tests.support.prepared_rows import laid


def test_where_its_ids_are_taken_it_is_made_anew(database: Any, clock: Any) -> None:
    def make() -> Company:
        return Company.create(name="占号", kind="company", path="/")

    first = laid("ids taken", make)
    again = laid("ids taken", make)
    assert first.id != again.id
    assert Company.select().where(Company.name == "占号").count() == 2
    Company.delete().where(Company.id.in_([first.id, again.id])).execute()
    assert laid("ids taken", make).id == first.id
    assert Company.get().name == "占号"
