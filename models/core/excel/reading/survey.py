"""One pass over the XML of a sheet for what a fast reader does not tell.

Formulas, error values, hidden rows and columns, merged cells, and how far the cells reach: a single value in
the last cell of a sheet would make a reader that fills a rectangle take all memory.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from models.core.excel.columns import column_index, column_letters, refuse
from models.core.excel.reading.package import Attributes, Package, broken_file, pieces, walk

MAX_COLUMNS = 256
#: Cells with a value: 50,000 rows of 60 columns.
MAX_CELLS = 3_000_000
#: Bytes without an element between: 32,767 letters, each written as an escape (&#x4e00;).
MAX_TEXT = 270_000
_TEXTS = "xl/sharedstrings.xml"
MAX_FINDINGS = 10_000
_DIGITS = "0123456789"
_LONGEST_ROW = 1024 * 1024
_EMPTY_ROW = re.compile(rb'<row r="\d+"[^<>]*(?:/>|>(?:<c r="[A-Z]+\d+"[^<>]*/>)*</row>)')


@dataclass(slots=True)
class Survey:
    """What a pass found. Cells are (row, letters); at most 10,000 of each kind are kept."""

    formulas: list[tuple[int, str]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    last_row: int = 0


def survey_sheet(stream: IO[bytes], *, last_row: int, too_many: str) -> Survey:
    """Look through the XML of a sheet.

    Raises SheetRefused with `too_many_rows` and the sentence `too_many` when a value stands below `last_row`,
    with `too_many_columns` right of column 256, with `too_many_cells` above MAX_CELLS, with `broken_file` for XML
    that contradicts itself.
    """
    surveyor = _Surveyor(last_row, too_many)
    walk(_without_empty_rows(pieces(stream)), surveyor.start)
    surveyor.check_cells()  # the last row's too
    return surveyor.survey


def _without_empty_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The sheet's XML without the rows that carry formats alone: there may be a million of them.

    Only what matches exactly is left out; anything else, other encodings too, passes unchanged.
    """
    kept = b""
    for piece in pieces:
        piece = kept + piece
        cut = piece.rfind(b"<row ")
        if cut < 0 or len(piece) - cut > _LONGEST_ROW:
            cut = len(piece)
        yield _EMPTY_ROW.sub(b"", piece[:cut])
        kept = piece[cut:]
    yield kept


def check_texts(package: Package) -> None:
    """Refuse texts that no cell can hold, before a reader copies them to every cell that points to them."""
    for part in package.archive.namelist():
        if part.lower() != _TEXTS:
            continue
        with package.archive.open(part) as stream:
            open_text = 0
            for piece in pieces(stream):
                first, *others = piece.split(b"<")
                longest = max((open_text + len(first), *map(len, others)))
                if longest > MAX_TEXT:
                    raise refuse("cell_too_long", "有一格的字太多，最多 32,767 个字。请删减后再上传。")
                open_text = len(others[-1]) if others else open_text + len(first)


class _Surveyor:
    """Takes elements as they come; where it is stands in `row`, `cell` and `letters`."""

    def __init__(self, last_row: int, too_many: str) -> None:
        self.survey = Survey()
        self.last_row = last_row
        self.too_many = too_many
        self.row = 0
        self.row_text = "0"
        self.hidden = False
        self.column = 0
        self.cell: str | None = None
        self.is_error = False
        self.known: set[str] = set()
        self.values = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        """One element begins. The order of the tests is that of their frequency."""
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes.get("r"))
            self.is_error = attributes.get("t") == "e"
        elif tag in ("v", "is"):
            self._value()
        elif tag == "row":
            self._row(attributes)
        elif tag == "f":
            self._note(self.survey.formulas)
        elif tag == "mergeCell" and len(self.survey.merges) < MAX_FINDINGS:
            self.survey.merges.append(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self.survey.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))

    def _cell(self, name: str | None) -> None:
        if name is None:
            before = self.column if self.cell is None else column_index(self.cell.rstrip(_DIGITS))
            self.column = before + 1
        self.cell = name

    def _row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self.row = int(number) if number else self.row + 1
        self.row_text = str(self.row)
        self.hidden = attributes.get("hidden") in ("1", "true")
        self.column = 0
        self.cell = None
        self.check_cells()

    def check_cells(self) -> None:
        """Refuse more cells than are taken. Asked once a row, as asking at each cell would cost."""
        if self.values > MAX_CELLS:
            raise refuse("too_many_cells", f"表格超过 {MAX_CELLS:,} 格。请删除不用的列，或拆成几个文件。")

    def _value(self) -> None:
        letters = self._letters()
        self.values += 1
        if letters not in self.known:
            self._check_column(letters)
        if self.row > self.survey.last_row:
            self.survey.last_row = self.row
            if self.row > self.last_row:
                raise refuse("too_many_rows", self.too_many, row=self.row, cell=letters + self.row_text)
        if self.hidden and len(self.survey.hidden_rows) < MAX_FINDINGS:
            self.survey.hidden_rows.add(self.row)
        if self.is_error:
            self._note(self.survey.errors)

    def _letters(self) -> str:
        """The column of the current cell; where the file gives a name, it must be one of the current row."""
        if self.cell is None:
            return column_letters(self.column)
        letters = self.cell.rstrip(_DIGITS)
        if self.cell[len(letters) :] != self.row_text:
            raise broken_file()
        return letters

    def _check_column(self, letters: str) -> None:
        if column_index(letters) > MAX_COLUMNS:
            cell = letters + self.row_text
            message = f"{cell} 里有内容，离表格太远。请删除它，或把数据复制到新下载的模板里再上传。"
            raise refuse("too_many_columns", message, row=self.row, cell=cell)
        self.known.add(letters)

    def _note(self, findings: list[tuple[int, str]]) -> None:
        if len(findings) < MAX_FINDINGS:
            findings.append((self.row, self._letters()))
