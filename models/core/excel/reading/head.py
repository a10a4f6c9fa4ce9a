"""What stands above the rows of a sheet that was read: its name, its header, and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.core.excel.columns import CellError, SheetColumn
from models.core.security.identifiers import hide_ids


@dataclass(slots=True)
class SheetHead:
    """`letters` says in which column each key stands; `errors` are those of the whole sheet, by row; `notes` say what was
    passed over, in sentences. `passed` are rows that are none: number, first words, and what they are."""

    sheet: str
    header_row: int
    letters: dict[str, str]
    columns: dict[str, SheetColumn]
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passed: list[tuple[int, str, str]] = field(default_factory=list)

    def error(self, row: int, key: str, code: str, message: str, value: object = "") -> CellError:
        """An error at a cell of this sheet, to be added by whoever checks the values; masks the value."""
        column = self.columns[key]
        text = "" if value is None else str(value)
        letters = self.letters.get(key)
        cell = f"{letters}{row}" if letters else None
        return CellError(row, column.title, cell, code, hide_ids(message), column.shown(text))
