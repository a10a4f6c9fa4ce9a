"""Quiet hours, over midnight and within a day, and the windows of small news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core.config import config, configure
from models.messages.delivery import quiet_hours
from models.messages.records import LOW, NORMAL, URGENT

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = config()
    yield
    configure(before)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        ("22:00-07:00", at(22, 21, 59), None),
        ("22:00-07:00", at(22, 22), at(23, 7)),
        ("22:00-07:00", at(23, 0), at(23, 7)),
        ("22:00-07:00", at(23, 6, 59), at(23, 7)),
        ("22:00-07:00", at(23, 7), None),
        ("12:00-14:00", at(22, 11, 59), None),
        ("12:00-14:00", at(22, 12), at(22, 14)),
        ("12:00-14:00", at(22, 13), at(22, 14)),
        ("12:00-14:00", at(22, 14), None),
        ("", at(22, 3), None),
        ("07:00-07:00", at(22, 7), None),
        ("07:00-07:00", at(22, 8), None),
    ],
)
def test_when_quiet_hours_end(hours: str, moment: datetime, end: datetime | None) -> None:
    configure(replace(config(), quiet_hours=hours))
    assert quiet_hours.until(moment) == end


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(ZONE))


@given(MOMENTS, st.sampled_from([LOW, NORMAL, URGENT]), st.booleans())
def test_what_may_go_out_is_never_early_and_never_in_quiet_hours(
    moment: datetime, urgency: int, gather: bool
) -> None:
    due = quiet_hours.earliest(urgency, moment, gather=gather)
    assert due >= moment
    assert (due - moment).total_seconds() <= (9.5 * 3600)
    if urgency == URGENT:
        assert due == moment
    else:
        assert quiet_hours.until(due) is None


def test_no_windows_when_they_are_switched_off() -> None:
    configure(replace(config(), bundle_minutes=0))
    assert quiet_hours.earliest(LOW, at(22, 9, 1), gather=True) == at(22, 9, 1)
