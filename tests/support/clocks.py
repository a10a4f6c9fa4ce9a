"""A clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.core.clock import set_clock

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock:
    """The house's time while a test has it. It stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def set(self, year: int, month: int, day: int, hour: int = 8, minute: int = 0) -> None:
        """Put it to this local time (Asia/Shanghai)."""
        self.moment = datetime(year, month, day, hour, minute, tzinfo=_SHANGHAI).astimezone(ZoneInfo("UTC"))

    def forward(self, **span: float) -> None:
        """Move it on by a span, named as `timedelta` names it: `forward(minutes=10)`."""
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The house's clock in the test's hands; it begins on Sunday 2026-11-22 at 08:00 in Shanghai."""
    clock = Clock(datetime.min)
    clock.set(2026, 11, 22)
    set_clock(clock)
    yield clock
    set_clock(None)
