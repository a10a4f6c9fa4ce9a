"""What each kind of field takes, and where it stops: at its edges and with what is no value of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from models.core.errors import Malformed
from models.core.fields import (
    Choice,
    Day,
    DayList,
    Facts,
    Flag,
    Hours,
    Integer,
    LongText,
    Moment,
    Number,
    Phone,
    Photos,
    Pick,
    Picks,
    References,
    Secret,
    Text,
)
from models.core.fields.moments import parse_day, parse_moment
from models.core.fields.texts import SortKey, too_long
from models.core.security.identifiers import id_check_character
from models.core.views.filters import narrowed, without_blanks
from models.organization.records import Company

_ID = "33010219900307001"
_ID += id_check_character(_ID)
_BOILERS = (Choice("industrial", "工业锅炉"), Choice("station", "电站锅炉"), Choice("both", "工业和电站"))
_AB = (Choice("a", "甲"), Choice("b", "乙"))

TAKEN: list[tuple[Any, Any, Any]] = [
    (Pick("类", _BOILERS), None, None),
    (Pick("类", _BOILERS), "", None),
    (Pick("类", _BOILERS), "station", "station"),
    (Pick("类", _BOILERS), "电 站锅炉", "station"),
    (Pick("类", _BOILERS), "电站", "station"),
    (Picks("类", _AB), None, None),
    (Picks("类", _AB), [], None),
    (Picks("类", _AB), "，", None),
    (Picks("类", _AB), "乙、甲 乙", ["b", "a"]),
    (Picks("类", _AB), ["a", "", "乙"], ["a", "b"]),
    (Flag("要"), None, None),
    (Flag("要"), "", None),
    (Flag("要"), " 。", None),
    (Flag("要"), True, True),
    (Flag("要"), False, False),
    (Flag("要"), "是", True),
    (Flag("要"), "否", False),
    (References("人", "people"), None, []),
    (References("人", "people"), "", []),
    (References("人", "people", most=2), ["2", 1, {"id": "2"}][:2], [2, 1]),
    (References("人", "people"), [{"id": "2"}, "", None, "2"], [2]),
    (Text("名", max=3), " 甲  乙 ", "甲 乙"),
    (Text("名"), "   ", None),
    (Text("名", pattern="[a-z]+"), "", None),
    (Text("名", pattern="[a-z]+"), "ab", "ab"),
    (Text("名", ids="refused"), "138001", "138001"),
    (Text("名", ids="kept"), _ID, _ID),
    (LongText("说明", max=3), "甲\n乙", "甲\n乙"),
    (LongText("说明"), "", None),
    (Integer("数", min=2, max=5), "２", 2),
    (Integer("数", min=2, max=5), 5.0, 5),
    (Integer("数"), " ", None),
    (Integer("数"), None, None),
    (Number("数", min=1, max=2), "1", Decimal("1.00")),
    (Number("数", min=1, max=2), 2, Decimal("2.00")),
    (Number("数"), "0.125", Decimal("0.13")),
    (Number("数", places=0), 2.5, Decimal("3")),
    (Number("数"), " ", None),
    (Number("数"), None, None),
    (Phone("电话"), None, None),
    (Phone("电话"), "", None),
    (Phone("电话"), "+86 138-0013-8000", "13800138000"),
    (Hours("静音"), None, None),
    (Hours("静音"), "", None),
    (Hours("静音"), "无", None),
    (Hours("静音"), "9:05 到 ２３：５９", "09:05-23:59"),
    (Hours("静音"), "22:00-07:00", "22:00-07:00"),
    (DayList("天"), None, None),
    (DayList("天"), "  ", None),
    (DayList("天"), "、", None),
    (DayList("天", max=60, most=2), "0天、60天", (60, 0)),
    (DayList("天"), [7, "３０", 7], (30, 7)),
    (DayList("天"), (7,), (7,)),
    (DayList("天"), 7, (7,)),
    (DayList("天"), "365、00007、0", (365, 7, 0)),
    (Day("日"), None, None),
    (Day("日"), "", None),
    (Day("日"), "2026-11-22", date(2026, 11, 22)),
    (Day("日", until=True), "2029年6月", date(2029, 6, 30)),
    (Moment("时"), None, None),
    (Moment("时"), "", None),
    (Moment("时"), " 2026-11-22T08:00:00+08:00 ", datetime(2026, 11, 22, tzinfo=UTC)),
    (Facts("事实"), None, None),
    (Facts("事实"), {}, {}),
    (Facts("事实"), [1], [1]),
    (Photos("照片"), None, []),
    (Photos("照片"), "", []),
    (Photos("照片", most=2), ["b", "a"], ["b", "a"]),
    (Photos("照片"), ["b", "a", "b"], ["b", "a"]),
    (Secret("密钥"), None, None),
    (Secret("密钥"), "", None),
    (Secret("密钥"), "x" * 500, "x" * 500),
]  # fmt: skip
REFUSED: list[tuple[Any, Any, str]] = [
    (Pick("类", _BOILERS), "工业", "no_such_choice"),  # two titles begin so
    (Pick("类", _BOILERS), "电", "no_such_choice"),  # too little to guess by
    (Pick("类", _BOILERS), 1, "no_such_choice"),
    (Picks("类", _AB), "甲、丙", "no_such_choice"),
    (Picks("类", _AB), 1, "wrong_type"),
    (Picks("类", _AB), ["a", 1], "wrong_type"),
    (Flag("要"), "有", "not_a_flag"),
    (Flag("要"), 1, "not_a_flag"),
    (Flag("要"), "是（" + "x" * 200 + "）", "not_a_flag"),
    (References("人", "people"), "1", "wrong_type"),
    (References("人", "people", most=2), [1, 2, 3], "too_many"),
    (References("人", "people"), ["甲"], "no_such_row"),
    (Text("名", max=3), "甲乙丙丁", "too_long"),
    (Text("名", pattern="[a-z]+"), "ab1", "wrong_format"),
    (Text("名", ids="refused"), _ID, "id_number"),
    (LongText("说明", max=3), "甲乙丙丁", "too_long"),
    (Integer("数", min=2, max=5), 1, "out_of_range"),
    (Integer("数", min=2, max=5), 6, "out_of_range"),
    (Integer("数"), 2.5, "not_a_number"),
    (Integer("数"), True, "not_a_number"),
    (Integer("数"), "Infinity", "not_a_number"),
    (Integer("数"), "x", "not_a_number"),
    (Number("数", min=1, max=2), "0.99", "out_of_range"),
    (Number("数", min=1, max=2), "2.01", "out_of_range"),
    (Number("数"), "NaN", "not_a_number"),
    (Number("数"), True, "not_a_number"),
    (Number("数"), "x", "not_a_number"),
    (Phone("电话"), "无", "mobile_empty"),
    (Hours("静音"), "22:00-22:00", "wrong_format"),
    (Hours("静音"), "24:00-07:00", "wrong_format"),
    (DayList("天", max=60), "61", "out_of_range"),
    (DayList("天", min=1), "0、7", "out_of_range"),
    (DayList("天", most=2), "1、2、3", "too_many"),
    (DayList("天"), "七", "not_a_number"),
    (DayList("天"), "7、x", "not_a_number"),
    (DayList("天"), "123456", "not_a_number"),
    (DayList("天"), "60、1000000", "not_a_number"),  # not the 60 alone
    (DayList("天"), "60、99999", "out_of_range"),
    (DayList("天"), [], "not_a_number"),
    (DayList("天"), "-7", "not_a_number"),
    (Facts("事实"), "x", "wrong_type"),
    (Photos("照片"), "a", "wrong_type"),
    (Photos("照片"), ["a", 1], "wrong_type"),
    (Photos("照片", most=2), ["a", "b", "c"], "too_many"),
    (Secret("密钥"), "x" * 501, "too_long"),
]


@pytest.mark.parametrize(("field", "given", "kept"), TAKEN)
def test_what_a_field_takes(field: Any, given: Any, kept: Any) -> None:
    clean = field.clean(given)
    assert clean == kept and type(clean) is type(kept)


@pytest.mark.parametrize(("field", "given", "code"), REFUSED)
def test_what_a_field_refuses(field: Any, given: Any, code: str) -> None:
    with pytest.raises(Malformed) as refused:
        field.clean(given)
    assert refused.value.code == code


def test_what_stands_in_the_database() -> None:
    picks, flag = Picks("类", _AB), Flag("要", unsaid=True)
    assert [picks.db_value(value) for value in (["a", "b"], [], None, "a")] == [",a,b,", None, None, None]
    assert [picks.python_value(value) for value in (",a,b,", "", None)] == [["a", "b"], [], []]
    assert flag.null and flag.default is None and flag.describe() == {"unsaid": True}
    assert Flag("要").default is False and not Flag("要").null and Flag("要").describe() == {}
    days = DayList("天")
    assert days.db_value((60, 7)) == days.plain((60, 7)) == "60、7" and days.python_value("60、7") == (60, 7)
    assert days.db_value(None) is days.plain(None) is days.python_value(None) is None
    hidden = Text("名")
    assert hidden.db_value(_ID) == hidden.plain(_ID) != _ID and Text("名", ids="kept").plain(_ID) == _ID
    assert hidden.plain(7) == LongText("说明").plain(7) == 7
    assert LongText("说明").db_value(_ID) == LongText("说明").plain(_ID) != _ID
    assert Number("数").plain(None) is None and Number("数").plain(Decimal("1.50")) == 1.5
    assert Day("日").plain(None) is None and Day("日").plain(date(2026, 1, 2)) == "2026-01-02"
    assert Secret("密钥").plain("x") == Secret.MASK and Secret("密钥").plain(None) is None
    assert SortKey().key_of("") == SortKey().key_of(None) == "" != SortKey().key_of("张三")
    assert Pick("类", _AB).title_of("b") == "乙" and Pick("类", _AB).title_of("c") == "c"
    assert Pick("类", _AB).title_of(None) == ""
    assert Text("名").describe() == {"max": 60} and Text("名", pattern="a").describe()["pattern"] == "a"


def test_a_moment_goes_in_and_out_as_utc() -> None:
    field, east = Moment("时"), timezone(timedelta(hours=8))
    assert field.db_value(datetime(2026, 11, 22, 8, tzinfo=east)) == "2026-11-22 00:00:00.000000"
    assert field.db_value(datetime(2026, 11, 22, 8)) == "2026-11-22 08:00:00.000000"
    assert field.db_value(None) is None
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert field.python_value("2026-11-22 12:00:00") == field.python_value(noon.replace(tzinfo=None)) == noon
    aware = datetime(2026, 11, 22, 8, tzinfo=east)
    assert field.python_value(aware) is aware and field.python_value(None) is None
    assert field.plain(noon) == "2026-11-22T20:00:00+08:00" and field.plain(None) is None


def test_days_and_moments_that_programs_give() -> None:
    assert parse_day(datetime(2026, 11, 22, 8)) == parse_day(date(2026, 11, 22)) == date(2026, 11, 22)
    aware = datetime(1970, 1, 1, tzinfo=UTC)
    assert parse_moment(aware) is aware and parse_moment("1970-01-01T00:00:00Z") == aware
    assert parse_moment("2200-12-31T23:59:59+00:00").year == 2200
    for wrong in (datetime(2026, 1, 1), "2026-01-01T00:00:00", "1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z",
                  "2026-01-01T00:00:00Z" + " " * 21, "x", 5, None):  # fmt: skip
        with pytest.raises(Malformed):
            parse_moment(wrong)
    assert parse_moment("2026-01-01T00:00:00Z" + " " * 20).year == 2026
    with pytest.raises(Malformed):
        parse_day(20261122)


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        (None, ["a"], ["a"]),
        ([], ["a"], ["a"]),
        ("", "a", "a"),
        (["a"], None, ["a"]),
        (["a"], [], ["a"]),
        ("a", "", "a"),
        ("a", ["b", "a"], ["a"]),
        (["a"], "b", None),
        ({"from": "1"}, {"from": "2", "to": ""}, {"from": "2"}),
        ({"to": "1"}, {"to": "2"}, {"to": "1"}),
    ],
)
def test_two_filters_of_one_field(first: Any, second: Any, left: Any) -> None:
    assert narrowed(first, second) == left


def test_filters_without_what_says_nothing() -> None:
    given = {"a": ["", "1"], "b": [""], "c": [], "d": "", "e": {"from": ""}, "f": [0]}
    assert without_blanks(given) == {"a": ["1"], "d": "", "e": {"from": ""}, "f": [0]}


def test_what_a_column_can_not_hold_is_told_by_its_name() -> None:
    most = Company.name.max
    values = {"name": "名" * most, "kind": "x" * 500, "parent": 7, "nothing": "y" * 500, "short_name": None}
    assert too_long(Company, values) == {}
    assert too_long(Company, {**values, "name": "名" * (most + 1)}) == {
        "name": f"最多 {most} 个字，写开了有 {most + 1} 个"
    }
