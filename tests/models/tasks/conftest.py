"""The table of things, and a unit to walk flows in."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from models.core.database import in_transaction
from models.installation import install_standards
from models.tasks import serving
from tests.models.tasks import things
from tests.models.tasks.units import Unit


@pytest.fixture
def served(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Things are served, and have a table, while the test runs."""
    serving.all_served()
    monkeypatch.setitem(serving._served, "thing", things.THINGS)
    database.create_tables([things.Thing], safe=False)
    things.calls.clear()
    things.photos.clear()
    yield
    # A refusal keeps its frames, and with them perhaps a cursor that was not read to its end: SQLite drops no table then.
    gc.collect()
    database.drop_tables([things.Thing])


@pytest.fixture
def unit(served: None, clock: Any) -> Unit:
    """Two companies with people and their accounts."""
    in_transaction(install_standards)
    return Unit()
