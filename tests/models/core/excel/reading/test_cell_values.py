"""From what stands in a cell to the value of a column: each kind at its edges."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.core.errors import Malformed
from models.core.excel.reading import values
from models.core.excel.reading.values import convert, to_date, to_moment, to_number, to_text


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, "text", None),
        ("", "text", None),
        (" \u200b ", "text", None),
        ("无", "text", "无"),  # which words say nothing is for the column's field to say
        ("无", "date", None),
        ("无", "moment", None),
        ("无", "number", None),
        (time(0), "date", None),
        (timedelta(0), "moment", None),
        (0, "date", None),
        ("0", "date", None),
        (0, "number", 0),
        (0, "text", "0"),
        ("'330102", "text", "330102"),
        ("'330102'", "text", "'330102'"),
        ("甲'", "text", "甲'"),
        (date(2026, 11, 22), "date", date(2026, 11, 22)),
        ("2026-11-22 08:02", "moment", datetime(2026, 11, 22, 8, 2)),
        ("12", "number", 12),
        (12, "text", "12"),
        ("甲\r\n乙\r丙\x07", "text", "甲\n乙\n丙"),
    ],
)
def test_a_cell_in_a_column_of_a_kind(value: Any, kind: Any, expected: Any) -> None:
    read = convert(value, kind)
    assert read == expected and type(read) is type(expected)


@pytest.mark.parametrize("kind", ["date", "moment"])
@pytest.mark.parametrize("value", [time(0, 1), timedelta(minutes=1)])
def test_a_time_alone_is_no_day(value: Any, kind: Any) -> None:
    with pytest.raises(Malformed):
        convert(value, kind)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "TRUE"),
        (False, "FALSE"),
        (12.0, "12"),
        (12, "12"),
        (0.1 + 0.2, "0.3"),
        (-999_999_999_999_999.0, "-999999999999999"),
        (datetime(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 8, 2, 3), "2026-11-22 08:02:03"),
        (time(8, 2), "08:02:00"),
        (None, ""),
    ],
)
def test_what_the_user_saw_in_a_cell(value: Any, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("read", [to_text, to_number])
@pytest.mark.parametrize("number", [1e15, -1e15, 330102199003070019])
def test_a_number_that_lost_its_digits_is_refused(read: Any, number: float) -> None:
    with pytest.raises(Malformed) as refused:
        read(number)
    assert refused.value.code == "digits_lost"


def test_the_last_whole_digit_is_kept() -> None:
    assert to_number(999_999_999_999_999) == 999_999_999_999_999
    assert values.to_text(999_999_999_999_999) == "999999999999999"


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (datetime(2026, 11, 22, 23, 59), date(2026, 11, 22)),
        (date(2026, 11, 22), date(2026, 11, 22)),
        (20261122.0, date(2026, 11, 22)),
        (20261122, date(2026, 11, 22)),
        (46348, date(2026, 11, 22)),
        ("2026年11月22日", date(2026, 11, 22)),
    ],
)
def test_the_day_of_a_cell(value: Any, day: date) -> None:
    assert to_date(value) == day and type(to_date(value)) is date


@pytest.mark.parametrize("read", [to_date, to_moment])
@pytest.mark.parametrize("value", [True, False, 1.5e20])
def test_what_is_no_day(read: Any, value: Any) -> None:
    with pytest.raises(Malformed):
        read(value)


def test_a_month_is_a_day_only_until_which_something_is_good() -> None:
    assert to_date("2029年6月", until=True) == convert("2029年6月", "date", until=True) == date(2029, 6, 30)
    with pytest.raises(Malformed):
        to_date("2029年6月")


def test_the_moment_of_a_cell() -> None:
    assert to_moment(date(2026, 11, 22)) == datetime(2026, 11, 22)
    assert to_moment(datetime(2026, 11, 22, 8, 2)) == datetime(2026, 11, 22, 8, 2)
    assert to_moment("2026年11月22日 下午3:20") == datetime(2026, 11, 22, 15, 20)


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        ("1,234,567", "", 1234567),
        ("1，234.50", "", Decimal("1234.50")),
        ("１２", "", 12),
        ("−3", "", -3),
        ("+3。", "", 3),
        (".5", "", Decimal("0.5")),
        (12.50, "", Decimal("12.5")),
        (12.0, "", 12),
        ("12.5万元", "万元", Decimal("12.5")),
        ("12.5 W", "万元", Decimal("12.5")),
        ("¥12.5万", "万元", Decimal("12.5")),
        ("人民币12元整", "元", 12),
        ("¥12", "元", 12),
        ("12（元）", "元", 12),
        ("三个月", "", None),
        ("三月", "月", 3),
        ("十二", "月", 12),
        ("2月份", "月", 2),
        ("十三月", "月", None),
        ("3 天", "天", 3),
        ("3日", "天", 3),
        ("5吨", "吨", 5),
        ("5[吨]", "吨", 5),
        ("5吨", "", None),
        ("¥12", "万元", None),
        ("¥5吨", "吨", None),
        ("¥5", "天", None),
        ("1,23", "", None),
        ("12a", "", None),
        ("", "", None),
        (True, "", None),
        (date(2026, 1, 1), "", None),
    ],
)
def test_the_number_of_a_cell(value: Any, unit: str, number: Any) -> None:
    if number is None:
        with pytest.raises(Malformed) as refused:
            to_number(value, unit)
        assert refused.value.code == "not_a_number"
    else:
        read = to_number(value, unit)
        assert read == number and type(read) is type(number)


@pytest.mark.parametrize(
    ("value", "unit", "word"),
    [
        ("五", "", "不要带单位"),
        ("五个", "月", "如 3。"),
        ("12.5元", "万元", "请换算成万元"),
        ("¥12.5", "万元", "请换算成万元"),
        ("¥12.5万多", "万元", "这一列的单位是万元，请只填"),
        ("12.5万元多", "万元", "这一列的单位是万元，请只填"),
        ("12吨", "天", "这一列的单位是天，请只填数字，如 12.5。"),
    ],
)
def test_what_to_write_instead_of_no_number(value: str, unit: str, word: str) -> None:
    with pytest.raises(Malformed) as refused:
        to_number(value, unit)
    assert word in refused.value.message
