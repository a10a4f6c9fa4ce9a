"""A sheet read in the reader's process and sent back in pieces: head, rows by the thousand, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from models.core.excel.columns import CellError, SheetColumn, SheetRefused
from models.core.excel.reading.head import SheetHead
from models.core.excel.reading.opening import sheet_lines
from models.core.excel.reading.values import Value
from models.core.files.readers.refusals import ReadingRefused
from models.core.security.identifiers import hide_ids

ROWS = 1000
_INT64 = 2**63


def described(columns: Sequence[SheetColumn]) -> list[list[Any]]:
    """The columns as the reader needs them: how they are called and what their cells are read as."""
    return [
        [column.key, column.title, column.kind, column.required, column.aliases, column.unit, column.until]
        for column in columns
    ]


def sheet_pieces(
    file: BinaryIO, *, columns: list[list[Any]], max_rows: int, but: Sequence[str] = ()
) -> Iterator[Any]:
    """The pieces of a sheet, as JSON. Refused with the errors of a SheetRefused."""
    wanted = [
        SheetColumn(key, title, kind, required, aliases=tuple(aliases), unit=unit, until=until)
        for key, title, kind, required, aliases, unit, until in columns
    ]
    try:
        head, lines = sheet_lines(file, wanted, max_rows, but)
        yield {
            "sheet": head.sheet,
            "header_row": head.header_row,
            "letters": head.letters,
            "notes": head.notes,
        }
        numbers = [place for place, key in enumerate(head.letters) if head.columns[key].kind == "number"]
        waiting: list[Any] = []
        for line in lines:
            for place in numbers:
                line[1][place] = _packed(line[1][place])
            waiting.append(line)
            if len(waiting) == ROWS:
                yield {"rows": waiting}
                waiting = []
        yield {"rows": waiting}
        for start in range(0, len(head.errors), ROWS):
            yield {"errors": [error_json(error) for error in head.errors[start : start + ROWS]]}
        if head.passed:
            yield {"passed": head.passed}
    except SheetRefused as refused:
        raise ReadingRefused([error_json(error) for error in refused.errors]) from refused


def _packed(value: Any) -> Any:
    """A number as JSON has it; one that it could not carry exactly goes as a text."""
    return value if value is None or (type(value) is int and -_INT64 <= value < _INT64) else str(value)


def unpacked(head: SheetHead, rows: list[tuple[int, list[Any]]]) -> Iterator[tuple[int, dict[str, Value]]]:
    """Rows as they were before they were packed: Excel's number, values by key."""
    keys = list(head.letters)
    kinds = [head.columns[key].kind for key in keys]
    turns = [(place, _TURN[kind]) for place, kind in enumerate(kinds) if kind in _TURN]
    for number, values in rows:
        for place, turn in turns:
            if values[place] is not None:
                values[place] = turn(values[place])
        yield number, dict(zip(keys, values, strict=True))


def _number(value: Any) -> int | Decimal:
    if type(value) is int:
        return value
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else number


_TURN: dict[str, Any] = {
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "number": _number,
}


def error_json(error: CellError) -> list[Any]:
    """An error as JSON."""
    return [error.row, error.column, error.cell, error.code, error.message, error.value]


def errors_of(
    told: list[list[Any]], columns: Sequence[SheetColumn], header_row: int = 0
) -> Iterator[CellError]:
    """Errors as they were told, but masked, which the reader can't: values of masked columns, and identity numbers that
    stand anywhere else."""
    by_title = {column.title: column for column in columns}
    for row, title, cell, code, message, value in told:
        error = CellError(row, title, cell, code, hide_ids(message), hide_ids(value))
        column = by_title.get(title)
        if column is not None and column.mask and value and (row or 0) > header_row:
            error = replace(error, value=column.shown(value))
        yield error
