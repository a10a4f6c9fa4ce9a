"""How the rhythm of a work is said (A05, K05)."""

from __future__ import annotations

import pytest

from models.objectives.posts.wording import rhythm
from models.objectives.records import PostWork


@pytest.mark.parametrize(
    ("period", "day_of", "said"),
    [
        ("day", 1, "每天"), ("week", 1, "每周一"), ("week", 7, "每周日"), ("week", 0, "每周日"),
        ("month", 5, "每月 5 日"), ("month", 0, "每月最后一天"),
        ("quarter", 5, "每季度首月 5 日"), ("quarter", 0, "每季度最后一天"), ("half_year", 1, "每半年首月 1 日"),
        ("year", 20, "每年首月 20 日"), ("year", 0, "每年最后一天"),
    ],
)  # fmt: skip
def test_period_and_day_in_words(period: str, day_of: int, said: str) -> None:
    assert rhythm(PostWork(period=period, day_of=day_of)) == said
