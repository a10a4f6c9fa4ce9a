"""The uploaded rows again, with what is wrong (Q05): faulty cells coloured, the reasons in a last column."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from models.core.excel.columns import ERRORS_TITLE, ROW_KEY_TITLE, CellError
from models.core.excel.reading.reading import SheetRow, SheetRows
from models.core.excel.reading.values import Value
from models.core.excel.writing import (
    PROGRESS_EVERY,
    format_of,
    header_cell,
    safe_text,
    text_cell,
    width_of,
)

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
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write the rows of an upload with their errors to a path or an open file.

    Rows keep the numbers that they had in the upload, so that the cells named in the dry run are the same
    here. Values of masked columns are masked. Errors that concern no row (a header) stand in a row of their
    own at the end. `progress` is told how many of how many rows are written, now and then.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet((source.sheet or "数据")[:31])
    sheet.freeze_panes = f"A{source.header_row + 1}"
    for index, key in enumerate(source.letters, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width_of(source.columns[key])
    sheet.column_dimensions[get_column_letter(len(source.letters) + 1)].width = _REASONS_WIDTH
    sheet.column_dimensions[get_column_letter(len(source.letters) + 2)].width = _KEY_WIDTH
    done, total = 0, len(source.rows) + sum(len(lines.rows) for lines in source.lines.values())
    for _ in _Marked(sheet, source, errors, row_key).write():
        done += 1
        if done % PROGRESS_EVERY == 0:
            progress(done, total)
    for lines in source.lines.values():
        for _ in _Marked(book.create_sheet(lines.sheet[:31]), lines, lines.errors, None).write():
            done += 1
    book.save(target)
    progress(total, total)


class _Marked:
    """One sheet that is given back. What a cell looks like is made once for each column, and then holds each row's value."""

    def __init__(
        self,
        sheet: Any,
        source: SheetRows,
        errors: Iterable[CellError],
        row_key: Callable[[int], str] | None,
    ) -> None:
        self._sheet, self._source, self._row_key = sheet, source, row_key
        self._columns = [source.columns[key] for key in source.letters]
        self._errors: dict[int | None, list[CellError]] = defaultdict(list)
        for error in errors:
            self._errors[error.row].append(error)
        self._right = [text_cell(sheet) for _ in self._columns]
        self._wrong = [text_cell(sheet) for _ in self._columns]
        for cell in self._wrong:
            cell.fill = _WRONG
        self._told, self._key = text_cell(sheet), text_cell(sheet)
        self._told.fill, self._told.alignment = _REASONS, _WRAP
        self._key.font = _FAINT

    def write(self) -> Iterator[None]:
        """Write it; yields after each row."""
        sheet, source = self._sheet, self._source
        for _ in range(source.header_row - 1):
            sheet.append([])
        titles = [*(column.title for column in self._columns), ERRORS_TITLE]
        titles += [ROW_KEY_TITLE] if self._row_key else []
        sheet.append([header_cell(sheet, title) for title in titles])
        at, known = source.header_row, set()
        for row in source.rows:
            for _ in range(row.number - at - 1):
                sheet.append([])
            at = row.number
            known.add(row.number)
            sheet.append(self._row(row))
            yield
        for number, errors in self._errors.items():
            if number not in known:
                where = f"第 {number} 行：" if number else ""
                sheet.append([*[None] * len(self._columns), self._reasons(errors, where)])

    def _row(self, row: SheetRow) -> list[Any]:
        errors = self._errors.get(row.number, [])
        wrong = {error.column: error for error in errors}
        cells = [
            self._cell(place, row.values.get(column.key), wrong.get(column.title))
            for place, column in enumerate(self._columns)
        ]
        cells.append(self._reasons(errors) if errors else None)
        if self._row_key is not None:
            self._key._value = safe_text(self._row_key(row.number))
            cells.append(self._key)
        return cells

    def _cell(self, place: int, value: Value, error: CellError | None) -> Any:
        """A value as it was uploaded; where it could not be read, what the error remembers of it."""
        if value is None and error is None:
            return None
        column = self._columns[place]
        if value is None or isinstance(value, str) or column.mask:
            text = column.shown(str(value)) if value is not None else error.value if error else ""
            cell = self._right[place] if error is None else self._wrong[place]
            cell._value = safe_text(text)
            return cell
        cell = WriteOnlyCell(self._sheet, value)
        cell.number_format = format_of(column)
        if error is not None:
            cell.fill = _WRONG
        return cell

    def _reasons(self, errors: list[CellError], where: str = "") -> Any:
        parts = dict.fromkeys(
            f"{error.column}：{error.message}" if error.column else error.message for error in errors
        )
        self._told._value = safe_text(where + "\n".join(parts))
        return self._told
