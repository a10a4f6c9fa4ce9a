"""A dry run as JSON: sums, what is wrong at which cell, what was passed over, and how the first rows were read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from models.core.excel import CellError, SheetColumn, SheetRows
from models.core.excel.imports.check import Checked, CheckedLine

MAX_ERRORS = 500
MAX_REMARKS = 100
PREVIEW = 20
_MESSAGE, _VALUE = 300, 60


def import_check(name: str, checked: Checked) -> dict[str, Any]:
    """A dry run as `ImportCheck` in docs/http-api.md."""
    good = checked.good
    left_out = {row for row, remark in checked.remarks if remark.left_out}
    known = sum(line.there is not None for line in good)
    sheet = checked.sheet
    return {
        "file": name,
        "sheet": sheet.sheet if sheet is not None else "",
        "rows": len(checked.lines),
        "good": len(good),
        "bad": max(len(checked.lines) - len(good), 1 if checked.errors else 0),
        "creates": len(good) - known,
        "updates": known - len(left_out),
        "errors": [error_json(error) for error in checked.errors[:MAX_ERRORS]],
        "errors_total": len(checked.errors),
        "notes": sheet.notes if sheet is not None else [],
        "remarks": [
            {"row": row, "text": remark.text[:_MESSAGE]} for row, remark in checked.remarks[:MAX_REMARKS]
        ],
        "remarks_total": len(checked.remarks),
        "preview": _preview(checked, sheet, left_out) if sheet is not None else {"columns": [], "rows": []},
    }


def error_json(error: CellError) -> dict[str, Any]:
    """What is wrong at a cell."""
    return {
        "row": error.row or 0,
        "column": error.column or "",
        "cell": error.cell or "",
        "code": error.code,
        "message": error.message[:_MESSAGE],
        "value": error.value[:_VALUE],
    }


def _preview(checked: Checked, sheet: SheetRows, left_out: set[int]) -> dict[str, Any]:
    columns = [sheet.columns[key] for key in sheet.letters]
    rows = []
    for line in checked.lines[:PREVIEW]:
        values = [_cell(line, column, column.key in checked.spoken)[:_VALUE] for column in columns]
        verdict = "error" if line.faulty else "create" if line.there is None else "update"
        if line.row.number in left_out:
            verdict = "left"
        rows.append({"row": line.row.number, "values": values, "verdict": verdict})
    return {"columns": [column.title for column in columns], "rows": rows}


def _cell(line: CheckedLine, column: SheetColumn, spoken: bool) -> str:
    """A value as it will be kept where that is another number or text than was written, else as it was written."""
    value = line.row.values.get(column.key)
    kept = line.values.get(column.key)
    return column.shown(
        _shown(kept if spoken and kept is not None and column.key not in line.wrong else value)
    )


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


__all__ = ["MAX_ERRORS", "PREVIEW", "error_json", "import_check"]
