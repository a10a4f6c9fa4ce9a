"""An uploaded sheet as an import sees it: without its footer, and with what a sheet that was given back keeps hidden.

The sheet with marked errors masks ID numbers, and so would ask for all of them again. Each of its rows carries a key: of
the dry run that it was given back by, and of the row there. The upload of that dry run is still held, so a value that
stands there masked, and was not touched, is fetched from it. Without a key a row is known by its number and by the rest
of what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.excel import SheetColumn, SheetRefused, SheetRow, SheetRows, read_sheet
from models.core.excel.columns import ROW_KEY_TITLE
from models.core.excel.imports.several import read_lines
from models.core.excel.ledger_columns import import_columns, lines_of
from models.core.excel.reading.rows_below import FOOT, told
from models.core.files import stored
from models.core.files.keeping import FILE_KEEP_HOURS, IMPORT_ROWS
from models.core.jobs import jobs
from models.core.jobs.file_names import kept_name
from models.core.ledger.declaration import Ledger
from models.core.security.actor import Actor
from models.core.security.crypto import Undecipherable

Hidden = dict[int, dict[str, Any]]
Rows = Mapping[int, SheetRow]
Wrong = Mapping[int, set[str]]

#: Uploads that one sheet may be put together from: each is read whole, and held while the sheet is read.
_SOURCES = 5
_KEY = SheetColumn("_row_key", ROW_KEY_TITLE)
_KEY_FORM = re.compile(r"(\d{1,18})-(\d{1,7})")
_MASK = re.compile(r"[0-9]\*{4,}[0-9Xx]")


def read(
    actor: Actor, ledger: Ledger, source: bytes | Path | BinaryIO, kept: Hidden | None = None
) -> SheetRows:
    """The rows of a workbook; `kept` is what was hidden in it, where that was found before. Raises SheetRefused."""
    columns = in_transaction(import_columns, ledger, actor, write=False)
    beside = [SheetColumn(name, ledger.title_of(name)) for name in lines_of(ledger)]
    most = IMPORT_ROWS.of(None)
    sheet = read_sheet(source, [*columns, *beside, _KEY], max_rows=most)
    for column in beside:  # as an export tells them beside their own sheet
        _leave_out(sheet, column.key)
    keys = _take_keys(sheet)
    _pass_over_footer(sheet)
    read_lines(actor, ledger, source, sheet, most)
    if kept is None:
        kept = in_transaction(_find_hidden, actor, ledger, sheet, keys, write=False)
    sheet.hidden = kept
    for row in sheet.rows:
        row.values.update(kept.get(row.number, {}))
    return sheet


def _leave_out(sheet: SheetRows, key: str) -> None:
    sheet.columns.pop(key, None)
    if sheet.letters.pop(key, None) is not None:
        for row in sheet.rows:
            row.values.pop(key, None)


def row_key(job_id: int, row: int) -> str:
    """What a row of the sheet that is given back says of where it came from."""
    return f"{job_id}-{row}"


def keep(upload: str, sheet: SheetRows) -> None:
    """Keep beside an upload what was found for its hidden values."""
    hidden = {
        str(row): {key: str(value) for key, value in found.items()} for row, found in sheet.hidden.items()
    }
    with stored.writer(stored.IMPORTS, kept_name(upload)) as file:
        file.write(orjson.dumps(hidden))


def kept(upload: str) -> Hidden:
    """The hidden values that were found for an upload when it was checked."""
    name = kept_name(upload)
    if not stored.exists(stored.IMPORTS, name):
        return {}
    return {int(row): values for row, values in orjson.loads(stored.read(stored.IMPORTS, name)).items()}


def _take_keys(sheet: SheetRows) -> dict[int, tuple[int, int]]:
    """The key of each row that has one: the dry run, and the row there. The column itself is nothing to import."""
    sheet.columns.pop(_KEY.key, None)
    if sheet.letters.pop(_KEY.key, None) is None:
        return {}
    keys = {}
    for row in sheet.rows:
        match = _KEY_FORM.fullmatch(str(row.values.pop(_KEY.key, None) or ""))
        if match is not None:
            keys[row.number] = (int(match[1]), int(match[2]))
    sheet.rows = [row for row in sheet.rows if any(value is not None for value in row.values.values())]
    return keys


def _pass_over_footer(sheet: SheetRows) -> None:
    """Leave out rows of sums and signatures: what begins like one, and lacks what every row must have. All are told."""
    required = [key for key, column in sheet.columns.items() if column.required and key in sheet.letters]
    there = {row.number: row for row in sheet.rows}
    found: dict[int, str] = {}
    for number, row in there.items():
        first = next((value for value in row.values.values() if value is not None), None)
        lacks = any(row.values.get(key) is None for key in required)
        if lacks and isinstance(first, str) and FOOT.fullmatch(first.strip()):
            found[number] = first
    sheet.rows = [row for row in sheet.rows if row.number not in found]
    sheet.errors = [error for error in sheet.errors if error.row not in found]
    passed = sorted([*sheet.passed, *((number, text, "表尾") for number, text in found.items())])
    if passed:
        sheet.notes.append(told(passed))


def _find_hidden(
    actor: Actor, ledger: Ledger, sheet: SheetRows, keys: Mapping[int, tuple[int, int]]
) -> Hidden:
    """What stands behind the masks of a sheet; a mask behind which nothing is found is told at its cell."""
    masked = [
        key for key, column in sheet.columns.items() if column.mask is not None and key in sheet.letters
    ]
    asking = [
        row for row in sheet.rows if any(_MASK.search(str(row.values.get(key) or "")) for key in masked)
    ]
    if not asking:
        return {}
    sources: dict[int | None, tuple[Rows, Wrong]] = {}
    found: Hidden = {}
    for row in asking:
        job_id, number = keys.get(row.number, (None, row.number))
        if job_id not in sources and len(sources) < _SOURCES:
            sources[job_id] = _held(actor, ledger, job_id)
        rows, wrong = sources.get(job_id, ({}, {}))
        there = rows.get(number)
        hidden = {key for key in masked if _MASK.search(str(row.values.get(key) or ""))}
        if there is not None and job_id is None and not _alike(row, there, hidden | wrong.get(number, set())):
            there = None
        for key in hidden:
            _take(sheet, row, key, there, found)
    return found


def _take(sheet: SheetRows, row: SheetRow, key: str, there: SheetRow | None, found: Hidden) -> None:
    text, column = str(row.values.get(key) or ""), sheet.columns[key]
    if not _MASK.search(text):
        return
    value = None if there is None else there.values.get(key)
    if value is not None and column.shown(str(value)) == text:
        found.setdefault(row.number, {})[key] = value
        return
    sentence = f"这里的{column.title}是隐去的，找不到原来的内容（上传的表只保留 {FILE_KEEP_HOURS.of(None)} 小时），请重新填写完整。"
    sheet.errors.append(sheet.error(row.number, key, "hidden", sentence))
    row.values[key] = None


def _alike(row: SheetRow, there: SheetRow, but: set[str]) -> bool:
    """Whether it is the same row, apart from what was hidden, and from what was wrong and may be right now."""
    compared = [key for key in row.values if key not in but]
    return bool(compared) and all(row.values[key] == there.values.get(key) for key in compared)


def _held(actor: Actor, ledger: Ledger, job_id: int | None) -> tuple[Rows, Wrong]:
    """The rows of an upload of the actor's own that is still held (None: the newest that had errors), and its wrong
    cells by row."""
    none: tuple[Rows, Wrong] = {}, {}
    try:
        job = jobs.newest_check(actor, ledger.name) if job_id is None else jobs.record_of(
            actor, job_id, kind="import_check", ledger=ledger.name
        )  # fmt: skip
    except NotFound:
        return none
    if job is None or not stored.exists(stored.IMPORTS, job.upload):
        return none
    try:
        hidden = kept(job.upload)
        content = stored.read(stored.IMPORTS, job.upload)
    except (Undecipherable, FileNotFoundError):
        return none
    columns = import_columns(ledger, actor)
    try:
        sheet = read_sheet(content, [*columns, _KEY], max_rows=IMPORT_ROWS.of(None))
    except SheetRefused:  # the key of a file that was none
        return none
    _take_keys(sheet)
    for row in sheet.rows:
        row.values.update(hidden.get(row.number, {}))
    keys = {column.title: key for key, column in sheet.columns.items()}
    wrong: dict[int, set[str]] = {}
    for error in job.result["errors"]:
        wrong.setdefault(error["row"], set()).add(keys.get(error["column"], ""))
    return {row.number: row for row in sheet.rows}, wrong


__all__ = ["Hidden", "keep", "kept", "read", "row_key"]
