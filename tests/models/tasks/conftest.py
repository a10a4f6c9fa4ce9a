"""The table of things, and a unit to walk flows in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from models.core.db.connection import is_sqlite
from models.tasks import subjects
from tests.models.tasks import things
from tests.models.tasks.units import Unit
from tests.support.prepared_rows import laid, lay_standards


@pytest.fixture
def served(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Things are served, and have a table, while the test runs."""
    subjects.all_served()
    monkeypatch.setitem(subjects._served, "thing", things.THINGS)
    database.create_tables([things.Thing], safe=False)
    things.calls.clear()
    things.photos.clear()
    yield
    # SQLite's file goes with the test, and would drop no table while a refusal's frames keep a cursor half read.
    if not is_sqlite():
        database.drop_tables([things.Thing])


@pytest.fixture
def unit(served: None, clock: Any) -> Unit:
    """Two companies with people and their accounts."""
    lay_standards()
    return laid("unit", Unit)
