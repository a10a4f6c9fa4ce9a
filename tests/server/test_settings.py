"""What the settings make of what was said, and of what was not (X19)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings


@pytest.mark.parametrize(
    ("given", "hours", "minutes"),
    [
        ({}, "22:00-07:00", 30),
        ({"demo": True}, "", 0),
        ({"demo": True, "quiet_hours": "23:00-06:00", "bundle_minutes": 5}, "23:00-06:00", 5),
    ],
    ids=["installation", "demo", "demo-as-said"],
)
def test_the_demo_keeps_no_news_back(given: dict[str, Any], hours: str, minutes: int, tmp_path: Path) -> None:
    """Who tries it in the evening sees the cards at once (L07); an installation lets people sleep (X04)."""
    made = Settings(data_dir=tmp_path, secret_key="k" * 32, **given).config()
    assert (made.quiet_hours, made.bundle_minutes) == (hours, minutes)
