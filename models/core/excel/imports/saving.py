"""The rows of a checked sheet into the database: made ready beside, put in at once, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from peewee import IntegrityError

from models.core import history
from models.core.db.batch import Batch
from models.core.errors import Conflict
from models.core.excel.imports.check import CheckedLine
from models.core.excel.imports.share import Progress, Walked
from models.core.excel.ledger_columns import plan_of
from models.core.fields import PersonalId
from models.core.ledger.changes.trail import Names, changes_between, tell_of_many
from models.core.ledger.changes.unique_keys import refusal
from models.core.ledger.declaration import Ledger, Values, made_by
from models.core.ledger.parts import is_alone
from models.core.ledger.reading.rows import may_write
from models.core.ledger.sub_rows import load, present
from models.core.security.actor import Actor

_BATCH = 200


class Ready:
    """What a checked sheet writes. Made without writing anything; `put` does it in the running transaction.

    By the plan's own `prepare` or `save` where it has one; else by the ledger's rules, called one after the other in
    `put`, or in few statements where those are the plain ones.
    """

    def __init__(
        self, actor: Actor, ledger: Ledger, lines: Sequence[CheckedLine], progress: Progress, options: Values
    ) -> None:
        self.ledger = ledger
        self.companies = {line.company for line in lines}
        self._actor = replace(actor, door="import")
        self._batch = Batch()
        self._saver = _Saver(self._actor, ledger, self._batch)
        self._progress = progress
        plan = plan_of(ledger)
        self.rows = [line.values for line in lines]
        self.before = {
            line.there.get_id(): _present(ledger, line) for line in lines if line.there is not None
        }
        self._chosen = plan.chosen(options)
        self._save = None if plan.prepare is not None else plan.save
        if plan.prepare is not None:
            self.count = plan.prepare(self._actor, self.rows, self._batch, *self._chosen)
        elif plan.save is None:
            self.count = self._saver.prepare(lines)
        self._batch.require_few_rules(len(lines) if self._save is not None else 0)

    def put(self) -> tuple[int, int]:
        """Make and change the rows, with a trail; gives how many of each. Raises Conflict if something is taken."""
        try:
            with history.watching() as noted:
                self._saver.noted, self._saver.trail = noted, []
                self._batch.put(self._progress if self._save is None else lambda done, total: None)
                if self._save is not None:
                    self.count = self._save(self._actor, Walked(self.rows, self._progress), *self._chosen)
                self._saver.write_trail()
                self._progress(1, 1)
        except IntegrityError as error:
            told = refusal(self.ledger, error, {})
            cause = next(iter(told.fields.values()), told.cause)
            raise Conflict("没有导入", code="import_conflict", cause=cause, advice="请重新上传检查") from None
        tell_of_many(self.ledger, self.companies)
        return self.count


def _present(ledger: Ledger, line: CheckedLine) -> Values:
    """What stands in the row of a line before it is changed."""
    there: Values = {**line.there.__data__, **present(line.there)}
    return {name: there.get(name) for name in line.values if name in there}


class _Saver:
    """Rows by the ledger's own rules."""

    def __init__(self, actor: Actor, ledger: Ledger, batch: Batch) -> None:
        self.actor = actor
        self.ledger = ledger
        self.batch = batch
        self.noted: set[tuple[str, int]] = set()
        self.names: Names = {}
        self.trail: list[Values] = []

    def prepare(self, lines: Sequence[CheckedLine]) -> tuple[int, int]:
        new = [line for line in lines if line.there is None]
        known = [line for line in lines if line.there is not None]
        rule = self.ledger.rules.create
        if new and rule is None:
            raise Conflict("没有导入", cause=f"{self.ledger.title}不能新增", advice="请只导入已有的记录")
        if is_alone(rule):
            for line in new:
                self._make(line)
        else:
            self._call(self._create, new)
        others = [line for line in known if self._new_values(line)]
        if self._changed_beside():
            for line in others:
                self._bring_up_to_date(line)
        else:
            self._call(self._change, others)
        return len(new), len(known)

    def _changed_beside(self) -> bool:
        """Whether rows that are there can be changed in one statement: the ledger's own rule does no more."""
        edit = self.ledger.rules.edit
        fields = self.ledger.record._meta.sorted_fields
        return is_alone(edit) and not any(isinstance(one, PersonalId) for one in fields)

    def _call(self, rule: Callable[[CheckedLine], None], lines: Sequence[CheckedLine]) -> None:
        for line in lines:
            self.batch.do(rule, line)

    def _values(self, line: CheckedLine) -> Values:
        beside = {name for name, _ in plan_of(self.ledger).sheet_only}
        values = {
            name: value for name, value in line.values.items() if value is not None and name not in beside
        }
        owner = self.ledger.record.company_field
        if owner is not None and line.company is not None and owner in self.ledger.form_fields():
            values.setdefault(owner, line.company)
        return values

    def _create(self, line: CheckedLine) -> None:
        assert self.ledger.rules.create is not None
        self._note(made_by(self.ledger.rules.create(self.actor, self._values(line))).row, {}, {}, "created")

    def _change(self, line: CheckedLine) -> None:
        assert self.ledger.rules.edit is not None
        before, beside = dict(line.there.__data__), self._beside(line.there)
        edited = self.ledger.rules.edit(self.actor, line.there, self._new_values(line))
        self._note(edited, before, beside, "edited")

    def _beside(self, row: Any) -> Values:
        """What the row keeps in tables of its own, as the trail tells it."""
        subs = self.ledger.record.sub_rows
        return {name: load(sub, self.actor, [row])[row.get_id()] for name, sub in subs.items()}

    def _bring_up_to_date(self, line: CheckedLine) -> None:
        self._require(line.there)
        values = self._new_values(line)
        after = self.ledger.record(**{**line.there.__data__, **values})
        self._require(after)
        lines = changes_between(self.ledger, line.there.__data__, values, self.names)
        self.batch.change(self.actor, line.there, values, lines)

    def _new_values(self, line: CheckedLine) -> Values:
        """What a line says of a row that is there, and is not so yet."""
        assert self.ledger.rules.edit is not None, f"{self.ledger.name} has a key but no edit rule"
        fields, before = self.ledger.record._meta.fields, {**line.there.__data__, **present(line.there)}
        return {
            name: value
            for name, value in self._values(line).items()
            if not (name in fields and fields[name].create_only)
            and (name not in before or before[name] != value)
        }

    def _make(self, line: CheckedLine) -> None:
        row = self._complete(line)
        self._require(row)
        self.batch.create(self.actor, row, changes_between(self.ledger, {}, row.__data__, self.names))

    def _complete(self, line: CheckedLine) -> Any:
        record = self.ledger.record
        row = record(**self._values(line))
        if record.company_field and row.__data__.get(record.company_field) is None:
            row.__data__[record.company_field] = line.company
        for field in record._meta.sorted_fields:
            if isinstance(field, PersonalId):
                number = row.__data__.get(field.name)
                row.__data__[field.hashed_as] = field.hash_of(number) if number else None
            if field is not record._meta.primary_key:
                row.__data__.setdefault(field.name, None)
        return row

    def _require(self, row: Any) -> None:
        if not may_write(self.actor, self.ledger.rights["import"], row):
            raise Conflict(
                "没有导入", cause=f"“{self.ledger.label(row)}”超出了您的管理范围", advice="请检查后重新上传"
            )

    def _note(self, row: Any, before: Values, beside: Values, action: str) -> None:
        self._require(row)
        if (row._meta.table_name, row.get_id()) in self.noted:
            return
        after = {name: value for name, value in row.__data__.items() if before.get(name) != value}
        after |= self._beside(row)
        lines = changes_between(self.ledger, {**before, **beside}, after, self.names)
        self.trail.append(history.line_of(self.actor, row, action, lines))

    def write_trail(self) -> None:
        """Lines for what the rules have changed and not noted themselves."""
        for start in range(0, len(self.trail), _BATCH):
            history.write(self.trail[start : start + _BATCH])
