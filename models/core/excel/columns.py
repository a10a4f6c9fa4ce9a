"""What the sheets of an import, a template and an export have in common: columns, cell names, errors at
cells.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from models.core.errors import Malformed
from models.core.security.identifiers import hide_ids
from models.core.text.folding import fold

Kind = Literal["text", "number", "date", "moment", "choice"]
#: The column in which a sheet that is given back says what is wrong.
ERRORS_TITLE = "错误说明"
#: The column in which its rows say where they came from.
ROW_KEY_TITLE = "行号（请勿改动）"

_LONGEST_HEADER = 200  # characters; what is longer is no header, and would take long to read
_MARKS = re.compile(r"[\s*\u200b-\u200f\u2060\ufeff]+")
_BRACKETS = re.compile(r"(?<=.)[(\[【].*[)\]】]$")
_HINT = re.compile(r"\((?:必填|选填|必选|可选|可不填)项?\)$")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet.

    `key` names the value in a row, `title` stands in the header (others are understood through `aliases`).
    `kind` decides what cells are read as: text and choice give str, number int or Decimal, date a date,
    moment a naive datetime of local time. `required` columns must be in an uploaded sheet; whether a cell may
    be blank is for the caller. A number's `unit` may be written behind it; a month alone says a date that something is
    good `until`. `width` is in characters. `mask` hides personal data wherever a wrong value is
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
    unit: str = ""
    until: bool = False
    mask: Callable[[str], str] | None = None

    def shown(self, text: str) -> str:
        """The text as it may be shown to others: masked, where the column is; of another one the identity numbers in it."""
        return self.mask(text) if self.mask and text else hide_ids(text)


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


def header_key(text: str, *, bare: bool = False) -> str:
    """A header reduced to what counts: half-width, no blanks, no asterisk, no （必填）, lower case.

    With `bare` without anything that stands in brackets at its end: 联系电话（手机） is 联系电话.
    """
    text = text[:_LONGEST_HEADER]
    key = _HINT.sub("", _MARKS.sub("", fold(text))).rstrip(":?。;")
    return _BRACKETS.sub("", key) if bare else key


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
