"""What holds several in an import: cells with names of people, and lines that stand on a sheet of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from models.core.errors import Malformed
from models.core.excel import CellError, SheetColumn, SheetRefused, SheetRow, SheetRows, read_sheet
from models.core.excel.imports.lookups import find_all, quoted
from models.core.excel.ledger_columns import line_columns, lines_of, plan_of
from models.core.fields import Described, Lines, Link
from models.core.ledger.declaration import Ledger, Values
from models.core.ledger.reference_check import judged, link_of, owners
from models.core.security.actor import Actor
from models.core.text.folding import fold

if TYPE_CHECKING:
    from models.core.excel.imports.check import Check, CheckedLine

_BETWEEN = re.compile(r"[,，、;；/|\n\r\t]+")
#: Faults of one row's lines that are told.
_TOLD = 5
Parts = Mapping[str, Described]


def names_in(text: str) -> list[str]:
    """The names in a cell, apart by 、 or commas, by lines or strokes; a name may have blanks in it."""
    return [" ".join(part.split()) for part in _BETWEEN.split(text) if part.strip()]


def find_several(check: Check, name: str) -> None:
    """The rows that the cells of a column name: ids by line, or one fault that says which names stand for none."""
    field = check.fields[name]
    link = link_of(field)
    assert link is not None
    cells = [line for line in check.checked.lines if line.values.get(name) is not None]
    texts = {
        word for line in cells for part in names_in(str(line.values[name])) for word in (part, *part.split())
    }
    found = find_all(check.actor, check.ledger, name, link, sorted(texts))
    owned = owners(check.actor, link, check.right, [each for each in found.values() if isinstance(each, int)])
    for line in cells:
        words = [
            word
            for part in names_in(str(line.values[name]))
            for word in ([part] if isinstance(found[part], int) else part.split())
        ]
        ids, wrong = _judged(words, found, owned, line)
        line.values[name] = None
        if wrong:
            check.fault(
                line, name, Malformed(wrong[0].code, "；".join(each.message for each in wrong[:_TOLD]))
            )
        elif len(ids) > field.most:
            check.fault(line, name, Malformed("too_many", f"最多 {field.most} 项，这里有 {len(ids)} 项"))
        else:
            line.values[name] = ids or None


def _judged(
    words: Iterable[str],
    found: Mapping[str, int | Malformed],
    owned: Mapping[int, int | None],
    line: CheckedLine,
) -> tuple[list[int], list[Malformed]]:
    ids: dict[int, None] = {}
    wrong: list[Malformed] = []
    for word in words:
        row_id = found[word]
        if isinstance(row_id, Malformed):
            wrong.append(row_id)
        elif row_id not in owned:
            wrong.append(Malformed("no_such_row", f"没有{quoted(word)}，请核对"))
        elif (error := judged(owned, row_id, line.company)) is not None:
            wrong.append(Malformed(error.code, f"{quoted(word)}：{error.message}"))
        else:
            line.company = line.company or owned[row_id]
            ids[row_id] = None
    return list(ids), wrong


def read_lines(
    actor: Actor, ledger: Ledger, source: bytes | Path | BinaryIO, sheet: SheetRows, max_rows: int
) -> None:
    """Read the lines of `sheet` from the other sheets of its workbook, each told by its header; what is not there stays out.

    Raises SheetRefused for one that can't be read.
    """
    passed = [sheet.sheet]
    for name in lines_of(ledger):
        sheet.columns[name] = SheetColumn(name, ledger.title_of(name))  # faults are told there
        try:
            found = read_sheet(source, line_columns(ledger, actor, name), max_rows=max_rows, but=passed)
        except SheetRefused as refused:
            if refused.code not in ("no_header", "no_rows", "no_sheet", "header_missing"):
                raise
            continue
        sheet.lines[name] = found
        passed.append(found.sheet)


def fill_lines(check: Check) -> None:
    """The lines of each row, clean, by the key that both sheets have. Faults are told at the row that the lines belong to."""
    key = plan_of(check.ledger).line_key
    for name, rows in check.sheet.lines.items():
        by_key: dict[str, list[SheetRow]] = {}
        for row in rows.rows:
            by_key.setdefault(_key(row.values.get(key)), []).append(row)
        known: dict[str, CheckedLine] = {}
        for line in check.checked.lines:
            mine = _key(line.row.values.get(key))
            if mine and mine in known and mine in by_key:
                check.fault(
                    line,
                    key,
                    Malformed("twice_in_sheet", f"与第 {known[mine].row.number} 行重复，请只留一行"),
                )
            elif mine:
                known[mine] = line
        for mine, orphans in by_key.items():
            if mine not in known:
                check.checked.errors.append(_orphan(check, name, rows, orphans[0], key))
        LineSheetCheck(check, name, rows).fill({line: by_key[k] for k, line in known.items() if k in by_key})


def _key(value: Any) -> str:
    return fold(str(value)) if value is not None else ""


def _orphan(check: Check, name: str, rows: SheetRows, row: SheetRow, key: str) -> CellError:
    title, said = check.ledger.title_of(key), row.values.get(key)
    what = (
        f"没有填{title}" if said is None else f"的{title}{quoted(str(said))}在“{check.sheet.sheet}”表里没有"
    )
    message = f"“{rows.sheet}”表第 {row.number} 行{what}，不知道属于哪一条，请填上对应的{title}"
    return CellError(None, check.ledger.title_of(name), None, "no_such_row", message)


class LineSheetCheck:
    """The rows of one sheet of lines against the boxes that lines of this kind have."""

    def __init__(self, check: Check, name: str, rows: SheetRows) -> None:
        self.check, self.name, self.rows = check, name, rows
        field = check.ledger.field_named(name)
        assert isinstance(field, Lines)
        self.field = field
        self.faulty: dict[int, list[tuple[str, str]]] = {}
        for error in rows.errors:
            self.faulty.setdefault(error.row or 0, []).append((error.column or "", error.message))

    def fill(self, lines: Mapping[CheckedLine, Sequence[SheetRow]]) -> None:
        """Put the clean lines into the rows that they belong to."""
        there = [row for rows in lines.values() for row in rows]
        links = {
            part: self._found(part, box, there)
            for part, box in self.field.parts.items()
            if isinstance(box, Link)
        }
        for line, rows in lines.items():
            made = [self._clean(line, row, links) for row in rows]
            told = [f"“{self.rows.sheet}”表第 {row.number} 行的{title}：{message}"
                    for row in rows for title, message in self.faulty.get(row.number, ())]  # fmt: skip
            if len(made) > self.field.most:
                told = [f"最多 {self.field.most} {self.field.line}，这里有 {len(made)} {self.field.line}"]
            if told:
                self.check.fault(line, self.name, Malformed("lines", "；".join(told[:_TOLD])))
            else:
                line.values[self.name] = made

    def _found(self, part: str, link: Link, rows: Sequence[SheetRow]) -> Any:
        texts = sorted({str(row.values[part]) for row in rows if row.values.get(part) is not None})
        found = find_all(self.check.actor, self.check.ledger, f"{self.name}.{part}", link, texts)
        ids = [each for each in found.values() if isinstance(each, int)]
        return found, owners(self.check.actor, link, self.check.right, ids)

    def _clean(self, line: CheckedLine, row: SheetRow, links: Mapping[str, Any]) -> Values:
        made: Values = {}
        wrong = self.faulty.setdefault(row.number, [])
        for part, box in self.field.parts.items():
            value = row.values.get(part)
            try:
                made[part] = self._value(line, box, value, links.get(part))
                if made[part] is None and box.required and box.title not in dict(wrong):
                    raise Malformed("required", f"请填写{box.title}")
            except Malformed as error:
                wrong.append((box.title, error.message))
        return made

    def _value(self, line: CheckedLine, box: Described, value: Any, linked: Any) -> Any:
        if value is None:
            return None
        if linked is None:
            return box.read(value)
        found, owned = linked
        ids, wrong = _judged([str(value)], found, owned, line)
        if wrong:
            raise wrong[0]
        return ids[0]


__all__ = ["fill_lines", "find_several", "names_in", "read_lines"]
