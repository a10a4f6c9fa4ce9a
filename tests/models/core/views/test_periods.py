"""Days of a place from moments in UTC, also where the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import DateTimeField, Model

from models.core import clock
from models.core.config import Config, configure
from models.core.errors import Invalid
from models.core.fields import Moment
from models.core.views import periods
from models.core.views.declaration import MAX_DAYS
from models.core.views.filters import together

_days = st.dates(date(2023, 1, 1), date(2026, 12, 31))


@given(first=_days, length=st.integers(0, 1000), step=st.sampled_from(list(periods.STEPS)))
def test_periods_cover_all_days_once(first: date, length: int, step: str) -> None:
    days = (first, first + timedelta(days=length))
    bounds = [periods.bounds(day, step, days) for day in periods.periods(days, step)]
    assert bounds[0]["from"] == days[0].isoformat() and bounds[-1]["to"] == days[1].isoformat()
    for one, following in pairwise(bounds):
        assert date.fromisoformat(one["to"]) + timedelta(days=1) == date.fromisoformat(following["from"])


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"])
def test_moments_belong_to_the_day_of_the_place(database: Any, zone: str) -> None:
    configure(Config(time_zone=ZoneInfo(zone)))

    class Stamp(Model):
        at: Any = Moment("时间", required=True)

        class Meta:
            table_name = "stamp_of_periods"

    Stamp._meta.database = database
    assert isinstance(Stamp._meta.fields["at"], DateTimeField)
    database.create_tables([Stamp])
    try:
        start = datetime(2026, 3, 27, tzinfo=UTC)
        moments = [start + timedelta(minutes=29 * step) for step in range(220)]
        moments += [
            datetime(2026, 10, 24, 12, tzinfo=UTC) + timedelta(minutes=17 * step) for step in range(150)
        ]
        for moment in moments:
            Stamp.create(at=moment)
        days = (date(2026, 3, 1), date(2026, 11, 15))
        rows = Stamp.select(Stamp.at, periods.in_sql(Stamp.at, "day", days)).tuples()
        assert all(day == clock.local(at).date().isoformat() for at, day in rows)
    finally:
        database.drop_tables([Stamp])
        configure(Config())


def test_filters_put_together_leave_what_all_leave() -> None:
    assert together({"a": ["1", "2"]}, {"a": ["2", "3"], "b": []}, {"b": ["x"]}) == {"a": ["2"], "b": ["x"]}
    assert together({"a": ["1"]}, {"a": ["2"]}) is None
    early, late = {"from": "2026-01-01", "to": "2026-03-01"}, {"from": "2026-02-01"}
    assert together({"day": early}, {"day": late}) == {"day": {"from": "2026-02-01", "to": "2026-03-01"}}


_LAST = "2026-11-22"  # what the clock of the test says, a Sunday


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("asked", "step", "first", "last"),
    [
        (None, "day", "2026-10-24", _LAST),
        ("nonsense", "day", "2026-10-24", _LAST),
        ({"to": "2026-11-01"}, "day", "2026-10-03", "2026-11-01"),
        ({"from": "2026-11-01"}, "day", "2026-11-01", _LAST),
        ({"from": "2026-12-24"}, "day", "2026-12-24", "2026-12-24"),
        ({"from": "2026-11-20T08:00:00+08:00"}, "day", "2026-11-20", _LAST),
        ({"from": "2026-11-22", "to": "2026-11-22"}, "day", "2026-11-22", "2026-11-22"),
        ({}, "week", "2026-08-31", _LAST),
        ({}, "month", "2026-01-01", _LAST),
        ({}, "year", "2025-01-01", _LAST),
        ({"from": "2024-01-01", "to": "2026-12-31"}, "day", "2024-01-01", "2026-12-31"),
    ],
)
def test_which_days_are_asked_for(asked: Any, step: str, first: str, last: str) -> None:
    assert periods.days_of(asked, step) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"from": "2026-11-22", "to": "2026-11-21"}, "之后"),
        ({"from": "yesterday"}, "请写成"),
        ({"to": "2026-02-30"}, "没有"),
    ],
)
def test_what_is_no_period(asked: dict[str, str], word: str) -> None:
    with pytest.raises(Invalid) as refused:
        periods.days_of(asked, "day")
    assert word in (refused.value.fields or {})["period"]


def test_a_period_may_be_so_long_and_no_longer() -> None:
    first = date(2023, 1, 1)
    longest = first + timedelta(days=MAX_DAYS - 1)
    assert periods.days_of({"from": str(first), "to": str(longest)}, "day") == (first, longest)
    with pytest.raises(Invalid, match="太长"):
        periods.days_of({"from": str(first), "to": str(longest + timedelta(days=1))}, "day")


@pytest.mark.parametrize(
    ("step", "begins", "ends", "called"),
    [
        ("day", "2024-02-28", "2024-02-28", "2024-02-28"),
        ("week", "2024-02-26", "2024-03-03", "2024-02-26 起一周"),
        ("month", "2024-02-01", "2024-02-29", "2024-02"),
        ("year", "2024-01-01", "2024-12-31", "2024"),
    ],
)
def test_the_period_of_a_day(step: str, begins: str, ends: str, called: str) -> None:
    first = periods.begin(date(2024, 2, 28), step)
    assert first == date.fromisoformat(begins) and periods.end(first, step) == date.fromisoformat(ends)
    assert periods.title(first, step) == called


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("week", ["2026-02-23", "2026-03-02"]),
        ("month", ["2026-02-01", "2026-03-01"]),
        ("year", ["2026-01-01"]),
    ],
)
def test_the_last_period_begins_with_the_last_day(step: str, expected: list[str]) -> None:
    last = date(2026, 3, 2) if step == "week" else date(2026, 3, 1)
    assert [str(day) for day in periods.periods((date(2026, 2, 25), last), step)] == expected
    assert len(periods.periods((date(2026, 2, 25), last - timedelta(days=1)), step)) == 1
