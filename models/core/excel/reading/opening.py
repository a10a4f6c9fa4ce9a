"""Opening a sheet, in the reader's process: rows with true row numbers, and every fault at its cell.

What comes out is counted as it comes: a file of a few thousand bytes can hold a text of a million letters that three
hundred cells point to.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from python_calamine import CalamineWorkbook

from models.core.errors import Malformed
from models.core.excel.columns import (
    ERRORS_TITLE,
    CellError,
    SheetColumn,
    SheetRefused,
    column_index,
    column_letters,
    header_key,
    refuse,
)
from models.core.excel.reading.head import SheetHead
from models.core.excel.reading.package import Package, broken_file, open_package
from models.core.excel.reading.rows_below import FOOT
from models.core.excel.reading.survey import Survey, check_texts, survey_sheet
from models.core.excel.reading.values import CellValue, Value, convert

HEADER_WITHIN = 10
#: Visible sheets that are looked at for the header.
_SHEETS = 10
#: The most that Excel lets into a cell.
MAX_CELL = 32_767
#: Letters that the long texts of a whole sheet may have together: 50,000 rows of 1,280.
MAX_LETTERS = 64_000_000
_SHORT = 60
_DITTO = ("同上", "〃")
_ENGLISH = re.compile(r"(?<=[^\x00-\x7f])[/|(\[]?[a-z][a-z.]*[)\]]?$")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
Line = tuple[int, list[Value]]


def sheet_lines(
    file: BinaryIO, columns: Sequence[SheetColumn], max_rows: int, but: Sequence[str] = ()
) -> tuple[SheetHead, Iterator[Line]]:
    """The head of the first visible sheet of an .xlsx that has the header, and its rows: Excel's number, values as `head.letters` are.

    When the rows are over, `head.errors` holds all faults in order of their rows. Raises SheetRefused when the file as
    a whole cannot be used, also while the rows are read.
    """
    lines = _sheet(file, columns, max_rows, but)
    head = next(lines)
    assert isinstance(head, SheetHead)
    return head, lines  # type: ignore[return-value]


def _sheet(
    file: BinaryIO, columns: Sequence[SheetColumn], max_rows: int, but: Sequence[str]
) -> Iterator[SheetHead | Line]:
    too_many = f"数据超过 {max_rows:,} 行。请拆成几个文件，分次上传。"
    with open_package(file) as package:
        check_texts(package)
        package = replace(package, sheets=tuple(each for each in package.sheets if each[0] not in but))
        found, lines, survey = _first_with_header(package, columns, max_rows, too_many)
        found.errors.extend(_survey_errors(survey, found))
        yield found
        there: set[int] = set()
        for number, values in _rows(lines, found):
            there.add(number)
            yield number, values
            if len(there) > max_rows:
                raise refuse("too_many_rows", too_many, row=number)
        for number in sorted(_faulty_rows(found) - there):
            there.add(number)
            yield number, [None] * len(found.letters)
        found.errors.extend(_hidden_row_errors(survey, there))
    if not there:
        raise refuse("no_rows", f"表头下面没有数据。请从第 {found.header_row + 1} 行开始填写。")
    found.errors.sort(key=lambda error: error.row or 0)


def _first_with_header(
    package: Package, columns: Sequence[SheetColumn], max_rows: int, too_many: str
) -> tuple[SheetHead, Iterator[tuple[int, list[CellValue]]], Survey]:
    """The first sheet that has the header: before it may stand a cover, or one with explanations.

    Raises SheetRefused as of the first sheet where none has it.
    """
    refused: SheetRefused | None = None
    passed: list[str] = []
    for sheet, part in package.sheets[:_SHEETS]:
        with package.archive.open(part) as stream:
            survey = survey_sheet(stream, last_row=max_rows + HEADER_WITHIN, too_many=too_many)
        lines = _lines(package, sheet)
        try:
            found = _find_header(lines, sheet, columns, survey)
        except SheetRefused as error:
            refused = refused or error
            passed.append(sheet)
            continue
        if passed:
            found.notes.append(f"读的是工作表“{sheet[:30]}”，前面的{_quoted(passed)}没有表头，没有读。")
        others = _others_with_rows(package, sheet, columns, max_rows, too_many)
        if others:
            found.notes.append(
                f"只读了工作表“{sheet[:30]}”；{_quoted(others)}里也有数据，没有读，请另存成单独的文件再上传。"
            )
        return found, lines, survey
    raise refused or refuse("no_sheet", "工作簿里没有别的工作表了。")


def _others_with_rows(
    package: Package, read: str, columns: Sequence[SheetColumn], max_rows: int, too_many: str
) -> list[str]:
    """The sheets behind the one that is read which have the header too, and something below it."""
    names = [name for name, _ in package.sheets]
    found = []
    for sheet, part in package.sheets[names.index(read) + 1 : _SHEETS]:
        try:
            with package.archive.open(part) as stream:
                survey = survey_sheet(stream, last_row=max_rows + HEADER_WITHIN, too_many=too_many)
            head = _find_header(_lines(package, sheet), sheet, columns, survey)
        except SheetRefused:
            continue
        if survey.last_row > head.header_row:
            found.append(sheet)
    return found


def _quoted(names: Sequence[str], most: int = 6) -> str:
    shown = "".join(f"“{' '.join(name.split())[:20]}”" for name in names[:most])
    return shown if len(names) <= most else f"{shown}等 {len(names)} 个"


def _rows(lines: Iterator[tuple[int, list[CellValue]]], found: SheetHead) -> Iterator[Line]:
    places = [(column_index(letters) - 1, found.columns[key]) for key, letters in found.letters.items()]
    wrong = {error.cell for error in found.errors}
    letters = 0
    above: list[CellValue] = []
    names = {index: _names_of(column) for index, column in places}
    required = [index for index, column in places if column.required]
    for number, line in lines:
        above = _as_above(line, above)
        if (passed := _passed_over(number, above, names, required)) is not None:
            found.passed.append(passed)
            continue
        values = _read_row(number, above, places, found, wrong)
        if values is None:
            continue
        for value in values:
            # Short ones are bounded by the number of cells; counting them all would cost as much as reading them.
            if type(value) is str and len(value) > _SHORT:
                letters += len(value)
        if letters > MAX_LETTERS:
            raise refuse("too_much_text", "表里的文字太多。请拆成几个文件，分次上传。", row=number)
        yield number, values


def _as_above(line: list[CellValue], above: list[CellValue]) -> list[CellValue]:
    """The line with what 同上 stands for: what stands in the cell above."""
    if not any(type(value) is str and value.strip() in _DITTO for value in line):
        return line
    return [
        above[index]
        if type(value) is str
        and value.strip() in _DITTO
        and index < len(above)
        and above[index] not in (None, "")
        else value
        for index, value in enumerate(line)
    ]


def _passed_over(
    number: int, line: list[CellValue], names: dict[int, frozenset[str]], required: list[int]
) -> tuple[int, str, str] | None:
    """A row that is none: the header once more, or a foot in a column that is not read. Row, its first words, what it is."""
    there = [index for index in names if index < len(line) and line[index] not in (None, "")]
    if len(there) > 1 and all(_is_named(line[index], names[index]) for index in there):
        return number, str(line[there[0]]), "表头"
    if any(index in there for index in required):
        return None
    place, first = next(
        ((index, value) for index, value in enumerate(line) if value not in (None, "")), (-1, None)
    )
    if isinstance(first, str) and place not in names and FOOT.fullmatch(first.strip()[:_SHORT]):
        return number, first, "表尾"
    return None


def _names_of(column: SheetColumn) -> frozenset[str]:
    return frozenset(header_key(name) for name in (column.title, *column.aliases))


def _is_named(value: CellValue, names: frozenset[str]) -> bool:
    return isinstance(value, str) and len(value) <= _SHORT and header_key(value) in names


def _lines(package: Package, name: str) -> Iterator[tuple[int, list[CellValue]]]:
    """All rows of the sheet with their numbers, each beginning at column A."""
    try:
        package.file.seek(0)
        sheet = CalamineWorkbook.from_filelike(package.file).get_sheet_by_name(name)
        rows = iter(sheet.iter_rows())
    except BaseException as error:
        # The reader is native code: its panics are no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise broken_file() from error
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return ((number, [*left, *row]) for number, row in enumerate(rows, start=1))


def _find_header(
    lines: Iterator[tuple[int, list[CellValue]]], sheet: str, columns: Sequence[SheetColumn], survey: Survey
) -> SheetHead:
    """The header: the first row near the top that holds at least two of the titles (or the only one)."""
    keys = {header_key(name): column for column in columns for name in column.aliases}
    keys |= {header_key(column.title): column for column in columns}
    for number, line in lines:
        titles = [_known_as(str(value), keys) for value in line]
        if len(set(titles) & set(keys)) >= min(2, len(columns)):
            last = _last_of_head(survey, number)
            while number < last:
                number, below = next(lines, (last, []))
                line = _one_head(line, below, keys)
            titles = [_known_as(str(value), keys) for value in line]
            return _read_header(number, line, titles, sheet, keys, columns)
        if number >= HEADER_WITHIN:
            break
    wanted = "、".join(column.title for column in columns[:4])
    raise refuse("no_header", f"没有找到表头（{wanted}…）。请用下载的模板填写，不要改动表头。")


def _last_of_head(survey: Survey, first: int) -> int:
    """The last row of a head that begins in the row `first`: of two or three rows, if cells are merged so."""
    ends = [
        int(match[4]) for ref in survey.merges if (match := _RANGE.fullmatch(ref)) and int(match[2]) == first
    ]
    return max([end for end in ends if first < end <= first + 2], default=first)


def _one_head(
    upper: list[CellValue], lower: list[CellValue], keys: dict[str, SheetColumn]
) -> list[CellValue]:
    """Two rows of a head as one: 联系方式 above 手机 and 邮箱 is 手机, 邮箱."""
    made: list[CellValue] = []
    for index in range(max(len(upper), len(lower))):
        above = upper[index] if index < len(upper) else ""
        below = lower[index] if index < len(lower) else ""
        named = str(below or "").strip() and (
            _known_as(str(below), keys) in keys or not str(above or "").strip()
        )
        made.append(below if named else above)
    return made


def _known_as(text: str, keys: dict[str, SheetColumn]) -> str:
    """A header as the columns know it: with what stands in brackets behind it, or else without, or without English."""
    key = header_key(text)
    if key in keys or key == ERRORS_TITLE:
        return key
    bare = header_key(text, bare=True)
    return bare if bare in keys else _ENGLISH.sub("", bare) or bare


def _read_header(
    number: int,
    line: list[CellValue],
    titles: list[str],
    sheet: str,
    keys: dict[str, SheetColumn],
    columns: Sequence[SheetColumn],
) -> SheetHead:
    found = SheetHead(sheet, number, {}, {column.key: column for column in columns})
    faults: list[CellError] = []
    passed: list[str] = []
    for index, title in enumerate(titles, start=1):
        if not title or title == ERRORS_TITLE:
            continue
        text, cell, column = str(line[index - 1]).strip(), f"{column_letters(index)}{number}", keys.get(title)
        if column is None:
            passed.append(text)
            continue
        there = found.letters.get(column.key)
        before = "" if there is None else str(line[column_index(there) - 1]).strip()
        nearer = _nearness(column, text) - _nearness(column, before) if before else -1
        if nearer < 0:
            passed += [before] if before else []
            found.letters[column.key] = column_letters(index)
        elif nearer > 0:
            passed.append(text)  # a less telling word for a column that is there
        else:
            message = f"表头“{column.title}”重复了，{found.letters[column.key]}{number} 已有。请只留一列。"
            faults.append(CellError(number, column.title, cell, "header_twice", message, text))
    if passed:
        found.notes.append(f"{_quoted(passed)}不在导入的列里，没有导入。")
    missing = [column for column in columns if column.required and column.key not in found.letters]
    if missing:  # one of them may be meant
        faults = [*(_unknown(number, line, text) for text in passed), *faults]
    for column in missing:
        message = f"第 {number} 行缺少表头“{column.title}”。请补上这一列，或用下载的模板填写。"
        faults.append(CellError(number, column.title, None, "header_missing", message))
    if faults:
        raise SheetRefused(faults)
    return found


def _nearness(column: SheetColumn, text: str) -> int:
    """How near a header is to the column's own title: 0 is the title, then its other names in their order."""
    names = [header_key(name) for name in (column.title, *column.aliases)]
    key = header_key(text)
    return names.index(key) if key in names else len(names)


def _unknown(number: int, line: list[CellValue], text: str) -> CellError:
    place = [str(value).strip() for value in line].index(text)
    message = f"不认识表头“{text[:20]}”。请删除这一列，或改成模板里的名称。"
    return CellError(number, text, f"{column_letters(place + 1)}{number}", "header_unknown", message, text)


def _read_row(
    number: int,
    line: list[CellValue],
    places: list[tuple[int, SheetColumn]],
    found: SheetHead,
    wrong: set[str | None],
) -> list[Value] | None:
    """The values of a row, its faults noted at the head; None for a blank one."""
    values: list[Value] = []
    faults: list[CellError] = []
    for index, column in places:
        value = line[index] if index < len(line) else None
        try:
            if isinstance(value, str) and len(value) > MAX_CELL:
                value = value[:60]
                raise Malformed("cell_too_long", f"这一格的字太多，最多 {MAX_CELL:,} 个字。请删减后再上传。")
            values.append(convert(value, column.kind, unit=column.unit, until=column.until))
        except Malformed as fault:
            values.append(None)
            faults.append(found.error(number, column.key, fault.code, fault.message, value))
        if wrong and f"{found.letters[column.key]}{number}" in wrong:
            values[-1] = None
            faults = [fault for fault in faults if fault.column != column.title]
    if not faults and all(value is None for value in values):
        return None
    found.errors.extend(faults)
    return values


def _faulty_rows(found: SheetHead) -> set[int]:
    """Rows with nothing but a formula or an error value are rows too, or the error would stand alone."""
    return {error.row or 0 for error in found.errors if error.code in ("formula", "error_value")}


def _survey_errors(survey: Survey, found: SheetHead) -> Iterator[CellError]:
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


def _merge_errors(survey: Survey, found: SheetHead) -> Iterator[CellError]:
    places = sorted((column_index(letters), key) for key, letters in found.letters.items())
    for ref in survey.merges:
        match = _RANGE.fullmatch(ref)
        if match is None:
            continue
        left, right = column_index(match[1]), column_index(match[3])
        key = next((key for index, key in places if left <= index <= right), None)
        if key is None or int(match[4]) < found.header_row or int(match[2]) > survey.last_row:
            continue
        if int(match[2]) < found.header_row == int(match[4]):
            continue  # a head of two rows
        message = f"{ref} 是合并单元格，不知道归哪一行。请取消合并，每一格分别填写。"
        yield CellError(int(match[2]), found.columns[key].title, ref, "merged", message)


def _hidden_row_errors(survey: Survey, there: set[int]) -> Iterator[CellError]:
    for row in sorted(there & survey.hidden_rows):
        message = f"第 {row} 行被隐藏或筛选掉了，看不见就容易误导入。请取消隐藏，或删除这一行。"
        yield CellError(row, None, None, "hidden_row", message)
