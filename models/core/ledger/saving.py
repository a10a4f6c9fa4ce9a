"""The rows of a checked sheet into the database: all of them, in the running transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from peewee import IntegrityError

from models.core import crypto, history, outbox
from models.core.actor import Actor
from models.core.database import is_sqlite
from models.core.errors import Conflict
from models.core.fields import PersonalId
from models.core.ledger.checking import Line, Progress
from models.core.ledger.declaration import Ledger, Values
from models.core.ledger.rows import may_write
from models.core.ledger.sheet_columns import plan_of
from models.core.ledger.trail import Names, changes_between
from models.core.ledger.unique import refusal

_BATCH = 200


def save_lines(actor: Actor, ledger: Ledger, lines: Sequence[Line], progress: Progress) -> tuple[int, int]:
    """Make and change the rows, with a trail; gives how many of each. Raises Conflict if something is taken.

    By the plan's own `save` where it has one; else by the ledger's rules, or in batches where those are the
    plain ones.
    """
    actor = replace(actor, door="import")
    plan = plan_of(ledger)
    try:
        with history.watching() as noted:
            if plan.save is not None:
                created, updated = plan.save(actor, [line.values for line in lines])
            else:
                created, updated = _Saver(actor, ledger, noted, progress).save(lines)
    except IntegrityError as error:
        told = refusal(ledger, error, {})
        cause = next(iter(told.fields.values()), told.cause)
        raise Conflict("没有导入", code="import_conflict", cause=cause, advice="请重新上传检查") from None
    _tell(ledger, lines)
    return created, updated


def _tell(ledger: Ledger, lines: Sequence[Line]) -> None:
    """One piece of news for each company: open lists load themselves anew."""
    if ledger.live:
        for company in {line.company for line in lines}:
            outbox.Outbox.insert(
                kind="ledger.changed", company_id=company, subject_id=0, payload={"ledger": ledger.name}
            ).execute()


class _Saver:
    def __init__(self, actor: Actor, ledger: Ledger, noted: set[tuple[str, int]], progress: Progress) -> None:
        self.actor = actor
        self.ledger = ledger
        self.noted = noted
        self.progress = progress
        self.names: Names = {}
        self.trail: list[Values] = []

    def save(self, lines: Sequence[Line]) -> tuple[int, int]:
        new = [line for line in lines if line.there is None]
        known = [line for line in lines if line.there is not None]
        rule = self.ledger.rules.create
        if new and rule is None:
            raise Conflict("没有导入", cause=f"{self.ledger.title}不能新增", advice="请只导入已有的记录")
        if getattr(rule, "plain", False):
            self._insert(new)
        else:
            for count, line in enumerate(new):
                self._create(line)
                self.progress(count, len(lines))
        for count, line in enumerate(known):
            self._change(line)
            self.progress(len(new) + count, len(lines))
        self._write_trail()
        return len(new), len(known)

    def _values(self, line: Line) -> Values:
        values = {name: value for name, value in line.values.items() if value is not None}
        owner = self.ledger.record.company_field
        if owner is not None and line.company is not None and owner in self.ledger.form_fields():
            values.setdefault(owner, line.company)
        return values

    def _create(self, line: Line) -> None:
        assert self.ledger.rules.create is not None
        self._note(self.ledger.rules.create(self.actor, self._values(line)), {}, "created")

    def _change(self, line: Line) -> None:
        assert self.ledger.rules.edit is not None, f"{self.ledger.name} has a key but no edit rule"
        fields = self.ledger.record._meta.fields
        fixed = {name for name in line.values if name in fields and fields[name].create_only}
        values = {name: value for name, value in self._values(line).items() if name not in fixed}
        before = dict(line.there.__data__)
        values = {
            name: value for name, value in values.items() if name not in before or before[name] != value
        }
        if values:
            self._note(self.ledger.rules.edit(self.actor, line.there, values), before, "edited")

    def _insert(self, lines: Sequence[Line]) -> None:
        record = self.ledger.record
        for start in range(0, len(lines), _BATCH):
            rows = [self._complete(line) for line in lines[start : start + _BATCH]]
            last = record.insert_many([row.__data__ for row in rows]).execute()
            # Both engines number the rows of one INSERT in order; SQLite tells the last id, MariaDB the first.
            first = last - len(rows) + 1 if is_sqlite() else last
            for place, row in enumerate(rows):
                setattr(row, record._meta.primary_key.name, first + place)
                self._note(row, {}, "created")
            self.progress(start + len(rows), len(lines))

    def _complete(self, line: Line) -> Any:
        record = self.ledger.record
        row = record(**self._values(line))
        if record.company_field and row.__data__.get(record.company_field) is None:
            row.__data__[record.company_field] = line.company
        for field in record._meta.sorted_fields:
            if isinstance(field, PersonalId):
                number = row.__data__.get(field.name)
                row.__data__[field.hashed_as] = crypto.hash_id_number(number) if number else None
            if field is not record._meta.primary_key:
                row.__data__.setdefault(field.name, None)
        return row

    def _note(self, row: Any, before: Values, action: str) -> None:
        if not may_write(self.actor, self.ledger.rights["import"], row):
            raise Conflict(
                "没有导入", cause=f"“{self.ledger.label(row)}”超出了您的管理范围", advice="请检查后重新上传"
            )
        if (row._meta.table_name, row.get_id()) in self.noted:
            return
        after = {name: value for name, value in row.__data__.items() if before.get(name) != value}
        lines = changes_between(self.ledger, before, after, self.names)
        self.trail.append(history.line_of(self.actor, row, action, lines))

    def _write_trail(self) -> None:
        for start in range(0, len(self.trail), _BATCH):
            history.write(self.trail[start : start + _BATCH])
