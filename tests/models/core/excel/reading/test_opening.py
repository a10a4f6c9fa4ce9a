"""Finding the head of a sheet and reading its rows, with every edge: where it is looked for, what is passed over, what is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

from models.core.excel import SheetColumn, SheetRefused
from models.core.excel.columns import ERRORS_TITLE, header_key
from models.core.excel.reading import opening
from models.core.excel.reading.head import SheetHead
from models.core.excel.reading.opening import HEADER_WITHIN, sheet_lines
from models.core.excel.reading.survey import Survey

NAME = SheetColumn("name", "姓名", required=True)
PHONE = SheetColumn("phone", "联系电话", aliases=("手机", "电话"))
SCORE = SheetColumn("score", "分值", kind="number")
COLUMNS = (NAME, PHONE, SCORE)
HEAD = ["姓名", "联系电话", "分值"]
ROW = ["张三", "138", 3]
_KEYS = {header_key(name): column for column in COLUMNS for name in (column.title, *column.aliases)}


def _book(sheets: dict[str, list[list[Any]]], change: Callable[[Workbook], None] | None = None) -> io.BytesIO:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if change:
        change(workbook)
    out = io.BytesIO()
    workbook.save(out)
    out.seek(0)
    return out


def _read(
    rows: list[list[Any]],
    change: Callable[[Any], None] | None = None,
    *,
    most: int = 100,
    columns: Any = COLUMNS,
) -> tuple[SheetHead, list[tuple[int, list[Any]]]]:
    file = _book({"人员": rows}, None if change is None else lambda book: change(book["人员"]))
    head, lines = sheet_lines(file, columns, most)
    return head, list(lines)


def _refused(
    rows: list[list[Any]], change: Callable[[Any], None] | None = None, **options: Any
) -> SheetRefused:
    with pytest.raises(SheetRefused) as caught:
        _read(rows, change, **options)
    return caught.value


def test_rows_have_their_numbers_and_values() -> None:
    head, lines = _read([["标题"], HEAD, ROW, [], ["李四", None, "x"]])
    assert (head.sheet, head.header_row, head.letters) == (
        "人员",
        2,
        {"name": "A", "phone": "B", "score": "C"},
    )
    assert lines == [(3, ["张三", "138", 3]), (5, ["李四", None, None])]
    assert [(error.cell, error.code) for error in head.errors] == [("C5", "not_a_number")]


@pytest.mark.parametrize("row", [1, HEADER_WITHIN])
def test_the_head_is_looked_for_near_the_top(row: int) -> None:
    assert _read([*[["说明"]] * (row - 1), HEAD, ROW])[0].header_row == row


def test_further_down_is_no_head() -> None:
    assert _refused([*[["说明"]] * HEADER_WITHIN, HEAD, ROW]).code == "no_header"


def test_two_titles_make_a_head_and_one_does_only_where_there_is_one() -> None:
    assert _read([["姓名", "分值"], ROW[::2]])[0].header_row == 1
    assert _refused([["姓名", "别的"], ROW]).code == "no_header"
    assert _read([["姓名"], ["张三"]], columns=(NAME,))[1] == [(2, ["张三"])]


def test_a_sheet_without_rows_below_its_head_is_refused() -> None:
    assert _refused([HEAD]).code == "no_rows"
    assert _refused([HEAD, [None, None, None]]).code == "no_rows"


@pytest.mark.parametrize("most", [2, 3])
def test_so_many_rows_and_no_more(most: int) -> None:
    rows = [HEAD, ROW, ROW, ROW]
    if most == 3:
        assert len(_read(rows, most=most)[1]) == 3
    else:
        assert _refused(rows, most=most).code == "too_many_rows"


def _merged(*cells: str) -> Callable[[Any], None]:
    return lambda sheet: [sheet.merge_cells(ref) for ref in cells]  # type: ignore[return-value]


def test_a_head_of_two_or_three_rows_is_read_as_one() -> None:
    two = [["姓名", "联系方式", None, "分值"], [None, "手机", "邮箱", None], ["张三", "138", "x", 3]]
    head, lines = _read(two, _merged("A1:A2", "B1:C1", "D1:D2"))
    assert (head.header_row, lines) == (2, [(3, ["张三", "138", 3])]) and not head.errors
    three = [["姓名", "分值", "联系方式"], [None, None, "值班"], [None, None, "电话"], ["张三", 3, "138"]]
    assert _read(three, _merged("A1:A3", "B1:B3"))[0].header_row == 3
    four = [["姓名", "分值"], [None, None], [None, None], [None, None], ["张三", 3]]
    assert _read(four, _merged("A1:A4"))[0].header_row == 1, "so high is no head"


@pytest.mark.parametrize(
    ("upper", "lower", "made"),
    [
        (["联系方式"], ["手机"], ["手机"]),
        (["姓名"], ["（中文）"], ["姓名"]),
        (["姓名"], [""], ["姓名"]),
        (["姓名"], [], ["姓名"]),
        ([], ["手机"], ["手机"]),
        ([""], ["备注"], ["备注"]),
        ([" "], ["备注"], ["备注"]),
        (["姓名"], ["手机"], ["手机"]),
        ([None], [None], [None]),
    ],
)
def test_two_rows_of_a_head(upper: list[Any], lower: list[Any], made: list[Any]) -> None:
    assert opening._one_head(upper, lower, _KEYS) == made


@pytest.mark.parametrize(
    ("merges", "last"),
    [
        ([], 3),
        (["A3:A4"], 4),
        (["A3:A5"], 5),
        (["A3:A6"], 3),
        (["A3:B3"], 3),
        (["A2:A4"], 3),
        (["A3:A4", "B3:B5"], 5),
        (["nonsense"], 3),
    ],
)
def test_where_a_head_ends(merges: list[str], last: int) -> None:
    assert opening._last_of_head(Survey(merges=merges), 3) == last


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("姓名", "姓名"),
        ("姓 名 *", "姓名"),
        ("联系电话（本人）", "联系电话"),
        ("姓名name", "姓名"),
        ("姓名/Name", "姓名"),
        ("错误说明", ERRORS_TITLE),
        ("别的（说明）", "别的"),
        ("name", "name"),
    ],
)
def test_how_a_title_is_known(text: str, known: str) -> None:
    assert opening._known_as(text, _KEYS) == known


def test_a_title_that_is_a_columns_own_with_its_brackets_is_that_one() -> None:
    keys = {
        header_key(column.title): column
        for column in (SheetColumn("a", "长度（外）"), SheetColumn("b", "长度"))
    }
    known = [opening._known_as(text, keys) for text in ("长度（外）", "长度（内）", "长度")]
    assert [keys[each].key for each in known] == ["a", "b", "b"]


def test_of_two_titles_for_a_column_the_nearer_one_is_read() -> None:
    head, lines = _read([["姓名", "电话", "手机"], ["张三", "571", "138"]])
    assert head.letters["phone"] == "C" and lines == [(2, ["张三", "138"])]
    assert any("“电话”不在导入的列里" in note for note in head.notes)
    head, _ = _read([["姓名", "联系电话", "电话"], ["张三", "138", "571"]])
    assert head.letters["phone"] == "B" and any("“电话”" in note for note in head.notes)


def test_the_same_title_twice_is_refused() -> None:
    refused = _refused([["姓名", "姓名", "分值"], ROW])
    assert [(each.code, each.cell) for each in refused.errors] == [("header_twice", "B1")]
    assert "A1 已有" in refused.message


def test_what_is_missing_is_told_with_what_was_not_known() -> None:
    refused = _refused([["联系电话", "分值", "名字"], ROW])
    assert [(each.code, each.cell) for each in refused.errors] == [
        ("header_unknown", "C1"),
        ("header_missing", None),
    ]
    head, _ = _read([["姓名", "分值", "名字", ERRORS_TITLE, None], ["张三", 3, "x", "y"]])
    assert head.notes == ["“名字”不在导入的列里，没有导入。"]


def test_ditto_is_what_stands_above() -> None:
    _, lines = _read([HEAD, ["张三", "138", 3], ["〃", "同上", " 同上 "], ["李四", "同上", None]])
    assert lines == [(2, ["张三", "138", 3]), (3, ["张三", "138", 3]), (4, ["李四", "138", None])]
    assert opening._as_above(["同上", 1], []) == ["同上", 1]
    assert opening._as_above(["同上", "同上"], ["", None]) == ["同上", "同上"]
    assert opening._as_above(["同上"], [0]) == [0]


@pytest.mark.parametrize(
    ("line", "passed"),
    [
        (["姓名", "手机", None], (5, "姓名", "表头")),
        (["姓名", None, None], None),
        (["姓名", "138", None], None),
        ([None, "手机", "分值"], (5, "手机", "表头")),
        ([None, None, None, "合计"], (5, "合计", "表尾")),
        ([None, "合计", None], None),
        (["合计"], None),
        ([None, None, None, "审核人：王"], (5, "审核人：王", "表尾")),
        ([None, None, 7, "合计"], None),
        (["张三", None, None, "合计"], None),
        ([None, None, None, "别的"], None),
        ([None, None, None, 7], None),
        ([], None),
        (["", "", ""], None),
    ],
)
def test_rows_that_are_none(line: list[Any], passed: Any) -> None:
    names = {index: opening._names_of(column) for index, column in enumerate(COLUMNS)}
    assert opening._passed_over(5, line, names, [0]) == passed


def test_a_foot_in_the_column_before_the_table_is_passed_over() -> None:
    head, lines = _read([["序号", *HEAD], [1, *ROW], ["合计", None, None, 3], [None, *HEAD]])
    assert lines == [(2, ["张三", "138", 3])]
    assert head.passed == [(3, "合计", "表尾"), (4, "姓名", "表头")]


def test_a_row_of_a_formula_alone_is_a_row() -> None:
    head, lines = _read([HEAD, ROW, [None, None, "=1+1"]])
    assert [number for number, _ in lines] == [2, 3] and lines[1][1] == [None, None, None]
    assert [(error.cell, error.code) for error in head.errors] == [("C3", "formula")]
    above, _ = _read([["=1+1"], HEAD, ROW])
    assert above.errors == [], "above the head it harms nobody"


def test_hidden_rows_and_columns_are_told() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions["E"].hidden = True

    head, _ = _read([HEAD, ROW, ROW], hide)
    assert [(error.row, error.code) for error in head.errors] == [(1, "hidden_column"), (3, "hidden_row")]


@pytest.mark.parametrize(
    ("merged", "told"),
    [
        ("A3:A4", ["A3:A4"]),
        ("C4:E4", ["C4:E4"]),
        ("D3:E3", []),
        ("A1:C1", []),
        ("A5:A6", []),
        ("B2:C2", ["B2:C2"]),
    ],
)
def test_merged_cells_of_read_columns_are_told(merged: str, told: list[str]) -> None:
    rows = [["标题"], HEAD, ROW, ROW]
    head, _ = _read(rows, _merged(merged))
    assert [error.cell for error in head.errors if error.code == "merged"] == told


def test_a_cell_takes_what_excel_does_and_no_more() -> None:
    head, lines = _read([HEAD, ["长" * 32_767, "138", 3]])
    assert len(lines[0][1][0]) == 32_767 and not head.errors


def test_sheets_before_and_behind_the_one_that_is_read() -> None:
    sheets = {"封面": [["说明"]], "人员": [HEAD, ROW], "空的": [HEAD], "更多": [HEAD, ROW], "别的": [["x"]]}
    head, lines = sheet_lines(_book(sheets), COLUMNS, 100)
    assert (head.sheet, len(list(lines))) == ("人员", 1)
    assert head.notes == [
        "读的是工作表“人员”，前面的“封面”没有表头，没有读。",
        "只读了工作表“人员”；“更多”里也有数据，没有读，请另存成单独的文件再上传。",
    ]
    head, lines = sheet_lines(_book(sheets), COLUMNS, 100, but=("人员",))
    assert head.sheet == "空的"
    with pytest.raises(SheetRefused, match="没有找到表头"):
        sheet_lines(_book({"封面": [["说明"]], "别的": [["x"]]}), COLUMNS, 100)


def test_names_of_sheets_are_told_in_short() -> None:
    assert opening._quoted(["甲", "乙 \n 丙"]) == "“甲”“乙 丙”"
    assert opening._quoted(list("甲乙丙丁戊己")) == "“甲”“乙”“丙”“丁”“戊”“己”"
    assert opening._quoted(list("甲乙丙丁戊己庚")) == "“甲”“乙”“丙”“丁”“戊”“己”等 7 个"
