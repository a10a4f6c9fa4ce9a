"""A sheet against its ledger: every value clean, every row new or known, every fault at its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.core.config import config
from models.core.errors import Malformed
from models.core.excel import CellError, SheetRow, SheetRows
from models.core.excel.imports.known_rows import KnownRow, find_known, same_in_sheet
from models.core.excel.imports.lookups import find_all, quoted
from models.core.excel.imports.several import fill_lines, find_several
from models.core.excel.imports.share import Progress, share, walked
from models.core.excel.ledger_columns import is_required, plan_of
from models.core.fields import Link, References
from models.core.fields.blank_words import says_nothing
from models.core.fields.unreadable import Unreadable
from models.core.ledger.changes.form_values import broken_checks
from models.core.ledger.declaration import Ledger, Values
from models.core.ledger.import_plan import Remark
from models.core.ledger.reference_check import judged, owners
from models.core.records import Record
from models.core.security.actor import Actor

_SPOKEN = ("text", "longtext", "integer", "number", "phone")


@dataclass(eq=False)
class CheckedLine:
    """One row of the sheet: its clean values, and the row that it changes (None: it makes a new one)."""

    row: SheetRow
    values: Values = field(default_factory=dict)
    company: int | None = None
    there: Any = None
    wrong: set[str] = field(default_factory=set)
    faulty: bool = False


@dataclass
class Checked:
    """What a check found: the lines of the sheet, all faults in order, and remarks on right rows, by Excel's number.

    `spoken` are the columns whose clean values are what people read: no id of another row, no name of a choice.
    """

    sheet: SheetRows | None
    lines: list[CheckedLine] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    remarks: list[tuple[int, Remark]] = field(default_factory=list)
    spoken: frozenset[str] = frozenset()

    @property
    def good(self) -> list[CheckedLine]:
        """The lines without a fault."""
        return [line for line in self.lines if not line.faulty]


class Check:
    """One check of one sheet. Use `check_sheet`."""

    def __init__(
        self, actor: Actor, ledger: Ledger, sheet: SheetRows, progress: Progress, options: Values
    ) -> None:
        self.actor = actor
        self.ledger = ledger
        self.options = options
        self.sheet = sheet
        self._progress = progress
        self.right = ledger.rights["import"]
        self.names = [name for name in sheet.columns if name in sheet.letters]
        self.fields: dict[str, Any] = {name: ledger.field_named(name) for name in self.names}
        self.owner = ledger.record.company_field
        self.checked = Checked(
            sheet,
            errors=list(sheet.errors),
            spoken=frozenset(name for name, one in self.fields.items() if one.kind in _SPOKEN),
        )
        self.by_row: dict[int | None, set[str | None]] = {}

    def run(self) -> Checked:
        """The whole check, in the order in which later steps need the earlier ones."""
        for error in self.sheet.errors:
            self.by_row.setdefault(error.row, set()).add(error.column)
        self._clean_all(self._part(0, 0.5))
        self._find_references()
        fill_lines(self)
        self._find_rows()
        self._part(0.7, 0.8)(1, 1)
        for line, name, twice in same_in_sheet(self.ledger, self.checked.lines):
            self.fault(line, name, twice)
        self._check_across()
        self._ask_plan()
        self._remark()
        self.checked.errors.sort(key=lambda error: error.row or 0)
        self._part(0.8, 1)(1, 1)
        return self.checked

    def _part(self, start: float, end: float) -> Progress:
        return share(self._progress, len(self.sheet.rows), start, end)

    def fault(self, line: CheckedLine, name: str, error: Malformed) -> None:
        """Say what is wrong with a value of a line (once for each value)."""
        line.faulty = True
        if name in line.wrong:
            return
        line.wrong.add(name)
        key = name if name in self.sheet.columns else self.names[0]
        value = line.row.values.get(key)
        self.checked.errors.append(self.sheet.error(line.row.number, key, error.code, error.message, value))

    def _clean_all(self, progress: Progress) -> None:
        titles = {name: self.sheet.columns[name].title for name in self.names}
        remembered: dict[tuple[str, Any], Any] = {}
        for row in walked(self.sheet.rows, progress):
            line = CheckedLine(row, company=self.actor.company_id if self.owner else None)
            self.checked.lines.append(line)
            told = self.by_row.get(row.number, set())
            line.faulty = bool(told)
            line.wrong = {name for name in self.names if titles[name] in told}
            for name in self.names:
                if name not in line.wrong:
                    self._clean(line, name, remembered)

    def _clean(self, line: CheckedLine, name: str, remembered: dict[tuple[str, Any], Any]) -> None:
        value = line.row.values.get(name)
        column = self.fields[name]
        if (
            isinstance(value, str)
            and isinstance(column, Link)
            and not column.required
            and says_nothing(value)
        ):
            value = None
        if isinstance(column, References) and isinstance(value, str) and says_nothing(value):
            value = None
        if value is None or isinstance(column, (Link, References)):
            line.values[name] = value
            return
        key = (name, value) if column.kind in ("choice", "choices", "flag", "date") else None
        if key is None or key not in remembered:
            cleaned = _cleaned(column, value)
            if key is not None:
                remembered[key] = cleaned
        else:
            cleaned = remembered[key]
        if isinstance(cleaned, Malformed):
            self.fault(line, name, cleaned)
        else:
            line.values[name] = cleaned

    def _find_references(self) -> None:
        # The company comes first: the other references have to belong to it.
        names = sorted(self.names, key=lambda name: name != self.owner)
        for at, name in enumerate(names):
            progress = self._part(0.5 + 0.2 * at / len(names), 0.5 + 0.2 * (at + 1) / len(names))
            if isinstance(self.fields[name], References):
                find_several(self, name)
            if not isinstance(self.fields[name], Link):
                continue
            texts = [line.values[name] for line in self.checked.lines if line.values.get(name) is not None]
            found = find_all(self.actor, self.ledger, name, self.fields[name], texts, progress)
            ids = [value for value in found.values() if isinstance(value, int)]
            owned = owners(self.actor, self.fields[name], self.right, ids)
            for line in self.checked.lines:
                if line.values.get(name) is not None:
                    self._refer(line, name, found[line.values[name]], owned)
        if self.owner and not self.ledger.record.scope_field("company").null:
            for line in self.checked.lines:
                if line.company is None:
                    self.fault(
                        line, self.names[0], Malformed("no_company", "不知道归哪家单位，请先选择单位再导入")
                    )

    def _refer(
        self, line: CheckedLine, name: str, found: int | Malformed, owned: Mapping[int, int | None]
    ) -> None:
        text = quoted(str(line.values[name]))
        line.values[name] = None
        if isinstance(found, Malformed):
            self.fault(line, name, found)
        elif name == self.owner and found in owned and found in self.actor.companies(self.right):
            line.values[name] = line.company = found
        elif name == self.owner or found not in owned:
            self.fault(line, name, Malformed("no_such_row", f"没有{text}，请核对"))
        elif (error := judged(owned, found, line.company)) is not None:
            self.fault(line, name, error)
        else:
            line.company = line.company or owned[found]
            line.values[name] = found

    def _find_rows(self) -> None:
        """Which lines change a row that is there; new ones need whatever is required."""
        for line, found in find_known(self.ledger, self.checked.lines):
            self._known(line, found)
        needed = [*self.names, *self.sheet.lines]
        required = [name for name in needed if is_required(self.ledger, name)]
        for line in self.checked.lines:
            if line.there is not None:
                continue
            for name in required:
                if line.values.get(name) is None and name not in line.wrong:
                    self.fault(line, name, Malformed("required", f"请填写{self.ledger.title_of(name)}"))

    def _known(self, line: CheckedLine, found: KnownRow) -> None:
        if found.error is not None:
            self.fault(line, found.name, found.error)
            return
        line.there = found.record
        if not isinstance(line.there, Record) or not self.actor.may(self.right, line.there):
            self.fault(line, found.name, Malformed("not_yours", "已有这一条，但不归您管，不能修改"))
            return
        for name in self.names:
            column = self.fields[name]
            if self.ledger.derived_named(name) is not None or not column.create_only:
                continue
            value, present = line.values.get(name), line.there.__data__.get(name)
            if isinstance(present, Unreadable):
                continue  # what no key opens can't be compared; the row was found by the hash of it
            if value is not None and value != present:
                self.fault(line, name, Malformed("create_only", "新增之后不能修改，请与系统里的保持一致"))

    def _check_across(self) -> None:
        """The ledger's rules across fields, for each row that is right so far, over what is there already."""
        for line in self.checked.good if self.ledger.checks else ():
            values = {name: value for name, value in line.values.items() if value is not None}
            for name, sentence in broken_checks(self.ledger, values, line.there).items():
                self.fault(line, name, Malformed("contradicts", sentence))

    def _ask_plan(self) -> None:
        plan = plan_of(self.ledger)
        if plan.check is None:
            return
        lines = self.checked.good
        found = plan.check(self.actor, [line.values for line in lines], *plan.chosen(self.options))
        for index, faults in found.items():
            for name, error in faults.items():
                self.fault(lines[index], name, error)

    def _remark(self) -> None:
        remarks = plan_of(self.ledger).remarks
        if remarks is None:
            return
        lines = self.checked.good
        found = remarks(self.actor, [line.values for line in lines])
        self.checked.remarks = [(lines[index].row.number, one) for index, one in sorted(found.items())]


def _cleaned(column: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=config().time_zone)
    try:
        cleaned = column.read(value)
    except Malformed as error:
        return error
    return None if cleaned in ("", []) else cleaned


def check_sheet(
    actor: Actor, ledger: Ledger, sheet: SheetRows, progress: Progress, options: Values | None = None
) -> Checked:
    """Check all rows of `sheet` against the ledger and what is in the database, with what was chosen for it."""
    return Check(actor, ledger, sheet, progress, options or {}).run()
