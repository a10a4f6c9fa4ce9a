"""Rows written as text are, to the byte, what openpyxl writes of the same cells; whatever stands in them (X09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any
from unittest.mock import PropertyMock, patch
from zipfile import ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from models.core.excel import SheetColumn, SheetWriter
from models.core.excel.row_text import RowText
from tests.support.properties import tries

COLUMNS = [SheetColumn(f"c{number}", f"列{number}", kind="text") for number in range(12)]
ROWS: list[list[Any]] = [
    ["叉车", "abc123", "两 个 词", " 前后有空格 ", "\u3000全角空格", "a&b<c>d\"e'f", "行\n行", "x\ty", "", "   ", None, "尾"],
    ["=1+1", "+86", "-3", "@x", "＝甲", "'=1", "#N/A", "_x0041_", "x_x0041_y", "\x07铃", "A" * 40_000, "\ud800"],
    [0, 1, -5, 10**20, 1.5, 1e-7, 0.1 + 0.2, float("nan"), float("inf"), Decimal("12.30"), True, False],
    [date(2026, 11, 30), date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(1899, 12, 31), date(9999, 12, 31),
     datetime(2026, 11, 30, 8, 0, 1), datetime(1900, 1, 1, 12), datetime(2026, 11, 30, 23, 59, 59, 999_999),
     datetime(2026, 11, 30, 0, 0, tzinfo=UTC), time(8, 30), time(0, 0, 1)],
    [],
    [None] * 12,
    ["\ufeff标记", "🙂", "é", "a\u2028b", "]]>", "&amp;", "<t>", "\xa0边", "边\xa0", "1", "²", "１２"],
]  # fmt: skip


def parts(rows: Sequence[Sequence[Any]], *, by_text: bool) -> dict[str, bytes]:
    """The sheets and styles of a workbook with these rows."""
    target = BytesIO()
    with (
        patch.object(RowText, "works", PropertyMock(return_value=by_text)),
        SheetWriter(target, COLUMNS, title="表") as book,
    ):
        book.write(rows)
    with ZipFile(target) as archive:
        names = [name for name in archive.namelist() if "sheet" in name or "styles" in name]
        return {name: archive.read(name) for name in names}


def test_what_is_written_as_text_is_what_openpyxl_writes() -> None:
    assert parts(ROWS, by_text=True) == parts(ROWS, by_text=False)


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["=", " ", "<", "&", "_x000a_", "\t", "\r\n"]
)
_CELLS = st.one_of(
    st.none(), _TEXTS, st.integers(-(10**18), 10**18), st.floats(), st.booleans(), st.dates(), st.times(), st.datetimes(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
)  # fmt: skip


@settings(max_examples=tries(25, 2000))
@given(st.lists(st.lists(_CELLS, max_size=12), max_size=4))
def test_so_is_whatever_else_stands_in_cells(rows: list[list[Any]]) -> None:
    assert parts(rows, by_text=True) == parts(rows, by_text=False)


def test_openpyxl_still_lets_rows_be_written_as_text() -> None:
    """At an upgrade of openpyxl or et_xmlfile this says that exports have become slow, though not wrong."""
    sheet = Workbook(write_only=True).create_sheet("表")
    text = RowText(sheet)
    assert text.works
    sheet.close()


def test_a_sheet_of_texts_and_of_appended_rows_is_one_sheet() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    text = RowText(sheet)
    sheet.append(["甲", 1])
    text.write(2, ["乙", 2])
    sheet.append(["丙", 3])
    target = BytesIO()
    book.save(target)
    read = load_workbook(target)["表"]
    assert [[cell.value for cell in row] for row in read.iter_rows()] == [["甲", 1], ["乙", 2], ["丙", 3]]
