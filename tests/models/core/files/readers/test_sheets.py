"""Workbooks that mean harm: a sentence for each, and the next one is read."""

from __future__ import annotations

import pytest

from models.core.excel import SheetColumn, SheetRefused, read_sheet
from scripts.drills import hostile
from tests.models.core.files.readers.pictures import hostile_files

COLUMNS = [SheetColumn(title, title) for title in hostile.TITLES]
RIGHT = {
    "counted_strings": "unreadable_file",
    "long_string": "cell_too_long",
    "long_string_in_pieces": "cell_too_long",
    "many_long_cells": "unreadable_file",
    "entities": "broken_file",
    "external_entity": "broken_file",
    "deep": "no_rows",
    "blank_bomb": "too_large",
    "last_cell": "too_many_columns",
    "large_dimension": "",
    "dense": "too_many_cells",
    "too_dense": "too_many_cells",
    "empty_columns": "too_large",
    "shared_formula": "formula",
    "many_strings": "too_large",
    "many_styles": "too_large",
    "many_parts": "too_large",
    "old_workbook": "old_xls",
    "encrypted": "encrypted",
    "open_document": "not_xlsx",
    "binary_workbook": "not_xlsx",
}


@pytest.mark.parametrize("file", hostile_files(lambda each: each.door == "sheet"))
def test_workbooks_that_mean_harm(file: hostile.Hostile) -> None:
    assert said(file.make()) == RIGHT[file.name]
    assert said(hostile.large_dimension()) == ""


def said(content: bytes) -> str:
    """The code of the refusal, or of the first fault."""
    try:
        sheet = read_sheet(content, COLUMNS)
    except SheetRefused as refused:
        return refused.code if refused.message.endswith("。") else refused.message
    return sheet.errors[0].code if sheet.errors else ""


def test_a_cell_too_long_is_named() -> None:
    sheet = read_sheet(hostile.long_string_in_pieces(), COLUMNS)
    first = sheet.errors[0]
    assert (first.cell, first.code) == ("A2", "cell_too_long")
    assert len(first.value) <= 60
    assert sheet.rows[0].values["姓名"] is None


def test_the_longest_text_that_a_cell_may_hold_is_read() -> None:
    longest = "字" * 32_767
    table = hostile.shared(f"<t>{longest}</t>")
    sheet = read_sheet(hostile.workbook(hostile.pointing(2), xl__sharedStrings=table), COLUMNS)
    assert [row.values["姓名"] for row in sheet.rows] == [longest, longest]


def test_too_much_text_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounded by what comes out: here in this process, as the reader's own bound cannot be moved from outside."""
    import io

    from models.core.excel.reading import opening

    monkeypatch.setattr(opening, "MAX_LETTERS", 300)
    table = hostile.shared(f"<t>{'a' * 90}</t>")
    file = io.BytesIO(hostile.workbook(hostile.pointing(4), xl__sharedStrings=table))
    _head, lines = opening.sheet_lines(file, COLUMNS, 100)
    with pytest.raises(SheetRefused) as caught:
        list(lines)
    assert (caught.value.code, caught.value.errors[0].row) == ("too_much_text", 5)


def test_values_come_back_as_they_were_read() -> None:
    from datetime import date, datetime
    from decimal import Decimal

    columns = [SheetColumn("t", "文"), SheetColumn("n", "数", kind="number"), SheetColumn("d", "日", kind="date"),
               SheetColumn("m", "时", kind="moment")]  # fmt: skip
    rows = [
        ("甲\n乙😀", "12345678901234567890", "2026-11-22", "2026-11-22 08:02"),
        ("", "0.10", "", "20261122"),
    ]
    cells = "".join(
        "<row>" + "".join(map(hostile._text, row)) + "</row>" for row in (("文", "数", "日", "时"), *rows)
    )
    book = hostile.workbook(cells)
    sheet = read_sheet(book, columns)
    assert [tuple(row.values.values()) for row in sheet.rows] == [
        ("甲\n乙😀", 12345678901234567890, date(2026, 11, 22), datetime(2026, 11, 22, 8, 2)),
        (None, Decimal("0.10"), None, datetime(2026, 11, 22)),
    ]
