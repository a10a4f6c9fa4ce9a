"""Reading an uploaded sheet (Q05, X09): rows with true row numbers, and every fault at its cell.

The file is opened by a reader, a process of its own (`models/core/files/readers`); here its pieces are put together.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from models.core.excel.columns import CellError, SheetColumn, SheetRefused, refuse
from models.core.excel.reading.head import SheetHead
from models.core.excel.reading.pieces import described, errors_of, unpacked
from models.core.excel.reading.values import Value
from models.core.files.readers import ReadingRefused, UnreadableFile, pool
from models.core.files.readers.reading_tasks import SHEET
from models.core.security.identifiers import hide_ids

MAX_ROWS = 50_000
_ADVICE = {
    "slow": "打开这个文件花的时间太长",
    "memory": "文件展开后太大",
    "output": "文件展开后太大",
}


@dataclass(slots=True)
class SheetRow:
    """One row: Excel's row number and the values by column key. A value that could not be read is None."""

    number: int
    values: dict[str, Value]


@dataclass(slots=True)
class SheetRows(SheetHead):
    """A sheet that was read: its rows without the blank ones, and what is wrong in them.

    `hidden` is what was fetched from elsewhere for its masked values, by row number and column; `lines` are further sheets
    of the workbook, by the column that they stand for.
    """

    rows: list[SheetRow] = field(default_factory=list)
    hidden: dict[int, dict[str, Value]] = field(default_factory=dict)
    lines: dict[str, "SheetRows"] = field(default_factory=dict)


def read_sheet(
    source: bytes | str | Path | BinaryIO,
    columns: Sequence[SheetColumn],
    *,
    max_rows: int = MAX_ROWS,
    but: Sequence[str] = (),
) -> SheetRows:
    """Read the first visible sheet of an .xlsx given as bytes, path or open file; those called as in `but` are passed over.

    Rows hold the keys of the columns that the sheet has. Formulas, error values, merged or hidden cells and
    values of the wrong kind are listed in `errors` with their cells. Raises SheetRefused when the file as a
    whole cannot be used: no .xlsx, encrypted, too large, unknown or missing headers, more than `max_rows`
    rows, `unreadable_file` where the reader died of it; Busy where too many wait.
    """
    found: SheetRows | None = None
    pieces = pool.read(SHEET, source, columns=described(columns), max_rows=max_rows, but=list(but))
    try:
        with closing(pieces):
            for piece in pieces:
                if found is None:
                    found = SheetRows(**piece, columns={column.key: column for column in columns})
                    continue
                found.rows += [SheetRow(*row) for row in unpacked(found, piece.get("rows", ()))]
                found.errors.extend(errors_of(piece.get("errors", ()), columns))
                found.passed += [(row, hide_ids(text), kind) for row, text, kind in piece.get("passed", ())]
    except ReadingRefused as refused:
        raise SheetRefused(CellError(*told) for told in refused.told) from refused
    except UnreadableFile as error:
        cause = _ADVICE.get(error.why, "文件已损坏，或者内容不正常")
        raise refuse("unreadable_file", f"{cause}，没有读取。请把数据复制到新下载的模板里再上传。") from error
    assert found is not None, "a reader sends the head first"
    # Rows with nothing but a fault come last.
    found.rows.sort(key=lambda row: row.number)
    return found
