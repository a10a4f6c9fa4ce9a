"""Templates to fill in (Q05): a header that explains itself, drop-downs, text columns, and a sheet of notes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from models.core.excel.columns import SheetColumn
from models.core.excel.reading.package import NOTES_SHEET
from models.core.excel.writing import format_of, safe_text, width_of

ROWS_TO_FILL = 5000
# Excel takes a list of choices in the rule itself up to this many characters; longer ones need cells.
MAX_INLINE_CHOICES = 255

_CHOICES_SHEET = "选项"
_REQUIRED = Font(bold=True, color="C00000")
_OPTIONAL = Font(bold=True)
_FILL = PatternFill("solid", fgColor="E8EDF3")
_CENTRE = Alignment(vertical="center", wrap_text=True)
_WRAP = Alignment(vertical="top", wrap_text=True)
_KINDS = {
    "text": "文字",
    "choice": "从下拉框里选",
    "number": "数字",
    "date": "日期，如 2026-11-22",
    "moment": "日期和时间，如 2026-11-22 08:00",
}


def write_template(
    target: str | Path | BinaryIO,
    title: str,
    columns: Sequence[SheetColumn],
    notes: Sequence[str] = (),
    beside: Sequence[tuple[str, Sequence[SheetColumn]]] = (),
) -> None:
    """Write an import template to a path or an open file.

    `title` names the sheet; `notes` are sentences for the sheet 填写说明, which also lists every column with
    kind, choices and sample. `beside` are further sheets to fill in, by title; their first column is a key of the first sheet.
    It was told already, the rest is listed too. Titles of required columns are red and end with an asterisk. The formats belong
    to whole columns, so that the file stays small.
    """
    book = Workbook()
    book.active.title = title
    _write_sheet(book, book.active, columns)
    for name, others in beside:
        _write_sheet(book, book.create_sheet(name), others)
    _write_notes(book, [*columns, *(column for _, others in beside for column in others[1:])], notes)
    book.save(target)


def _write_sheet(book: Workbook, sheet: Any, columns: Sequence[SheetColumn]) -> None:
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 26
    for index, column in enumerate(columns, start=1):
        _write_header(sheet, index, column)
        if column.choices:
            sheet.add_data_validation(_drop_down(book, get_column_letter(index), column))


def _write_header(sheet: Any, index: int, column: SheetColumn) -> None:
    cell = sheet.cell(1, index, column.title + (" *" if column.required else ""))
    cell.font = _REQUIRED if column.required else _OPTIONAL
    cell.fill, cell.alignment, cell.number_format = _FILL, _CENTRE, "@"
    cell.comment = _comment(column)
    whole = sheet.column_dimensions[get_column_letter(index)]
    whole.width = width_of(column) + 2
    whole.number_format = format_of(column)


def _comment(column: SheetColumn) -> Comment:
    lines = ["必填" if column.required else "选填", _KINDS[column.kind]]
    lines += [column.comment] if column.comment else []
    lines += [f"例：{column.sample}"] if column.sample else []
    comment = Comment("\n".join(lines), "安班")
    comment.width, comment.height = 240, 36 + 20 * len(lines) + 18 * (len(column.comment) // 16)
    return comment


def _drop_down(book: Workbook, letter: str, column: SheetColumn) -> DataValidation:
    inline = ",".join(column.choices)
    simple = not any("," in choice or '"' in choice for choice in column.choices)
    if simple and len(inline) <= MAX_INLINE_CHOICES:
        source = f'"{inline}"'
    else:
        source = _list_cells(book, column)
    rule = DataValidation("list", formula1=source, allow_blank=not column.required, showErrorMessage=True)
    rule.errorTitle, rule.error = "只能选列表里的内容", f"“{column.title}”请从下拉框里选。"
    rule.promptTitle, rule.prompt = column.title, "点右边的箭头选择。"
    rule.showInputMessage = True
    rule.add(f"{letter}2:{letter}{ROWS_TO_FILL + 1}")
    return rule


def _list_cells(book: Workbook, column: SheetColumn) -> str:
    """Put long lists of choices on a hidden sheet; gives the range."""
    if _CHOICES_SHEET not in book.sheetnames:
        book.create_sheet(_CHOICES_SHEET).sheet_state = "hidden"
    sheet = book[_CHOICES_SHEET]
    index = 1 if sheet.cell(1, 1).value is None else sheet.max_column + 1
    for row, text in enumerate((column.title, *column.choices), start=1):
        _put_text(sheet, row, index, text)
    letter = get_column_letter(index)
    return f"'{_CHOICES_SHEET}'!${letter}$2:${letter}${len(column.choices) + 1}"


def _write_notes(book: Workbook, columns: Sequence[SheetColumn], notes: Sequence[str]) -> None:
    sheet = book.create_sheet(NOTES_SHEET)
    for letter, width in zip("ABCDEF", (20, 8, 26, 30, 24, 50), strict=True):
        sheet.column_dimensions[letter].width = width
    for row, note in enumerate(notes, start=1):
        _put_text(sheet, row, 1, f"{row}. {note}")
    first = len(notes) + 2 if notes else 1
    for index, heading in enumerate(("列名", "必填", "格式", "可选内容", "示例", "说明"), start=1):
        _put_text(sheet, first, index, heading).font = _OPTIONAL
        sheet.cell(first, index).fill = _FILL
    for row, column in enumerate(columns, start=first + 1):
        needed = "是" if column.required else "否"
        choices = "、".join(column.choices[:30]) + ("…" if len(column.choices) > 30 else "")
        texts = (column.title, needed, _KINDS[column.kind], choices, column.sample, column.comment)
        for index, text in enumerate(texts, start=1):
            _put_text(sheet, row, index, text).alignment = _WRAP


def _put_text(sheet: Any, row: int, index: int, text: str) -> Any:
    """A text that stays a text, also when it begins with an equals sign."""
    cell = sheet.cell(row, index)
    cell.value = safe_text(text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell
