"""Days on which periodic work falls due, held against a model that asks every single day (A05)."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.objectives.calendar.working_days import WorkingCalendar
from models.objectives.periodic import recurrence

ONE = timedelta(days=1)


@dataclass
class Work:
    period: str = "month"
    day_of: int = 1
    off_days: str = "anyway"


@dataclass
class Closed:
    """A calendar with a plain week, but for some days."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    asked: int = field(default=0)

    def works_on(self, day: date) -> bool:
        return day in self.on or (day.weekday() < 5 and day not in self.off)


def is_planned(work: Work, day: date) -> bool:
    """The naive model: whether one day is the planned one of its period, by the words of the form."""
    tomorrow = day + ONE
    month_ends = tomorrow.month != day.month
    if work.period == "day":
        return True
    if work.period == "week":
        return day.isoweekday() == (work.day_of or 7)
    starts = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "half_year": (1, 7), "year": (1,)}[work.period]
    ends = {"month": range(1, 13), "quarter": (3, 6, 9, 12), "half_year": (6, 12), "year": (12,)}[work.period]
    if work.day_of == 0:
        return day.month in ends and month_ends
    return day.month in starts and (day.day == work.day_of or (month_ends and day.day < work.day_of))


def is_due(work: Work, day: date, working: Closed) -> bool:
    """The naive model: whether the work is to be done on the day."""
    if work.off_days == "anyway":
        return is_planned(work, day)
    if not working.works_on(day):
        return False
    if is_planned(work, day) or work.off_days == "skip":
        return is_planned(work, day)
    step = -ONE if work.off_days == "after" else ONE
    other = day + step
    for _ in range(recurrence.FARTHEST):
        if working.works_on(other):
            return False
        if is_planned(work, other):
            return True
        other += step
    return False


def naive_next(work: Work, after: date, working: Closed, days: int) -> date | None:
    return next((after + n * ONE for n in range(1, days + 1) if is_due(work, after + n * ONE, working)), None)


days = st.dates(date(2023, 1, 1), date(2032, 12, 31))


@st.composite
def works(draw: st.DrawFn) -> Work:
    period = draw(st.sampled_from(["day", "week", "month", "quarter", "half_year", "year"]))
    day_of = draw(st.integers(0, 7 if period == "week" else 31))
    return Work(period, day_of, draw(st.sampled_from(["skip", "after", "before", "anyway"])))


@st.composite
def closings(draw: st.DrawFn, around: date) -> Closed:
    """Days off and make-up days near a day, with a long closure now and then."""
    near = st.integers(-80, 400).map(lambda n: around + n * ONE)
    off = set(draw(st.lists(near, max_size=12)))
    start, length = draw(near), draw(st.sampled_from([0, 0, 9, 40, 75]))
    off |= {start + n * ONE for n in range(length)}
    return Closed(frozenset(off), frozenset(draw(st.lists(near, max_size=6))) - off)


@given(st.data())
def test_next_day_is_the_one_that_a_day_by_day_search_finds(data: st.DataObject) -> None:
    work, after = data.draw(works()), data.draw(days)
    working = data.draw(closings(after))
    found = recurrence.next_day(work, after, working)
    span = 400 if work.period != "year" else 800
    naive = naive_next(work, after, working, span)
    if naive is None:
        assert found is None or (found - after).days > span
    else:
        assert found == naive


@given(works(), days)
@example(Work("month", 31, "anyway"), date(2024, 2, 1))
def test_every_period_has_its_day_where_days_off_do_not_matter(work: Work, day: date) -> None:
    first, last = recurrence.period_of(work.period, day)
    found = recurrence.next_day(work, first - ONE, Closed())
    if work.off_days == "anyway":
        assert found is not None
        assert first <= found <= last
        following = recurrence.next_day(work, last, Closed())
        assert following is not None
        assert following > last
    assert first <= day <= last


@pytest.mark.parametrize(
    ("work", "after", "expected"),
    [
        (Work("month", 31), date(2027, 1, 31), date(2027, 2, 28)),
        (Work("month", 31), date(2028, 1, 31), date(2028, 2, 29)),
        (Work("month", 30), date(2027, 2, 1), date(2027, 2, 28)),
        (Work("month", 31), date(2027, 4, 1), date(2027, 4, 30)),
        (Work("month", 0), date(2028, 2, 1), date(2028, 2, 29)),
        (Work("quarter", 0), date(2026, 11, 25), date(2026, 12, 31)),
        (Work("quarter", 15), date(2026, 11, 25), date(2027, 1, 15)),
        (Work("half_year", 31), date(2026, 7, 31), date(2027, 1, 31)),
        (Work("half_year", 0), date(2026, 7, 31), date(2026, 12, 31)),
        (Work("year", 29), date(2026, 1, 29), date(2027, 1, 29)),
        (Work("year", 0), date(2026, 12, 31), date(2027, 12, 31)),
        (Work("week", 0), date(2026, 11, 25), date(2026, 11, 29)),
        (Work("week", 1), date(2026, 11, 23), date(2026, 11, 30)),
        (Work("day", 1), date(2024, 2, 28), date(2024, 2, 29)),
    ],
)
def test_month_ends_leap_years_and_longer_periods(work: Work, after: date, expected: date) -> None:
    assert recurrence.next_day(work, after, Closed()) == expected


def test_holidays_and_make_up_days_of_2026() -> None:
    """National Day 2026: off from 1 to 7 October; Sunday 20 September and Saturday 10 October are worked."""
    china = WorkingCalendar()
    assert recurrence.next_day(Work("month", 1, "after"), date(2026, 9, 30), china) == date(2026, 10, 8)
    assert recurrence.next_day(Work("month", 1, "before"), date(2026, 9, 2), china) == date(2026, 9, 30)
    assert recurrence.next_day(Work("month", 1, "skip"), date(2026, 9, 1), china) == date(2026, 12, 1)
    assert recurrence.next_day(Work("week", 6, "skip"), date(2026, 10, 1), china) == date(2026, 10, 10)
    assert recurrence.next_day(Work("day", 1, "after"), date(2026, 9, 30), china) == date(2026, 10, 8)
    assert recurrence.next_day(Work("day", 1, "skip"), date(2026, 9, 19), china) == date(2026, 9, 20)


def test_what_always_falls_on_a_holiday_and_is_skipped_has_no_next_day() -> None:
    class NewYearOff(Closed):
        def works_on(self, day: date) -> bool:
            return (day.month, day.day) != (1, 1) and super().works_on(day)

    assert recurrence.next_day(Work("year", 1, "skip"), date(2026, 5, 1), NewYearOff()) is None


def test_a_change_gives_no_second_work_in_the_same_period() -> None:
    open_ = Closed()
    made = date(2026, 11, 5)
    changed = Work("month", 20)
    assert recurrence.first_day(changed, date(2026, 11, 6), None, open_) == date(2026, 11, 20)
    assert recurrence.first_day(changed, date(2026, 11, 6), made, open_) == date(2026, 12, 20)
    assert recurrence.first_day(Work("day", 1), date(2026, 11, 5), made, open_) == date(2026, 11, 6)


@given(days)
def test_periods_hold_their_days_and_do_not_overlap(day: date) -> None:
    for period in ("day", "week", "month", "quarter", "half_year", "year"):
        first, last = recurrence.period_of(period, day)
        assert first <= day <= last
        assert recurrence.period_of(period, last + ONE)[0] == last + ONE
        assert last.day == months.monthrange(last.year, last.month)[1] or period in ("day", "week")
