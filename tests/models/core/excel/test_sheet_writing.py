"""What we write: exports that cannot run, templates that guide, and errors shown where they are."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from models.core.excel import SheetColumn, SheetWriter, read_sheet, write_errors, write_sheet, write_template
from models.core.excel import writing as writing_module
from models.core.security.identifiers import mask_id, mask_name
from tests.support.properties import tries

TEXT = [SheetColumn("a", "甲"), SheetColumn("b", "乙")]
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1+1",
    "'=1",
    "=cmd|' /C calc'!A0",
    "#N/A",
    "#REF!",
    "-",
    "=",
]


def written(rows, columns=TEXT, **options):
    out = io.BytesIO()
    write_sheet(out, columns, rows, title="导出", **options)
    return out.getvalue()


def opened(data):
    return load_workbook(io.BytesIO(data)).worksheets[0]


def reread(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text):
    data = written([[text, "x"]])
    cell = opened(data)["A2"]
    assert (cell.data_type, cell.quotePrefix, cell.number_format) == ("s", True, "@")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<formula", b"")
    assert reread(data)[1][0] == text.replace("\r", "\n")


@settings(deadline=None, max_examples=tries(60, 200))
@given(st.lists(st.text(max_size=40), min_size=2, max_size=2))
def test_every_text_reads_back_as_it_was(texts):
    """Line ends become \\n and what XML cannot hold is dropped; everything else stays; nothing but blanks is nothing."""
    data = written([[*texts, "end"]], [*TEXT, SheetColumn("c", "丙")])
    row = reread(data)[1][:2]
    legal = [writing_module._ILLEGAL.sub("", t.replace("\r\n", "\n").replace("\r", "\n")) for t in texts]
    assert row == [text if text.strip() else "" for text in legal]
    kinds = [cell.data_type for cell in opened(data)[2] if cell.value is not None]
    assert set(kinds) <= {"s"}


@pytest.mark.parametrize("text", ["_x0041_", "a_x000D_b", "_x005F_x0041_"])
def test_what_looks_like_an_escape_is_kept(text):
    assert reread(written([[text, ""]]))[1][0] == text


def test_texts_are_cut_where_excel_ends():
    long = "长" * 40_000
    cell = opened(written([[long, "=" + "x" * 40_000]]))
    assert cell["A2"].value == "长" * 32_766 + "…"
    assert len(cell["B2"].value) == 32_767


def test_values_keep_their_kinds():
    columns = [
        SheetColumn(str(i), str(i), kind)
        for i, kind in enumerate(["date", "moment", "number"] + ["text"] * 4)
    ]
    aware = datetime(2026, 11, 22, 0, 2, 11, tzinfo=UTC)
    sheet = opened(written([[date(2026, 11, 22), aware, Decimal("1.5"), True, False, None, ""]], columns))
    row = [cell.value for cell in sheet[2]]
    assert row[:5] == [datetime(2026, 11, 22), datetime(2026, 11, 22, 8, 2, 11), 1.5, "是", "否"]
    assert sheet["A2"].number_format == "yyyy-mm-dd"
    assert all(value in (None, "") for value in row[5:])


def test_the_header_is_fixed_bold_and_filtered():
    sheet = opened(written([["a", "b"]] * 3))
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B4")
    assert sheet["A1"].font.bold
    assert sheet["A1"].value == "甲"
    assert sheet.column_dimensions["A"].width >= 12


def test_progress_is_told_and_ends_with_all():
    heard = []
    written((["a", "b"] for _ in range(2500)), progress=heard.append)
    assert heard == [1000, 2000, 2500]


def test_a_full_sheet_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(writing_module, "MAX_SHEET_ROWS", 4)
    data = written([[f"r{n}", "=x"] for n in range(7)])
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["导出", "导出 2", "导出 3"]
    assert [sheet.max_row for sheet in book.worksheets] == [4, 4, 2]
    assert [sheet["A1"].value for sheet in book.worksheets] == ["甲"] * 3
    assert book.worksheets[2]["B2"].data_type == "s"


def test_an_error_on_the_way_leaves_no_file(tmp_path):
    path = tmp_path / "x.xlsx"

    def rows():
        yield ["a", "b"]
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError, match="database gone"):
        write_sheet(path, TEXT, rows(), title="导出")
    assert not path.exists()


def test_titles_that_excel_forbids_are_mended(tmp_path):
    with SheetWriter(tmp_path / "x.xlsx", TEXT, title="a/b:c[1]*?" + "长" * 40) as writer:
        writer.write([["1", "2"]])
    assert len(load_workbook(tmp_path / "x.xlsx").sheetnames[0]) <= 31


PEOPLE = [
    SheetColumn("name", "姓名", required=True, sample="张三", mask=mask_name),
    SheetColumn("id", "身份证号", required=True, comment="18 位", width=24, mask=mask_id),
    SheetColumn("account", "是否添加账号", kind="choice", choices=("是", "否"), sample="否"),
    SheetColumn("since", "入职日期", kind="date"),
    SheetColumn("site", "厂站", kind="choice", choices=tuple(f"第{n}水厂" for n in range(120))),
    SheetColumn("odd", "其他", kind="choice", choices=("甲,乙", "=丙")),
]


def template(columns=PEOPLE, notes=("一人一行。", "=不要改表头。")):
    out = io.BytesIO()
    write_template(out, "人员", columns, notes)
    return out.getvalue()


def test_a_template_explains_itself():
    book = load_workbook(io.BytesIO(template()))
    sheet = book["人员"]
    assert [cell.value for cell in sheet[1]][:3] == ["姓名 *", "身份证号 *", "是否添加账号"]
    assert sheet["B1"].comment.text.splitlines() == ["必填", "文字", "18 位"]
    assert sheet.column_dimensions["B"].number_format == "@"
    assert sheet.column_dimensions["D"].number_format == "yyyy-mm-dd"
    assert book.sheetnames == ["人员", "选项", "填写说明"]
    assert book["选项"].sheet_state == "hidden"
    notes = [[cell.value for cell in row] for row in book["填写说明"].iter_rows()]
    assert notes[0][0] == "1. 一人一行。"
    assert ["是否添加账号", "否", "从下拉框里选", "是、否", "否", None] in notes


def test_drop_downs_offer_what_is_allowed():
    book = load_workbook(io.BytesIO(template()))
    rules = {str(rule.sqref): rule.formula1 for rule in book["人员"].data_validations.dataValidation}
    assert rules == {
        "C2:C5001": '"是,否"',
        "E2:E5001": "'选项'!$A$2:$A$121",
        "F2:F5001": "'选项'!$B$2:$B$3",
    }
    choices = book["选项"]
    assert choices["A121"].value == "第119水厂"
    assert (choices["B3"].value, choices["B3"].data_type) == ("=丙", "s")


def test_a_template_is_small_and_empty_and_can_be_read_when_filled(tmp_path):
    data = template()
    assert len(data) < 30_000
    book = load_workbook(io.BytesIO(data))
    sheet = book["人员"]
    assert sheet.max_row == 1
    sheet["A2"], sheet["B2"], sheet["C2"] = "李四", "330102199003070019", "是"
    book.save(tmp_path / "filled.xlsx")
    read = read_sheet(tmp_path / "filled.xlsx", PEOPLE)
    assert (read.errors, read.rows[0].values["id"]) == ([], "330102199003070019")


def upload(rows):
    out = io.BytesIO()
    write_sheet(out, PEOPLE, rows, title="人员")
    return read_sheet(out.getvalue(), PEOPLE)


def test_errors_stand_beside_the_rows_and_colour_the_cells():
    source = upload(
        [
            ["张三", "330102199003070019", "是", date(2026, 1, 2), None, None],
            [None] * 6,
            ["李大四", "330102199003070011", "也许", "昨天", None, None],
        ]
    )
    errors = [
        *source.errors,
        source.error(4, "id", "id_check", "第 18 位校验不对。", "330102199003070011"),
        source.error(4, "account", "choice", "只能填是或否。", "也许"),
        source.error(99, "name", "odd", "不知在哪一行。"),
    ]
    out = io.BytesIO()
    write_errors(out, source, errors)
    sheet = opened(out.getvalue())
    assert [cell.value for cell in sheet[1]][-1] == "错误说明"
    assert [cell.value for cell in sheet[2]][:4] == ["*三", "3****************9", "是", datetime(2026, 1, 2)]
    assert sheet["G2"].value is None
    assert sheet["A3"].value is None
    assert (sheet["A4"].value, sheet["B4"].value, sheet["D4"].value) == (
        "*大四",
        "3****************1",
        "昨天",
    )
    coloured = {c.coordinate for row in sheet["A2:F4"] for c in row if c.fill.fgColor.rgb == "00FFC7CE"}
    assert coloured == {"B4", "C4", "D4"}
    reasons = sheet["G4"].value.splitlines()
    assert reasons[0].startswith("入职日期：不是有效日期")
    assert reasons[1:] == ["身份证号：第 18 位校验不对。", "是否添加账号：只能填是或否。"]
    assert sheet["G5"].value == "第 99 行：姓名：不知在哪一行。"


def test_an_error_sheet_cannot_run_either():
    source = upload([["=1+1", "330102199003070019", "=2", None, None, None]])
    out = io.BytesIO()
    write_errors(out, source, [source.error(2, "account", "choice", "=只能填是或否", "=2")])
    assert {cell.data_type for cell in opened(out.getvalue())[2] if cell.value is not None} == {"s"}
