"""The uploaded rows again, with what is wrong (Q05): faulty cells coloured, the reasons in a last column."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from models.core.excel.columns import ERRORS_TITLE, ROW_KEY_TITLE, CellError, SheetColumn
from models.core.excel.reading.reading import SheetRow, SheetRows
from models.core.excel.reading.values import Value
from models.core.excel.writing import format_of, header_cell, text_cell, width_of

_WRONG = PatternFill("solid", fgColor="FFC7CE")
_REASONS = PatternFill("solid", fgColor="FFF2CC")
_WRAP = Alignment(vertical="top", wrap_text=True)
_FAINT = Font(color="9AA5B1", size=9)
_REASONS_WIDTH, _KEY_WIDTH = 60, 18


def write_errors(
    target: str | Path | BinaryIO,
    source: SheetRows,
    errors: Iterable[CellError],
    row_key: Callable[[int], str] | None = None,
) -> None:
    """Write the rows of an upload with their errors to a path or an open file.

    Rows keep the numbers that they had in the upload, so that the cells named in the dry run are the same
    here. Values of masked columns are masked. Errors that concern no row (a header) stand in a row of their
    own at the end.
    """
    by_row = _by_row(errors)
    columns = [source.columns[key] for key in source.letters]
    book = Workbook(write_only=True)
    sheet = book.create_sheet((source.sheet or "数据")[:31])
    sheet.freeze_panes = f"A{source.header_row + 1}"
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width_of(column)
    sheet.column_dimensions[get_column_letter(len(columns) + 1)].width = _REASONS_WIDTH
    sheet.column_dimensions[get_column_letter(len(columns) + 2)].width = _KEY_WIDTH
    _write_rows(sheet, source, columns, by_row, row_key)
    for lines in source.lines.values():
        columns = [lines.columns[key] for key in lines.letters]
        _write_rows(book.create_sheet(lines.sheet[:31]), lines, columns, _by_row(lines.errors), None)
    book.save(target)


def _by_row(errors: Iterable[CellError]) -> dict[int | None, list[CellError]]:
    by_row: dict[int | None, list[CellError]] = defaultdict(list)
    for error in errors:
        by_row[error.row].append(error)
    return by_row


def _write_rows(
    sheet: Any,
    source: SheetRows,
    columns: list[SheetColumn],
    by_row: dict[int | None, list[CellError]],
    row_key: Callable[[int], str] | None,
) -> None:
    for _ in range(source.header_row - 1):
        sheet.append([])
    titles = [*(column.title for column in columns), ERRORS_TITLE, *([ROW_KEY_TITLE] if row_key else [])]
    sheet.append([header_cell(sheet, title) for title in titles])
    at, known = source.header_row, set()
    for row in source.rows:
        for _ in range(row.number - at - 1):
            sheet.append([])
        at = row.number
        known.add(row.number)
        sheet.append(
            [*_cells(sheet, row, columns, by_row.get(row.number, [])), *_key(sheet, row_key, row.number)]
        )
    for number, errors in by_row.items():
        if number not in known:
            where = f"第 {number} 行：" if number else ""
            sheet.append([*[None] * len(columns), _reasons(sheet, errors, where)])


def _key(sheet: Any, row_key: Callable[[int], str] | None, number: int) -> list[Any]:
    if row_key is None:
        return []
    cell = text_cell(sheet, row_key(number))
    cell.font = _FAINT
    return [cell]


def _cells(sheet: Any, row: SheetRow, columns: list[SheetColumn], errors: list[CellError]) -> list[Any]:
    wrong = {error.column: error for error in errors}
    cells = [_cell(sheet, row.values.get(column.key), column, wrong.get(column.title)) for column in columns]
    return [*cells, _reasons(sheet, errors) if errors else None]


def _cell(sheet: Any, value: Value, column: SheetColumn, error: CellError | None) -> Any:
    """A value as it was uploaded; where it could not be read, what the error remembers of it."""
    if value is None and error is None:
        return None
    if value is None or isinstance(value, str) or column.mask:
        text = column.shown(str(value)) if value is not None else error.value if error else ""
        cell = text_cell(sheet, text)
    else:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = format_of(column)
    if error is not None:
        cell.fill = _WRONG
    return cell


def _reasons(sheet: Any, errors: list[CellError], where: str = "") -> Any:
    parts = dict.fromkeys(
        f"{error.column}：{error.message}" if error.column else error.message for error in errors
    )
    cell = text_cell(sheet, where + "\n".join(parts))
    cell.fill, cell.alignment = _REASONS, _WRAP
    return cell
