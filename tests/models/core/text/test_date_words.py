"""One form of dates wherever something is told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import bots
from models.core.text.date_words import day, said_now, stamp, when


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 22, 10, 0, tzinfo=UTC), "今天 18:00"),
        (datetime(2026, 11, 21, 16, 30, tzinfo=UTC), "今天 00:30"),
        (datetime(2026, 11, 21, 15, 30, tzinfo=UTC), "昨天 23:30"),
        (datetime(2026, 11, 23, 1, 30, tzinfo=UTC), "明天 09:30"),
        (datetime(2026, 12, 3, 10, 0, tzinfo=UTC), "2026-12-03 18:00"),
        (datetime(2025, 12, 3, 10, 0, tzinfo=UTC), "2025-12-03 18:00"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "2027-01-01 01:00"),
        (None, ""),
    ],
)
def test_a_moment(clock: Any, moment: datetime | None, said: str) -> None:
    clock.set(2026, 11, 22, 8)
    assert when(moment) == said
    assert day(None if moment is None else clock_day(moment)) == said.partition(" ")[0]


def clock_day(moment: datetime) -> date:
    from models.core import clock as house

    return house.local(moment).date()


def test_what_is_kept_says_its_year() -> None:
    assert stamp(datetime(2026, 11, 22, 0, 2, tzinfo=UTC)) == "2026-11-22 08:02"


def test_cards_have_no_form_of_their_own() -> None:
    """Beside hours alone (`18:00前` under a day) nothing in the chat door writes a date by itself."""
    own = re.compile(r"%m-%d|%m月|month}月|isoformat\\(\\)|%Y-%m-%d")
    found = [
        str(path)
        for root in (bots,)
        for path in Path(root.__path__[0]).rglob("*.py")
        if "sandbox" not in path.parts and own.search(path.read_text()) and path.name != "aliyun.py"
    ]
    assert found == []


@pytest.mark.parametrize(
    ("written", "now"),
    [
        ("【待办】班前检查 · 今天 23:59前", "【待办】班前检查 · 昨天 23:59前"),
        ("应于 昨天 15:13，明天 08:00 再看", "应于 2026-11-21 15:13，今天 08:00 再看"),
        ("时间：2026-11-23 02:05；到 2026-12-31 02:05", "时间：今天 02:05；到 2026-12-31 02:05"),
        ("今天的事，2026-99-99 10:00，2026-11-23 前", "今天的事，2026-99-99 10:00，2026-11-23 前"),
    ],
)
def test_what_was_written_yesterday_is_said_as_today(clock: Any, written: str, now: str) -> None:
    """Kept texts stand in a list beside moments of one form, and their 今天 is the day on which they were written."""
    clock.set(2026, 11, 23, 8)
    assert said_now(written, datetime(2026, 11, 22, 10, 0, tzinfo=UTC)) == now
