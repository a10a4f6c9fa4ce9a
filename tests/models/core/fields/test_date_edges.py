"""Where the reading of days and moments stops: the first and last hour of each part of the day, year and serial."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from models.core.errors import Malformed
from models.core.fields import dates
from models.core.fields.dates import from_serial, is_no_day, read_day, read_moment

#: The hour of 24 that each hour of a part of the day is, by the first and last one that can be meant.
_PARTS = {
    "下午": {**{hour: hour + 12 for hour in range(1, 12)}, **{hour: hour for hour in range(12, 24)}},
    "pm": {**{hour: hour + 12 for hour in range(1, 12)}, **{hour: hour for hour in range(12, 24)}},
    "傍晚": {**{hour: hour + 12 for hour in range(1, 12)}, **{hour: hour for hour in range(12, 24)}},
    "晚上": {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}},
    "晚": {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}},
    "夜里": {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}},
    "中午": {1: 13, 2: 14, 11: 11, 12: 12, 13: 13, 14: 14},
    "凌晨": {hour: hour for hour in range(8)},
    "清晨": {hour: hour for hour in range(8)},
    "早上": {hour: hour for hour in range(12)},
    "上午": {hour: hour for hour in range(12)},
    "am": {hour: hour for hour in range(12)},
    "": {hour: hour for hour in range(24)},
}


@pytest.mark.parametrize("part", _PARTS)
def test_every_hour_of_a_part_of_the_day(part: str) -> None:
    for hour in range(24):
        written = (
            f"2026-11-22 {part}{hour}:05" if part not in ("am", "pm") else f"2026-11-22 {hour}:05 {part}"
        )
        meant = _PARTS[part].get(hour)
        if meant is None:
            with pytest.raises(Malformed) as refused:
                read_moment(written)
            assert refused.value.code == "which_half", written
        else:
            assert read_moment(written) == datetime(2026, 11, 22, meant, 5), written


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-22 23:59:59", datetime(2026, 11, 22, 23, 59, 59)),
        ("2026-11-22 24:00", datetime(2026, 11, 23)),
        ("2026-11-22 24:00:00", datetime(2026, 11, 23)),
        ("2026-11-22", datetime(2026, 11, 22)),
        ("46348.5", datetime(2026, 11, 22, 12)),
        ("20261122080203", datetime(2026, 11, 22, 8, 2, 3)),
        ("2026-11-22T08:02:03+08:00", datetime(2026, 11, 22, 8, 2, 3)),
        ("2026-11-22 8点三刻", datetime(2026, 11, 22, 8, 45)),
        ("2026-11-22 8点整", datetime(2026, 11, 22, 8)),
    ],
)
def test_the_last_moments_of_a_day(written: str, read: datetime) -> None:
    assert read_moment(written) == read


@pytest.mark.parametrize(
    "written",
    ["2026-11-22 24:01", "2026-11-22 24:00:01", "2026-11-22 上午24:00", "2026-11-22 23:60", "2026-11-22 23:59:60",
     "2026-11-22 25:00", "2026-11-22 下午3:20 pm", "2026-11-22T08:02:03+99:00", "x", "2026-11-22" + " " * 200],
)  # fmt: skip
def test_what_is_no_moment(written: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_moment(written)
    assert refused.value.code in ("not_a_moment", "which_half")


def test_the_serials_that_can_be_days() -> None:
    low, high = dates._SERIALS
    assert from_serial(low) is not None and from_serial(low - 1) is None
    assert from_serial(high - 1) is not None and from_serial(high) is None
    assert from_serial(46348.25) == datetime(2026, 11, 22, 6)


@pytest.mark.parametrize("nothing", ["0", "0000-00-00", "1900-01-00", " 1900-01-00 00:00:00 "])
def test_what_programs_write_for_no_day(nothing: str) -> None:
    assert is_no_day(nothing)


def test_a_day_is_no_such_word() -> None:
    assert not is_no_day("2026-11-22") and not is_no_day("") and not is_no_day("00")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1900-01-01", date(1900, 1, 1)),
        ("2200-12-31", date(2200, 12, 31)),
        ("69年6月1日", date(2069, 6, 1)),
        ("70年6月1日", date(1970, 6, 1)),
        ("12/13/2029", date(2029, 12, 13)),
        ("13/12/2029", date(2029, 12, 13)),
        ("12/12/2029", date(2029, 12, 12)),
        ("二〇二九年十二月三十一日", date(2029, 12, 31)),
        ("2029年十月廿日", date(2029, 10, 20)),
        ("2029年卅一日", None),
        ("11/12/2029", None),
        ("12/11/2029", None),
        ("1899-12-31", None),
        ("2201-01-01", None),
        ("2029-13-01", None),
        ("2029-00-01", None),
        ("Foo 30, 2029", None),
    ],
)
def test_years_and_turned_days(written: str, day: date | None) -> None:
    if day is None:
        with pytest.raises(Malformed):
            read_day(written)
    else:
        assert read_day(written) == day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2029年底", date(2029, 12, 31)),
        ("2029年1月", date(2029, 1, 31)),
        ("2028年2月", date(2028, 2, 29)),
        ("2029年12月", date(2029, 12, 31)),
        ("1900年1月", date(1900, 1, 31)),
        ("2029年13月", None),
        ("2029年0月", None),
        ("2201年1月", None),
    ],
)
def test_until_a_month(written: str, day: date | None) -> None:
    with pytest.raises(Malformed):
        read_day(written)
    if day is None:
        with pytest.raises(Malformed):
            read_day(written, until=True)
    else:
        assert read_day(written, until=True) == day


@pytest.mark.parametrize(
    ("signs", "number"),
    [("十", "10"), ("十一", "11"), ("廿二", "22"), ("二十", "20"), ("〇五", "05"), ("卅一", "31"), ("三十一", "31"),
     ("一二十", "一二十"), ("十一二", "十一二"), ("十十", "十十"), ("二十十", "二十十"), ("九十九", "99")],
)  # fmt: skip
def test_chinese_numbers(signs: str, number: str) -> None:
    assert dates._number(signs) == number


def test_what_is_longer_than_a_hundred_characters_is_not_read() -> None:
    assert read_day("2026-11-22".ljust(100)) == date(2026, 11, 22)
    assert read_moment("2026-11-22 08:00".ljust(100)) == datetime(2026, 11, 22, 8)
    for read in (read_day, read_moment):
        with pytest.raises(Malformed):
            read("2026-11-22".ljust(101))


@pytest.mark.parametrize("written", ["0100-01-01", "0099-01-01", "100年1月1日", "1899-12-31", "2201-01-01"])
def test_years_that_nobody_means(written: str) -> None:
    with pytest.raises(Malformed):
        read_day(written)
