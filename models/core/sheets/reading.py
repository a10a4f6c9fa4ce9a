"""Reading an uploaded sheet (Q05, X09): rows with true row numbers, and every fault at its cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineWorkbook

from models.core.errors import Malformed
from models.core.sheets.columns import (
    CellError,
    Column,
    SheetRefused,
    column_index,
    column_letters,
    header_key,
    refuse,
)
from models.core.sheets.package import Package, broken_file, open_package
from models.core.sheets.survey import Survey, survey_sheet
from models.core.sheets.values import CellValue, Value, convert

MAX_ROWS = 50_000
HEADER_WITHIN = 10
ERRORS_TITLE = "错误说明"
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


@dataclass(slots=True)
class SheetRow:
    """One row: Excel's row number and the values by column key. A value that could not be read is None."""

    number: int
    values: dict[str, Value]


@dataclass(slots=True)
class SheetRows:
    """A sheet that was read: its rows without the blank ones, and what is wrong in them."""

    sheet: str
    header_row: int
    letters: dict[str, str]
    columns: dict[str, Column]
    rows: list[SheetRow] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def error(self, row: int, key: str, code: str, message: str, value: object = "") -> CellError:
        """An error at a cell of this sheet, to be added by whoever checks the values; masks the value."""
        column = self.columns[key]
        text = "" if value is None else str(value)
        letters = self.letters.get(key)
        cell = f"{letters}{row}" if letters else None
        return CellError(row, column.title, cell, code, message, column.shown(text))


def read_sheet(
    source: bytes | str | Path, columns: Sequence[Column], *, max_rows: int = MAX_ROWS
) -> SheetRows:
    """Read the first visible sheet of an .xlsx given as bytes or path.

    Rows hold the keys of the columns that the sheet has. Formulas, error values, merged or hidden cells and
    values of the wrong kind are listed in `errors` with their cells. Raises SheetRefused when the file as a
    whole cannot be used: no .xlsx, encrypted, too large, unknown or missing headers, more than `max_rows`
    rows.
    """
    too_many = f"数据超过 {max_rows:,} 行。请拆成几个文件，分次上传。"
    with open_package(source) as package:
        with package.archive.open(package.part) as stream:
            survey = survey_sheet(stream, last_row=max_rows + HEADER_WITHIN, too_many=too_many)
        lines = _lines(package)
        found = _find_header(lines, package.sheet, columns)
        found.errors.extend(_survey_errors(survey, found))
        places = [(column_index(letters) - 1, found.columns[key]) for key, letters in found.letters.items()]
        wrong = {error.cell for error in found.errors}
        for number, line in lines:
            _read_row(number, line, places, found, wrong)
            if len(found.rows) > max_rows:
                raise refuse("too_many_rows", too_many, row=number)
        _add_faulty_rows(found)
        found.errors.extend(_hidden_row_errors(survey, found))
    if not found.rows:
        raise refuse("no_rows", f"表头下面没有数据。请从第 {found.header_row + 1} 行开始填写。")
    found.errors.sort(key=lambda error: error.row or 0)
    return found


def _lines(package: Package) -> Iterator[tuple[int, list[CellValue]]]:
    """All rows of the sheet with their numbers, each beginning at column A."""
    try:
        package.file.seek(0)
        sheet = CalamineWorkbook.from_filelike(package.file).get_sheet_by_name(package.sheet)
        rows = iter(sheet.iter_rows())
    except BaseException as error:
        # The reader is native code: its panics are no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise broken_file() from error
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return ((number, [*left, *row]) for number, row in enumerate(rows, start=1))


def _find_header(
    lines: Iterator[tuple[int, list[CellValue]]], sheet: str, columns: Sequence[Column]
) -> SheetRows:
    """The header: the first row near the top that holds at least two of the titles (or the only one)."""
    keys = {header_key(name): column for column in columns for name in (column.title, *column.aliases)}
    for number, line in lines:
        titles = [header_key(str(value)) for value in line]
        if len(set(titles) & set(keys)) >= min(2, len(columns)):
            return _read_header(number, line, titles, sheet, keys, columns)
        if number >= HEADER_WITHIN:
            break
    wanted = "、".join(column.title for column in columns[:4])
    raise refuse("no_header", f"没有找到表头（{wanted}…）。请用下载的模板填写，不要改动表头。")


def _read_header(
    number: int,
    line: list[CellValue],
    titles: list[str],
    sheet: str,
    keys: dict[str, Column],
    columns: Sequence[Column],
) -> SheetRows:
    found = SheetRows(sheet, number, {}, {column.key: column for column in columns})
    faults: list[CellError] = []
    for index, title in enumerate(titles, start=1):
        if not title or title == ERRORS_TITLE:
            continue
        text, cell, column = str(line[index - 1]).strip(), f"{column_letters(index)}{number}", keys.get(title)
        if column is None:
            message = f"不认识表头“{text[:20]}”。请删除这一列，或改成模板里的名称。"
            faults.append(CellError(number, text, cell, "header_unknown", message, text))
        elif column.key in found.letters:
            message = f"表头“{column.title}”重复了，{found.letters[column.key]}{number} 已有。请只留一列。"
            faults.append(CellError(number, column.title, cell, "header_twice", message, text))
        else:
            found.letters[column.key] = column_letters(index)
    for column in columns:
        if column.required and column.key not in found.letters:
            message = f"第 {number} 行缺少表头“{column.title}”。请补上这一列，或用下载的模板填写。"
            faults.append(CellError(number, column.title, None, "header_missing", message))
    if faults:
        raise SheetRefused(faults)
    return found


def _read_row(
    number: int,
    line: list[CellValue],
    places: list[tuple[int, Column]],
    found: SheetRows,
    wrong: set[str | None],
) -> None:
    values: dict[str, Value] = {}
    faults: list[CellError] = []
    for index, column in places:
        value = line[index] if index < len(line) else None
        try:
            values[column.key] = convert(value, column.kind)
        except Malformed as fault:
            values[column.key] = None
            faults.append(found.error(number, column.key, fault.code, fault.message, value))
        if wrong and f"{found.letters[column.key]}{number}" in wrong:
            values[column.key] = None
            faults = [fault for fault in faults if fault.column != column.title]
    if faults or any(value is not None for value in values.values()):
        found.rows.append(SheetRow(number, values))
        found.errors.extend(faults)


def _add_faulty_rows(found: SheetRows) -> None:
    """Rows with nothing but a formula or an error value are rows too, or the error would stand alone."""
    there = {row.number for row in found.rows}
    missing = {error.row for error in found.errors if error.code in ("formula", "error_value")} - there
    for number in missing:
        found.rows.append(SheetRow(number or 0, dict.fromkeys(found.letters)))
    if missing:
        found.rows.sort(key=lambda row: row.number)


def _survey_errors(survey: Survey, found: SheetRows) -> Iterator[CellError]:
    """Faults of cells that the survey saw, for cells of known columns below the header."""
    keys = {letters: key for key, letters in found.letters.items()}
    formulas = set(survey.formulas)
    for row, letters in survey.formulas:
        if row > found.header_row and letters in keys:
            message = "这一格是公式，结果不可靠。请复制后“选择性粘贴 → 数值”。"
            yield found.error(row, keys[letters], "formula", message)
    for row, letters in survey.errors:
        if row > found.header_row and letters in keys and (row, letters) not in formulas:
            yield found.error(
                row, keys[letters], "error_value", "这一格是错误值（如 #N/A），请改成正确的内容。"
            )
    yield from _merge_errors(survey, found)
    for first, last in survey.hidden_columns:
        for letters, key in keys.items():
            if first <= column_index(letters) <= last:
                message = f"{letters} 列被隐藏了，里面的内容看不见，容易误导入。请取消隐藏或删除这一列。"
                yield found.error(found.header_row, key, "hidden_column", message)


def _merge_errors(survey: Survey, found: SheetRows) -> Iterator[CellError]:
    places = sorted((column_index(letters), key) for key, letters in found.letters.items())
    for ref in survey.merges:
        match = _RANGE.fullmatch(ref)
        if match is None:
            continue
        left, right = column_index(match[1]), column_index(match[3])
        key = next((key for index, key in places if left <= index <= right), None)
        if key is None or int(match[4]) < found.header_row or int(match[2]) > survey.last_row:
            continue
        message = f"{ref} 是合并单元格，不知道归哪一行。请取消合并，每一格分别填写。"
        yield CellError(int(match[2]), found.columns[key].title, ref, "merged", message)


def _hidden_row_errors(survey: Survey, found: SheetRows) -> Iterator[CellError]:
    for row in found.rows:
        if row.number in survey.hidden_rows:
            message = f"第 {row.number} 行被隐藏或筛选掉了，看不见就容易误导入。请取消隐藏，或删除这一行。"
            yield CellError(row.number, None, None, "hidden_row", message)
