"""The first row that counts and the last: faults on it are told, those beside it are nobody's (X09)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.excel import read_sheet
from tests.models.core.excel.books import COLUMNS, HEADER, PERSON, book, places


def _below_a_title(change: Any) -> bytes:
    """Three rows above, the header in row 4, people in rows 5 and 6."""

    def move(sheet: Any) -> None:
        sheet.move_range("A1:F3", rows=3)
        sheet["A1"] = "人员名单"
        change(sheet)

    return book([HEADER, PERSON, PERSON], move)


@pytest.mark.parametrize(
    ("at", "told"),
    [("B1", []), ("B3", []), ("G6", []), ("B5", [("B5", "formula")]), ("B6", [("B6", "formula")])],
)
def test_formulas_count_below_the_header_and_in_known_columns(at: str, told: list[Any]) -> None:
    sheet = read_sheet(_below_a_title(lambda sheet: sheet.__setitem__(at, "=1+1")), COLUMNS)
    assert places(sheet) == told


@pytest.mark.parametrize(("at", "told"), [("B3", []), ("G6", []), ("C5", [("C5", "error_value")])])
def test_error_values_count_below_the_header(at: str, told: list[Any]) -> None:
    sheet = read_sheet(_below_a_title(lambda sheet: sheet.__setitem__(at, "#N/A")), COLUMNS)
    assert places(sheet) == told


@pytest.mark.parametrize(
    ("merged", "told"),
    [
        ("A1:C3", []),
        ("A5:A6", [("A5:A6", "merged")]),
        ("E6:F6", [("E6:F6", "merged")]),
        ("F6:G6", [("F6:G6", "merged")]),
        ("G5:H6", []),
        ("A8:C8", []),
    ],
)
def test_merged_cells_count_from_the_header_to_the_last_row(merged: str, told: list[Any]) -> None:
    sheet = read_sheet(_below_a_title(lambda sheet: sheet.merge_cells(merged)), COLUMNS)
    assert [fault for fault in places(sheet) if fault[1] == "merged"] == told


@pytest.mark.parametrize(("column", "told"), [("A", ["hidden_column"]), ("F", ["hidden_column"]), ("G", [])])
def test_hidden_columns_count_where_they_are_read(column: str, told: list[str]) -> None:
    def hide(sheet: Any) -> None:
        sheet[f"{column}5"] = sheet[f"{column}5"].value or "x"
        sheet.column_dimensions[column].hidden = True

    sheet = read_sheet(_below_a_title(hide), COLUMNS)
    assert [error.code for error in sheet.errors] == told
