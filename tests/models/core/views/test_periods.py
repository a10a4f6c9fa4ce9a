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
from models.core.fields import Moment
from models.core.views import periods
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
