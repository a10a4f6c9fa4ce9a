"""Uploaded sheets: right ones are read as meant, wrong ones named at their cells, hostile ones refused."""

import re
import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl.styles import PatternFill

from models.core.excel import SheetColumn, read_sheet
from tests.models.core.excel.books import COLUMNS, HEADER, PERSON, book, places, refusal, repack


def test_a_good_sheet_is_read_with_its_row_numbers():
    second = ["李四", "11010519491231002X", "19912345678", "否", None, None]
    sheet = read_sheet(book([HEADER, PERSON, [None] * 6, second]), COLUMNS)
    assert sheet.errors == []
    assert (sheet.sheet, sheet.header_row, sheet.letters["phone"]) == ("人员", 1, "C")
    assert [row.number for row in sheet.rows] == [2, 4]
    assert list(sheet.rows[0].values.values()) == PERSON
    assert sheet.rows[1].values["since"] is None


def test_a_path_is_read_like_bytes(tmp_path):
    path = tmp_path / "人员.xlsx"
    path.write_bytes(book([HEADER, PERSON]))
    assert read_sheet(path, COLUMNS).rows == read_sheet(str(path), COLUMNS).rows
    assert read_sheet(path, COLUMNS).rows[0].values["name"] == "张三"


def test_a_table_may_begin_anywhere_near_the_top():
    def move(sheet):
        sheet.move_range("A1:F2", rows=3, cols=2)
        sheet["A1"] = "2026 年人员名单"
        sheet.merge_cells("A1:D1")

    sheet = read_sheet(book([HEADER, PERSON], move), COLUMNS)
    assert (sheet.header_row, sheet.letters["name"], sheet.rows[0].number) == (4, "C", 5)
    assert sheet.errors == []


@pytest.mark.parametrize("title", [" 姓 名 ", "姓名*", "姓名 ＊", "姓名（必填）", "姓\u200b名\n"])
def test_headers_are_forgiven_their_decoration(title):
    sheet = read_sheet(book([[title, *HEADER[1:]], PERSON]), COLUMNS)
    assert sheet.rows[0].values["name"] == "张三"


def test_optional_columns_may_be_missing_and_stay_out_of_the_rows():
    sheet = read_sheet(book([HEADER[:3], PERSON[:3]]), COLUMNS)
    assert set(sheet.rows[0].values) == {"name", "id", "phone"}


def test_wrong_headers_are_named_at_their_cells():
    fault = refusal(book([["姓名", "身份证", "联系电话", "姓名 *"], PERSON[:4]]))
    assert [(error.cell, error.code) for error in fault.errors] == [
        ("B1", "header_unknown"),
        ("D1", "header_twice"),
        (None, "header_missing"),
    ]
    assert fault.errors[2].column == "身份证号"


def test_a_title_has_other_names_too():
    columns = [SheetColumn("name", "姓名", aliases=("人员姓名",)), *COLUMNS[1:]]
    sheet = read_sheet(book([["人员姓名", *HEADER[1:]], PERSON]), columns)
    assert sheet.rows[0].values["name"] == "张三"


def test_the_column_of_our_own_error_sheet_is_ignored():
    sheet = read_sheet(book([[*HEADER, "错误说明"], [*PERSON, "电话不对"]]), COLUMNS)
    assert sheet.errors == []
    assert len(sheet.rows) == 1


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "no_header"),
        ([["甲", "乙"], ["丙", "丁"]], "no_header"),
        ([HEADER], "no_rows"),
        ([HEADER, [" ", "\u3000"]], "no_rows"),
    ],
)
def test_sheets_without_content_are_refused(rows, code):
    assert refusal(book(rows)).code == code


def test_numbers_in_text_columns_become_what_people_typed():
    sheet = read_sheet(
        book([HEADER, ["张三", "１１０１０５19491231002x", 13800138000.0, True, None, 1]]), COLUMNS
    )
    assert sheet.errors == []
    assert sheet.rows[0].values["phone"] == "13800138000"
    assert sheet.rows[0].values["account"] == "TRUE"
    assert sheet.rows[0].values["id"] == "１１０１０５19491231002x"


def test_an_identity_number_kept_as_number_has_lost_digits():
    sheet = read_sheet(book([HEADER, ["张三", 330102199003070019, *PERSON[2:]]]), COLUMNS)
    assert places(sheet) == [("B2", "digits_lost")]
    assert "文本" in sheet.errors[0].message
    assert sheet.rows[0].values["id"] is None
    assert sheet.errors[0].value.startswith("3*")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026.11.22",
        "2026/11/22",
        "2026年11月22日",
        "20261122",
        20261122,
        " ２０２６－１１－２２ ",
        "2026-11-22 00:00:00",
        datetime(2026, 11, 22, 8, 1),
    ],
)
def test_dates_are_understood_as_people_write_them(text):
    sheet = read_sheet(book([HEADER, [*PERSON[:4], text, 1]]), COLUMNS)
    assert sheet.errors == []
    assert sheet.rows[0].values["since"] == date(2026, 11, 22)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "26-11-22", "昨天", "2026-11-22-01", 19999, 80000, 1.5, True, "2026-13-01"]
)
def test_what_is_no_date_is_an_error_at_the_cell(text):
    sheet = read_sheet(book([HEADER, [*PERSON[:4], text, 1]]), COLUMNS)
    assert places(sheet) == [("E2", "not_a_date")]


@pytest.mark.parametrize(
    ("text", "number"),
    [(3, 3), (3.0, 3), (0.1, Decimal("0.1")), ("１，２３４.５", Decimal("1234.5")), ("-7", -7), (" 8 ", 8)],
)
def test_numbers(text, number):
    sheet = read_sheet(book([HEADER, [*PERSON[:5], text]]), COLUMNS)
    assert sheet.errors == []
    assert sheet.rows[0].values["score"] == number
    assert type(sheet.rows[0].values["score"]) is type(number)


@pytest.mark.parametrize("text", ["3 分", "1e5", "1,2", "--1", True, date(2026, 1, 1), "九", "9" * 400])
def test_what_is_no_number_is_an_error_at_the_cell(text):
    sheet = read_sheet(book([HEADER, [*PERSON[:5], text]]), COLUMNS)
    assert places(sheet) == [("F2", "not_a_number")]


def test_moments_are_naive_local_time():
    columns = [SheetColumn("a", "甲"), SheetColumn("at", "时间", kind="moment")]
    rows = [["甲", "时间"], ["x", datetime(2026, 11, 22, 8, 2)], ["x", "2026年11月22日 08:02"]]
    rows += [["x", "2026-11-22"], ["x", "2026-11-22 25:00"], ["x", "2026-11-22T08:02:11"], ["x", "八点"]]
    sheet = read_sheet(book(rows), columns)
    read = [row.values["at"] for row in sheet.rows]
    assert read[:3] == [datetime(2026, 11, 22, 8, 2), datetime(2026, 11, 22, 8, 2), datetime(2026, 11, 22)]
    assert read[4] == datetime(2026, 11, 22, 8, 2, 11)
    assert places(sheet) == [("B5", "not_a_moment"), ("B7", "not_a_moment")]


def test_formulas_are_refused_at_their_cells():
    rows = [HEADER, ["=A1", *PERSON[1:]], PERSON, [*PERSON[:5], "=SUM(F2:F3)"]]
    sheet = read_sheet(book(rows), COLUMNS)
    assert places(sheet) == [("A2", "formula"), ("F4", "formula")]
    assert [row.number for row in sheet.rows] == [2, 3, 4]
    assert sheet.rows[0].values["name"] is None


def test_a_formula_with_a_remembered_result_is_not_trusted():
    def remember(xml):
        assert b"<v></v>" in xml or b"<v />" in xml or b"<v/>" in xml
        return re.sub(rb"<v\s*/>|<v></v>", b"<v>42</v>", xml)

    data = repack(book([HEADER, [*PERSON[:5], "=6*7"]]), "xl/worksheets/sheet1.xml", remember)
    sheet = read_sheet(data, COLUMNS)
    assert places(sheet) == [("F2", "formula")]
    assert sheet.rows[0].values["score"] is None


def test_a_row_of_nothing_but_a_formula_is_no_blank_row():
    sheet = read_sheet(book([HEADER, PERSON, [None, None, '=""']]), COLUMNS)
    assert places(sheet) == [("C3", "formula")]
    assert [row.number for row in sheet.rows] == [2, 3]


def test_error_values_are_named():
    sheet = read_sheet(book([HEADER, ["#N/A", *PERSON[1:]]]), COLUMNS)
    assert places(sheet) == [("A2", "error_value")]


def test_merged_cells_in_the_data_are_named_by_their_range():
    def merge(sheet):
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("H2:J3")
        sheet.merge_cells("A90:B95")

    sheet = read_sheet(book([HEADER, PERSON, PERSON], merge), COLUMNS)
    assert places(sheet) == [("C2:C3", "merged")]
    assert (sheet.errors[0].row, sheet.errors[0].column) == (2, "联系电话")


def test_hidden_rows_with_data_are_errors_and_empty_ones_are_not():
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[9].hidden = True

    sheet = read_sheet(book([HEADER, PERSON, PERSON, PERSON], hide), COLUMNS)
    assert [(error.row, error.code) for error in sheet.errors] == [(3, "hidden_row")]
    assert len(sheet.rows) == 3


def test_hidden_columns_that_are_read_are_errors():
    def hide(sheet):
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    sheet = read_sheet(book([HEADER, PERSON], hide), COLUMNS)
    assert places(sheet) == [("C1", "hidden_column")]


def test_too_many_rows_are_refused_where_they_begin_to_be():
    rows = [HEADER, *[PERSON] * 4]
    assert len(read_sheet(book(rows), COLUMNS, max_rows=4).rows) == 4
    fault = refusal(book([*rows, PERSON]), max_rows=4)
    assert (fault.code, fault.errors[0].row) == ("too_many_rows", 6)


@pytest.mark.parametrize(("cell", "code"), [("A1048576", "too_many_rows"), ("XFD2", "too_many_columns")])
def test_a_lonely_cell_far_away_does_not_fill_the_memory(cell, code):
    started = time.perf_counter()
    fault = refusal(book([HEADER, PERSON], lambda sheet: sheet.__setitem__(cell, "x")))
    assert (fault.code, fault.errors[0].cell) == (code, cell)
    assert time.perf_counter() - started < 10


@pytest.mark.slow
def test_a_million_rows_with_formats_alone_do_not_hang():
    def fill(xml):
        at = xml.index(b"</sheetData>")
        empty = b"".join(
            b'<row r="%d" ht="15"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n)
            for n in range(3, 1_048_577)
        )
        return xml[:at] + empty + xml[at:]

    data = repack(book([HEADER, PERSON]), "xl/worksheets/sheet1.xml", fill)
    started = time.perf_counter()
    sheet = read_sheet(data, COLUMNS)
    assert ([row.number for row in sheet.rows], sheet.errors) == ([2], [])
    assert time.perf_counter() - started < 120


def test_fills_below_the_data_are_no_rows():
    def colour(sheet):
        for row in range(3, 200):
            sheet.cell(row, 1).fill = PatternFill("solid", "FFFF00")

    assert len(read_sheet(book([HEADER, PERSON], colour), COLUMNS, max_rows=5).rows) == 1
