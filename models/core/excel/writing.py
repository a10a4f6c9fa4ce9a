"""Writing sheets as a stream (X09): any number of rows in constant memory, no cell that runs as a formula."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from models.core import clock
from models.core.excel.columns import SheetColumn
from models.core.excel.row_text import Guarded, RowText

MAX_SHEET_ROWS = 1_048_576
MAX_TEXT = 32_767
PROGRESS_EVERY = 1000
TEXT_FORMAT = "@"
DATE_FORMAT = "yyyy-mm-dd"
MOMENT_FORMAT = "yyyy-mm-dd hh:mm:ss"

_WIDTHS = {"text": 18, "choice": 12, "number": 12, "date": 12, "moment": 20}
_FORMATS = {"date": DATE_FORMAT, "moment": MOMENT_FORMAT}
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="E8EDF3")
_HEADER_BORDER = Border(bottom=Side("thin", color="9AA5B1"))
_MIDDLE = Alignment(vertical="center", wrap_text=True)
# Texts that a spreadsheet may take for a formula, an error value or an escape, or must not hold at all.
_SUSPECT = re.compile(
    "^[\\s'\"]*(?:[=+\\-@|%＝＋－＠﹢﹣﹦﹫]|$)|^[\\t\\r\\n#]|_x[0-9A-Fa-f]{4}_|[\\x00-\\x08\\x0b-\\x1f\\ud800-\\udfff\\ufffe\\uffff]"
)
_ILLEGAL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_TITLE_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")


class SheetWriter:
    """Writes rows to a workbook, one after the other, and saves it to a path or an open file.

    A sheet that is full is followed by a second one with the same header. Use it as a context manager: what
    was written is saved on leaving, and thrown away when an error leaves.
    """

    def __init__(
        self,
        target: str | Path | BinaryIO,
        columns: Sequence[SheetColumn],
        *,
        title: str,
        book: Workbook | None = None,
    ) -> None:
        self.columns = list(columns)
        self.title = _TITLE_FORBIDDEN.sub(" ", title).strip("' ")[:28] or "数据"
        self.written = 0
        self._target = target
        self._book = Workbook(write_only=True) if book is None else book
        self._beside: list[SheetWriter] = []
        self._sheets = 0
        self._room = 0
        self._guards: list[Any] = []
        self._new_sheet()

    def __enter__(self) -> "SheetWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self.save()
        else:
            self.discard()

    def write(self, rows: Iterable[Sequence[object]], progress: Callable[[int], None] | None = None) -> int:
        """Write rows (values in the order of the columns); `progress` hears the number of rows now and then.

        Takes str, numbers, Decimal, bool (是/否), date, datetime (aware ones become local time) and None.
        Gives the number of rows written in all.
        """
        for row in rows:
            if not self._room:
                self._new_sheet()
            cells = [self._cell(index, value) for index, value in enumerate(row)]
            if self._text.works:
                self._text.write(MAX_SHEET_ROWS - self._room + 1, cells)
            else:
                self._sheet.append(cells)
            self._room -= 1
            self.written += 1
            if progress and self.written % PROGRESS_EVERY == 0:
                progress(self.written)
        if progress:
            progress(self.written)
        return self.written

    def draw(self, chart: Callable[[Any], Any]) -> None:
        """Put a chart of Excel's own beside the rows; `chart(sheet)` makes it of cells of the sheet."""
        self._sheet.add_chart(chart(self._sheet), f"{get_column_letter(len(self.columns) + 2)}2")

    def beside(self, columns: Sequence[SheetColumn], title: str) -> "SheetWriter":
        """A further sheet of the workbook, to be written at the same time; it is saved with this one."""
        self._beside.append(SheetWriter(self._target, columns, title=title, book=self._book))
        return self._beside[-1]

    def save(self) -> None:
        """Finish the workbook and write it to the target."""
        for each in (self, *self._beside):
            each._finish_sheet()
        self._book.save(self._target)

    def discard(self) -> None:
        """Close what is open without writing anything to the target."""
        for each in (self, *self._beside):
            each._sheet.close()
        for sheet in self._book.worksheets:
            sheet._writer.cleanup()

    def _cell(self, index: int, value: object) -> object:
        """What openpyxl is to write: the value itself, or a cell where the value needs care."""
        if type(value) is str:
            # Most texts are letters and digits alone; asking that first is a third of the cost.
            if len(value) <= MAX_TEXT and (value.isalnum() or not _SUSPECT.search(value)):
                return value
            return self._guarded(index, value)
        if value is None or type(value) in (int, float):
            return value
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, datetime):
            # Excel knows no time zones: people read the clock of the place.
            return clock.local(value).replace(tzinfo=None) if value.tzinfo else value
        if isinstance(value, int | float | Decimal | date | time):
            return value
        return self._cell(index, str(value))

    def _guarded(self, index: int, text: str) -> object:
        """A cell of type text, with the mark that keeps Excel from evaluating it when someone edits it later."""
        safe = safe_text(text)
        if not safe.strip():
            # openpyxl keeps a text of blanks or loses it, depending on its XML library: a blank cell it is.
            return None
        cell = self._guards[index]
        if self._text.works:
            return Guarded(safe, cell)
        cell._value = safe
        return cell

    def _new_sheet(self) -> None:
        if self._sheets:
            self._finish_sheet()
        self._sheets += 1
        name = self.title if self._sheets == 1 else f"{self.title} {self._sheets}"
        sheet = self._sheet = self._book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for index, column in enumerate(self.columns, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = width_of(column)
        sheet.row_dimensions[1].height = 24
        self._guards = [text_cell(sheet) for _ in self.columns]
        self._text = RowText(sheet)
        sheet.append([header_cell(sheet, column.title) for column in self.columns])
        self._room = MAX_SHEET_ROWS - 1

    def _finish_sheet(self) -> None:
        rows = MAX_SHEET_ROWS - self._room
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(self.columns)))}{rows}"
        self._sheet.close()


def write_sheet(
    target: str | Path | BinaryIO,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[object]],
    *,
    title: str,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a whole workbook from an iterator of rows; gives the number of rows."""
    with SheetWriter(target, columns, title=title) as writer:
        return writer.write(rows, progress)


def safe_text(text: str) -> str:
    """The text as a cell may hold it: no control characters, at most 32,767 characters, nothing like an
    escape.
    """
    clean = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Excel reads _x0041_ in a file as A; the underscore must be written as such an escape itself.
    escaped = _ESCAPE_LIKE.sub("_x005F_", clean)
    return escaped if len(escaped) <= MAX_TEXT else clean[: MAX_TEXT - 1] + "…"


def text_cell(sheet: Any, text: str = "") -> Any:
    """A cell that is text whatever stands in it."""
    cell = WriteOnlyCell(sheet, "")
    cell.number_format = TEXT_FORMAT
    cell.quotePrefix = True
    cell.data_type = "s"
    cell._value = safe_text(text)
    return cell


def header_cell(sheet: Any, text: str) -> Any:
    """A cell of the header row."""
    cell = text_cell(sheet, text)
    cell.font, cell.fill, cell.border, cell.alignment = _HEADER_FONT, _HEADER_FILL, _HEADER_BORDER, _MIDDLE
    return cell


def width_of(column: SheetColumn) -> float:
    """The width of a column in characters: as declared, or by its kind, but never less than its title."""
    title = sum(2 if ord(character) > 0x2E7F else 1 for character in column.title)
    return max(column.width or _WIDTHS[column.kind], title + 4)


def format_of(column: SheetColumn) -> str:
    """The number format that a cell of the column should have."""
    return _FORMATS.get(column.kind, "General" if column.kind == "number" else TEXT_FORMAT)
