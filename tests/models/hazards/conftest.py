"""A company with a grid, and a folder for its photos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.core.config import config, configure
from tests.models.hazards.grid_company import Land
from tests.support.prepared_rows import laid, lay_standards


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    yield tmp_path
    configure(before)


@pytest.fixture
def land(database: Any, clock: Any) -> Land:
    """A grid with people who are responsible for it."""
    lay_standards()
    return laid("land", Land)
