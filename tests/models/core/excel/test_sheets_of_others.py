"""Workbooks of other programs and other people's habits: read, or told truly what they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from models.core.errors import Malformed
from models.core.excel import SheetColumn, SheetRefused, read_sheet
from models.core.excel.columns import header_key
from models.core.excel.reading.values import convert, to_date, to_moment, to_number

NUMBER = "330102198802290013"
COLUMNS = [
    SheetColumn("name", "姓名", required=True),
    SheetColumn("id", "身份证号", required=True, aliases=("身份证号码", "证件号码")),
    SheetColumn("phone", "联系电话", required=True, aliases=("手机", "手机号码")),
    SheetColumn("flag", "是否添加账号"),
]
TITLES = ["姓名", "身份证号", "联系电话", "是否添加账号"]
ROW = ["方格一", NUMBER, "19912340001", "否"]


def book(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def renamed(
    content: bytes, how: Callable[[str], str], *, also: Callable[[str, bytes], bytes] = lambda n, c: c
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(how(name))
            info.filename = how(name)  # ZipInfo would turn backslashes
            new.writestr(info, also(name, old.read(name)))
    return target.getvalue()


PLAIN = book(("人员", [TITLES, ROW]))
WORKBOOK = {
    "xl/workbook.xml": "xl/workbook22.xml",
    "xl/_rels/workbook.xml.rels": "xl/_rels/workbook22.xml.rels",
}
CASES = {
    "backslashes": renamed(PLAIN, lambda name: name.replace("/", "\\")),
    "another name": renamed(
        PLAIN,
        lambda name: WORKBOOK.get(name, name),
        also=lambda name, content: content.replace(b"xl/workbook.xml", b"xl/workbook22.xml") if name == "_rels/.rels" else content,
    ),
    "upper case": renamed(PLAIN, lambda name: name.replace("xl/workbook", "xl/Workbook").replace("sharedStrings", "SharedStrings")),
    "another folder": renamed(
        PLAIN,
        lambda name: name.replace("xl/", "book/", 1) if name.startswith("xl/") else name,
        also=lambda name, content: content.replace(b"xl/", b"book/") if name == "_rels/.rels" else content.replace(b"/xl/", b"/book/"),
    ),
    "a cover before it": book(("封面", [["花名册"]]), ("填写说明", [["姓名怎么填"]]), ("人员", [TITLES, ROW])),
    "a table of two titles before it": book(("字典", [["姓名", "联系电话"], ["例", "1"]]), ("人员", [TITLES, ROW])),
    "a title and a line above": book(("人员", [["江澜重工花名册"], ["填报单位：江澜", None, "日期：2026-11-30"], TITLES, ROW])),
    "more columns": book(("人员", [["序号", *TITLES, "备注"], [1, *ROW, "组长"]])),
    "other words": book(("人员", [["姓　名", "身份证\n号码", "联系电话\n（手机）", "是否添加\n账号（是/否）"], ROW])),
    "words and titles": book(("人员", [["手机", "姓名", "身份证号", "联系电话"], ["1", "方格一", NUMBER, "19912340001"]])),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_read(case: str) -> None:
    sheet = read_sheet(CASES[case], COLUMNS)
    (row,) = sheet.rows
    assert (row.values["name"], row.values["id"], row.values["phone"]) == ("方格一", NUMBER, "19912340001")
    assert not sheet.errors


def test_what_is_passed_over_is_said() -> None:
    assert read_sheet(CASES["more columns"], COLUMNS).notes == ["“序号”“备注”不在导入的列里，没有导入。"]
    (note,) = read_sheet(CASES["a cover before it"], COLUMNS).notes
    assert "“人员”" in note
    assert "“封面”" in note
    assert read_sheet(PLAIN, COLUMNS).notes == []


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<html><table><tr><td>姓名</td></tr></table></html>".encode("gbk"), "HTML"),
        ("<!-- 导出 -->\n<table><tr><td>姓名</td></tr></table>".encode(), "HTML"),
        ("姓名,身份证号\r\n方格一,1\r\n".encode("gbk"), "CSV"),
        ("姓名\t身份证号\n方格一\t1\n".encode("utf-16"), "CSV"),
        ("\ufeff姓名;身份证号\n".encode(), "CSV"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
        (b"%PDF-1.7\n", "PDF"), (b"\xff\xd8\xff\xe0", "图片"), (b"Rar!\x1a\x07", "压缩包"),
        (zipped("word/document.xml"), "Word"), (zipped("xl/workbook.bin"), "xlsb"), (zipped("mimetype", "content.xml"), "OpenDocument"),
        (zipped("花名册.xlsx"), "压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), ".xls"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_told_what_it_is(content: bytes, told: str) -> None:
    with pytest.raises(SheetRefused) as caught:
        read_sheet(content, COLUMNS)
    assert told in caught.value.message
    assert "请" in caught.value.message, "and what to do"


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("2026-11-22", date(2026, 11, 22)), (46348, date(2026, 11, 22)), (46348.0, date(2026, 11, 22)), ("46348", date(2026, 11, 22)),
        ("２０２６．１１．２２", date(2026, 11, 22)), ("22/11/2026", date(2026, 11, 22)), ("11-22-2026", date(2026, 11, 22)),
        ("20261122", date(2026, 11, 22)), ("3/3/2026", date(2026, 3, 3)),
    ],
)  # fmt: skip
def test_days_of_one_reading_are_understood(written: Any, means: date) -> None:
    assert to_date(written) == means


@pytest.mark.parametrize("written", ["2029年6月", "2029-06", "2029.6", "202906", "2029/06"])
def test_a_month_alone_is_its_last_day_where_something_ends(written: str) -> None:
    assert to_date(written, until=True) == date(2029, 6, 30)
    with pytest.raises(Malformed, match="写到日"):
        to_date(written)


def test_february_ends_when_it_ends() -> None:
    assert to_date("2028年2月", until=True) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "written", ["5/6/2026", "26-11-22", "2029", 2029, "2029年", "2029年13月", "明天", 12345, 99999]
)
def test_days_that_may_be_read_twice_or_not_at_all_are_asked_about(written: Any) -> None:
    with pytest.raises(Malformed):
        to_date(written, until=True)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("下午3:20", 15, 20), ("15:20", 15, 20), ("3:20 PM", 15, 20), ("下午3点20分", 15, 20), ("下午15:20", 15, 20), ("凌晨0:05", 0, 5),
        ("中午12:30", 12, 30), ("中午1点", 13, 0), ("上午8点半", 8, 30), ("晚上9:05", 21, 5), ("15时", 15, 0), ("3：20", 3, 20),
    ],
)  # fmt: skip
def test_times_of_one_reading_are_understood(written: str, hour: int, minute: int) -> None:
    found = to_moment(f"2026-11-22 {written}")
    assert (found.date(), found.hour, found.minute) == (date(2026, 11, 22), hour, minute)


@pytest.mark.parametrize(
    "written", ["晚上12:00", "上午13:00", "晚上3:00", "下午25:00", "上午12:30", "8:75", "下午0:10"]
)
def test_times_of_two_readings_are_asked_about(written: str) -> None:
    with pytest.raises(Malformed):
        to_moment(f"2026-11-22 {written}")


def test_a_bare_number_is_a_moment_too() -> None:
    assert to_moment(46348.334027777775) == datetime.fromisoformat("2026-11-22T08:01:00")


@pytest.mark.parametrize(
    ("written", "unit", "means"),
    [
        ("12.5万元", "万元", "12.5"), ("12.5万", "万元", "12.5"), ("１２．５", "万元", "12.5"),
        ("1,234.5", "万元", "1234.5"), ("1 234.5", "", "1234.5"),
        ("￥12.5", "元", "12.5"), ("12.5元", "元", "12.5"), ("三月", "月", "3"), ("3月", "月", "3"),
        ("十二月", "月", "12"), ("03", "月", "3"),
    ],
)  # fmt: skip
def test_numbers_with_their_own_unit_are_understood(written: str, unit: str, means: str) -> None:
    assert to_number(written, unit) == Decimal(means)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("￥12.5", "万元"), ("12.5元", "万元"), ("12，5", "万元"), ("1,2345", "万元"), ("(12.5)", "万元"),
        ("12.5%", "万元"), ("壹拾贰万", "万元"),
        ("2027-03", "月"), ("第一季度", "月"), ("全年", "月"), ("12.5万元", ""),
    ],
)  # fmt: skip
def test_numbers_of_another_unit_are_asked_about(written: str, unit: str) -> None:
    with pytest.raises(Malformed) as caught:
        to_number(written, unit)
    assert not unit or unit in caught.value.message, "the form that is"


def test_a_cell_full_of_blanks_or_brackets_is_not_read_for_long() -> None:
    """What Excel lets into a cell, read with each way to divide it, would take a quarter of a minute a cell."""
    for text in ("1" + " " * 32_000 + "x", "1 " * 16_000 + "点"):
        with pytest.raises(Malformed):
            to_date(text)
        with pytest.raises(Malformed):
            to_moment(text)
    assert len(header_key("(" * 32_000, bare=True)) <= 200
    assert header_key("联系电话（手机）", bare=True) == "联系电话"


def headed(*rows: list[Any], merged: tuple[str, ...] = ()) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for cells in merged:
        made.active.merge_cells(cells)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        headed(["姓名", "身份证号", "联系方式", None], [None, None, "手机", "邮箱"], ROW[:3], merged=("A1:A2", "B1:B2", "C1:D1")),
        headed(["姓名 Name", "身份证号 ID No.", "联系电话/Phone"], ROW[:3]),
        headed(["姓名：", "身份證號", "手機號碼（必填项）"], ROW[:3]),
        headed(TITLES[:3], [f"'{cell}" for cell in ROW[:3]]),
        headed(TITLES[:3], ROW[:3], TITLES[:3]),
        headed(["序号", *TITLES], [1, *ROW[:3]], ["合计", None, None, None, "1 人"]),
    ],
)  # fmt: skip
def test_a_head_or_a_row_that_differs_a_little_is_the_same(content: bytes) -> None:
    sheet = read_sheet(content, COLUMNS)
    assert sheet.errors == []
    assert [[row.values[key] for key in ("name", "id", "phone")] for row in sheet.rows] == [ROW[:3]]


def test_ditto_is_what_stands_above() -> None:
    sheet = read_sheet(headed(TITLES, ROW, *[["同上", NUMBER, "〃", "否"]] * 2), COLUMNS)
    assert {(row.values["name"], row.values["phone"]) for row in sheet.rows} == {(ROW[0], ROW[2])}


def test_another_sheet_with_rows_is_not_passed_over_in_silence() -> None:
    notes = read_sheet(
        book(("人员", [TITLES, ROW]), ("二车间", [TITLES, ROW]), ("空表", [TITLES]), ("说明", [["怎么填"]])),
        COLUMNS,
    ).notes
    assert len(notes) == 1
    assert "“二车间”" in notes[0] and "空表" not in notes[0] and "说明" not in notes[0]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("￥12.5万元", "12.5"),
        ("人民币12.5万", "12.5"),
        ("12.5W", "12.5"),
        ("12.5（万元）", "12.5"),
        ("12.5、", "12.5"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_money_is_money_where_its_unit_is_said(written: str, means: str) -> None:
    assert to_number(written, "万元") == Decimal(means)
    with pytest.raises(Malformed, match="换算成万元"):
        to_number("125000元", "万元")


@pytest.mark.parametrize(
    "written", [0, "0", "0000-00-00", "0000-00-00 00:00:00", "1900-01-00", "1900/1/0", time(0)]
)
def test_a_day_that_programs_write_for_none_is_none(written: Any) -> None:
    assert convert(written, "date") is None
