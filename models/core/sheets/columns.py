"""What the sheets of an import, a template and an export have in common: columns, cell names, errors at
cells.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from models.core.errors import Malformed

Kind = Literal["text", "number", "date", "moment", "choice"]

_MARKS = re.compile(r"[\s*\u200b-\u200f\u2060\ufeff]+")
_HINT = re.compile(r"\((?:必填|选填|必选|可选)\)$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    `key` names the value in a row, `title` stands in the header (others are understood through `aliases`).
    `kind` decides what cells are read as: text and choice give str, number int or Decimal, date a date,
    moment a naive datetime of local time. `required` columns must be in an uploaded sheet; whether a cell may
    be blank is for the caller. `width` is in characters. `mask` hides personal data wherever a wrong value is
    shown again.
    """

    key: str
    title: str
    kind: Kind = "text"
    required: bool = False
    width: float | None = None
    choices: tuple[str, ...] = ()
    sample: str = ""
    comment: str = ""
    aliases: tuple[str, ...] = ()
    mask: Callable[[str], str] | None = None

    def shown(self, text: str) -> str:
        """The text as it may be shown to others: masked, where the column is."""
        return self.mask(text) if self.mask and text else text


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong and where: Excel's row number, the column's title, the cell or range (B5, B5:B7).

    All three are None for what concerns the whole file. `value` is what stood there, masked where it must be.
    """

    row: int | None
    column: str | None
    cell: str | None
    code: str
    message: str
    value: str = ""


class SheetRefused(Malformed):
    """The file cannot be read at all; `errors` says why, with places. `code` and `message` are the first
    one's.
    """

    def __init__(self, errors: Iterable[CellError]) -> None:
        self.errors = list(errors)
        first = self.errors[0]
        super().__init__(first.code, first.message)


def refuse(code: str, message: str, *, row: int | None = None, cell: str | None = None) -> SheetRefused:
    """The exception for one reason that stops the whole file."""
    return SheetRefused([CellError(row, None, cell, code, message)])


def header_key(text: str) -> str:
    """A header reduced to what counts: half-width, no blanks, no asterisk, no （必填）, lower case."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _HINT.sub("", bare)


def column_letters(index: int) -> str:
    """The letters of a column, counted from 1: 1 → A, 27 → AA."""
    letters = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The number of a column, counted from 1: A → 1, AA → 27. Raises ValueError for what is no column."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        raise ValueError(letters)
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index
