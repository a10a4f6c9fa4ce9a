"""The declaration `approved=` of a ledger: from it come button, states, evidence, and what the engine serves (H06)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from models.core.chapters import all_kinds
from models.core.db.connection import is_sqlite
from models.core.errors import Conflict
from models.core.files.attachments import Attachment
from models.core.ledger.declaration import Ledger
from models.core.ledger.parts import Action, Column, Filter, Rules
from models.core.security.actor import Actor
from models.tasks.approval import row_in_words
from models.tasks.approval.states import APPROVED, ASKED, EDITABLE, FIELD, REFUSED
from models.tasks.engine.start import start
from models.tasks.records import Case
from models.tasks.subjects import Served, serve

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Approval:
    """Rows of a ledger are approved by a flow of `kind` before they hold. The record has `approval_state` and `approval_moves`.

    `check(row)` raises where a row can't be sent off yet. `served` is whatever stands at `Served` otherwise than usual
    (models/tasks/subjects.py): usually who decides is shown the ledger's columns, and in full its form.
    """

    kind: str
    check: Callable[[Any], None] = lambda row: None
    served: Mapping[str, Any] = field(default_factory=dict)

    def weave_into(self, ledger: Ledger) -> None:
        """Give the ledger its column, filter, button and rules, and have the engine serve its rows."""
        made: dict[str, Any] = {
            "actions": (self._submit(ledger), *ledger.actions),
            "rules": self._rules(ledger),
        }
        if not any(column.field == FIELD for column in ledger.columns):
            made["columns"] = (ledger.columns[0], Column(FIELD, 100), *ledger.columns[1:])
        if not any(item.field == FIELD for item in ledger.filters):
            made["filters"] = (Filter(FIELD, "choice"), *ledger.filters)
        if ledger.attachments and not ledger.closed:
            made |= {"closed": {FIELD: (APPROVED,)}, "keeps": partial(was_sent_with, self.kind)}
        if ledger.tone is type(ledger).__dataclass_fields__["tone"].default:
            made["tone"] = lambda row, values: {REFUSED: "bad", ASKED: "warn"}.get(row.state, "plain")
        if ledger.phone is not None and ledger.phone.changes:
            made["phone"] = replace(ledger.phone, actions=("submit", *ledger.phone.actions))
        for name, value in made.items():
            object.__setattr__(ledger, name, value)
        serve(self._served(ledger))

    def submit(self, actor: Actor, row: Any) -> Any:
        """Send a row off to be approved. Raises Conflict for one that is under way, and whatever `check` does."""
        record = type(row)
        row = locked(record, row.get_id())
        self.check(row)
        row.move("submit", actor)
        start(actor, self.kind, row)
        return record.get_by_id(row.get_id())

    def _submit(self, ledger: Ledger) -> Action:
        return submit_button(ledger.rights["edit"], self.submit, {FIELD: EDITABLE})

    def _rules(self, ledger: Ledger) -> Rules:
        own = ledger.rules
        delete = None if own.delete is None else partial(_delete, self.kind, ledger, own.delete)
        return replace(own, delete=delete, when={FIELD: EDITABLE, **own.when}, takes=own.taken_along)

    def _served(self, ledger: Ledger) -> Served:
        kind = all_kinds().get(self.kind)
        usual: dict[str, Any] = {
            "title": ledger.noun if kind is None else kind.title,
            "title_of": ledger.label, "shown": partial(row_in_words.shown, ledger),
            "details": partial(row_in_words.details, ledger), "starts": (ASKED,), "approved": (APPROVED,),
            "number_of": lambda row: str(getattr(row, "number", None) or "")[:40],
            "on_withdrawn": lambda actor, row, values, context: row.move("take_back", actor),
        }  # fmt: skip
        return Served(
            kind=self.kind, record=ledger.record, read=ledger.rights["read"], **{**usual, **self.served}
        )


def submit_button(right: str, rule: Rule, when: Mapping[str, tuple[str, ...]]) -> Action:
    """The button 提交审批 of whatever goes to an approval."""
    return Action(
        "submit", "提交审批", right, lambda actor, rows, values: [rule(actor, rows[0])],
        tone="primary", confirm="提交后不能修改，直到审批结束或者撤回。", when=when,
    )  # fmt: skip


def was_sent_with(kind: str, row: Any, file: Attachment) -> bool:
    """Whether the row was sent off with this file: then somebody decided upon it, also where they refused."""
    sent = Case.select().where(Case.kind == kind, Case.subject_id == row.get_id(), Case.started_at >= file.at)
    return bool(sent.exists())


def locked(record: Any, row_id: int) -> Any:
    """The row as it is now, held until the end of the transaction."""
    query = record.select().where(record._meta.primary_key == row_id)
    return (query if is_sqlite() else query.for_update()).get()


def never_sent(kind: str, row: Any, label: str, *, advice: str = "不再需要时，留着不提交就行") -> None:
    """Raise Conflict `has_cases` for a row that was sent off once: what was decided of it is kept."""
    if Case.select().where(Case.kind == kind, Case.subject_id == row.get_id()).exists():
        raise Conflict(
            f"不能删除“{label}”", code="has_cases", cause="它提交过审批，审批记录要留存", advice=advice
        )


def _delete(kind: str, ledger: Ledger, rule: Callable[[Actor, Any], None], actor: Actor, row: Any) -> None:
    never_sent(kind, row, ledger.label(row))
    rule(actor, row)


__all__ = ["Approval", "locked", "never_sent", "submit_button", "was_sent_with"]
