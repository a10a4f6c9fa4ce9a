"""Rows of a sheet as the text that openpyxl would write of them, in a third of the time.

openpyxl makes an object and an XML element of every cell. Here a cell is one piece of text, by the same rules: what is
written is the same to the byte, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.compat import safe_string
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

_KEPT = 4096  # days whose numbers are remembered: nearly all cells of a sheet are of a few
_BEFORE = date(1899, 12, 30).toordinal()  # day 0 of Excel
_EXAMPLES: dict[type, Any] = {
    datetime: datetime.combine(date.min, time.min),
    date: date.min,
    time: time.min,
}
_OLD = 60  # days up to here are counted otherwise (Excel's 29 February 1900)


class RowText:
    """Writes rows of a write-only sheet as text, beside what is appended to it in openpyxl's way.

    Make it before anything was appended. `works` is False where openpyxl writes by another XML library; then rows are to
    be appended. It uses what openpyxl keeps to itself (`_rows`, `_writer`), which a test holds it to.
    """

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._styles = sheet, dict[type, str]()
        self._letters: list[str] = []
        self._days: dict[date, str] = {}
        self._write: Callable[[str], Any] | None = None
        sheet._get_writer()
        sheet._rows = self._rows()
        next(sheet._rows)

    @property
    def works(self) -> bool:
        """Whether rows can be written as text."""
        return self._write is not None

    def write(self, number: int, values: Sequence[Any]) -> None:
        """Write row `number`, the next one: values that are safe as they are, in the order of the columns.

        Takes str, numbers, date, time, naive datetime, None for an empty cell, or a ready `Guarded`.
        """
        letters = self._letters
        while len(letters) < len(values):
            letters.append(f'<c r="{get_column_letter(len(letters) + 1)}')
        text, cells = self._text, [f'<row r="{number}">']
        for start, value in zip(letters, values, strict=False):
            if value is not None:
                kind = type(value)
                if kind is str:
                    # What is letters and digits alone needs no second look.
                    body = value if value.isalnum() else _escaped(value)
                    space = "" if value.isalnum() or not _has_edges(value) else ' xml:space="preserve"'
                    cells.append(f'{start}{number}" t="inlineStr"><is><t{space}>{body}</t></is></c>')
                else:
                    cells.append(text(kind, start, number, value))
        cells.append("</row>")
        assert self._write is not None
        self._sheet._rows.send("".join(cells))

    def _text(self, kind: type, start: str, number: int, value: Any) -> str:
        if kind is Guarded:
            space = ' xml:space="preserve"' if _has_edges(value.text) else ""
            body = _escaped(value.text)
            return (
                f'{start}{number}" s="{value.cell.style_id}" t="inlineStr"><is><t{space}>{body}</t></is></c>'
            )
        if kind is date:
            return f'{start}{number}" s="{self._style(kind)}" t="n"><v>{self._day(value)}</v></c>'
        if kind is datetime:
            return f'{start}{number}" s="{self._style(kind)}" t="n"><v>{_moment(value)}</v></c>'
        if isinstance(value, date | time):
            return f'{start}{number}" s="{self._style(kind)}" t="n"><v>{safe_string(to_excel(value))}</v></c>'
        if isinstance(value, int | float | Decimal):
            digits = safe_string(value)  # none where it is no number
            return (
                f'{start}{number}" t="n"><v>{digits}</v></c>'
                if digits
                else f'{start}{number}" t="n"><v /></c>'
            )
        raise TypeError(f"no cell for {kind.__name__}")

    def _day(self, value: date) -> str:
        known = self._days.get(value)
        if known is None:
            if len(self._days) >= _KEPT:
                self._days.clear()
            known = self._days[value] = safe_string(to_excel(value))
        return known

    def _style(self, kind: type) -> str:
        """The number of the style that openpyxl gives to a day, a moment or a time; it is made at the first one."""
        known = self._styles.get(kind)
        if known is None:
            example = next(one for of, one in _EXAMPLES.items() if issubclass(kind, of))
            known = self._styles[kind] = str(WriteOnlyCell(self._sheet, example).style_id)
        return known

    def _rows(self) -> Iterator[None]:
        """What openpyxl's own `_write_rows` does; a row that is text already goes straight into the file."""
        writer = self._sheet._writer
        stream = writer.xf.send(True)
        with stream.element("sheetData"):
            self._write = getattr(stream, "_file", None)
            number = 1
            try:
                while True:
                    row: Any = yield
                    if type(row) is str and self._write is not None:
                        self._write(row)
                    else:
                        writer.write_row(stream, self._sheet._values_to_row(row, number), number)
                    number += 1
            except GeneratorExit:
                pass
        writer.xf.send(None)


class Guarded:
    """A text in the style of a cell that Excel never evaluates."""

    __slots__ = ("cell", "text")

    def __init__(self, text: str, cell: Any) -> None:
        self.text, self.cell = text, cell


def _has_edges(text: str) -> bool:
    """Whether blanks begin or end the text, which a reader of XML would drop."""
    return text[:1].isspace() or text[-1:].isspace()


def _escaped(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def _moment(value: datetime) -> str:
    days = value.toordinal() - _BEFORE
    if days <= _OLD:
        return safe_string(to_excel(value))
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 10**6
    return "%.16g" % (days + seconds / 86400)


__all__ = ["Guarded", "RowText"]
