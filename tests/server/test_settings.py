"""What the settings make of what was said, and of what was not (X19)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

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


def test_logs_are_kept_for_half_a_year_at_least(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, log_days=180).config().log_days == 180
    assert Settings(data_dir=tmp_path).config().log_days >= 180
    with pytest.raises(ValidationError):
        Settings(data_dir=tmp_path, log_days=179)


def test_administrators_need_a_second_factor_and_stay_apart_unless_it_is_the_demo(tmp_path: Path) -> None:
    usual, demo = (Settings(data_dir=tmp_path, demo=demo).config() for demo in (False, True))
    assert (usual.second_factor, usual.separate_administrators) == ("administrators", True)
    assert (demo.second_factor, demo.separate_administrators) == ("off", False)
    tried = Settings(data_dir=tmp_path, demo=True, second_factor="all", separate_administrators=True).config()
    assert (tried.second_factor, tried.separate_administrators) == ("all", True)
