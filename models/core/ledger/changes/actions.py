"""Actions: the buttons of a ledger that call a rule on some of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from peewee import IntegrityError

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid, NotFound
from models.core.jobs import jobs
from models.core.ledger.changes.form_values import clean_answers
from models.core.ledger.changes.trail import tell, tell_of_many, watch
from models.core.ledger.changes.unique_keys import refusal
from models.core.ledger.declaration import Action, Ledger, Values
from models.core.ledger.reading.references import load_rows
from models.core.ledger.reading.rows import fits, may_act, row_json
from models.core.logs.access import note_read
from models.core.row_ids import parse_id
from models.core.security.actor import Actor, missing_right

MAX_ROWS = 500
MAX_ROWS_IN_FILE = 5000


def act(actor: Actor, ledger: Ledger, action: Action | str, ids: Any, values: Any) -> dict[str, Any]:
    """Do an action (or the one of that name) to rows: `{"message", "rows"}`.

    All or nothing. Raises NotFound for an unknown action or a row that the actor may not see, Forbidden,
    Conflict where a row is not as the action asks, Invalid for wrong answers to its questions.
    """
    action, records, clean = _prepared(actor, ledger, action, ids, values)
    with watch(actor, ledger, records) as watched:
        try:
            given = action.rule(actor, records, clean)
        except IntegrityError as error:
            raise refusal(ledger, error, clean) from None
        touched = _touched(ledger, records, given)
        watched.note(touched, action.name, heard=action.changes)
    tell(ledger, touched)
    done = f"已{action.title} {ledger.counted(len(touched))}"
    message = given if isinstance(given, str) else done
    return {"message": message, "rows": row_json(actor, ledger, touched, detail=True)}


def require_fit(actor: Actor, ledger: Ledger, action: str, row_id: int) -> None:
    """Raise what `act` would raise for this row before it asks the action's rule."""
    found = ledger.action_named(action)
    assert found is not None  # who asks has looked
    _records(actor, ledger, found, [row_id])


def act_as_job(actor: Actor, ledger: Ledger, action: Action | str, ids: Any, values: Any) -> dict[str, Any]:
    """Begin an action that gives a file, and give its job as JSON. Raises as `act` does, before it begins."""
    action, records, clean = _prepared(actor, ledger, action, ids, values)
    row_ids = [record.get_id() for record in records]
    note_read(
        actor, None, f"{ledger.title} {action.title} {len(row_ids)} {ledger.measure}", action="exported"
    )
    work = partial(_make_file, actor, ledger, action, row_ids, clean)
    rights = (action.right, ledger.rights["read"])
    return jobs.start(actor, "action", ledger, action.title, work, rights=rights)


def _prepared(
    actor: Actor, ledger: Ledger, action: Action | str, ids: Any, values: Any
) -> tuple[Action, list[Any], Values]:
    found = ledger.action_named(action) if isinstance(action, str) else action
    if found is None:
        raise NotFound("没有这个操作", cause=f"{ledger.title}不提供这个操作", advice="请刷新页面后再试")
    actor.require(found.right)
    records = _records(actor, ledger, found, _checked_ids(found, ids))
    given = {} if values is None else values
    clean = clean_answers(actor, ledger, dict(found.fields), given, right=found.right, records=records)
    return found, records, clean


def _checked_ids(action: Action, ids: Any) -> list[int]:
    given = [] if ids is None else ids
    if not isinstance(given, (list, tuple)) or not all(parse_id(item) is not None for item in given):
        raise Invalid(fields={"ids": "请从列表中选择"})
    chosen = list(dict.fromkeys(int(item) for item in given))
    if action.where == "page":
        if chosen:
            raise Invalid(fields={"ids": "这个操作不针对单条记录"})
        return []
    if not chosen or (action.where == "row" and len(chosen) > 1):
        raise Invalid(fields={"ids": "请选择一条记录" if action.where == "row" else "请至少选择一条记录"})
    most = MAX_ROWS_IN_FILE if action.gives == "file" else MAX_ROWS
    if len(chosen) > most:
        raise Invalid(fields={"ids": f"一次最多处理 {most} 条"})
    return chosen


def _records(actor: Actor, ledger: Ledger, action: Action, ids: Sequence[int]) -> list[Any]:
    loaded = load_rows(ledger.record, ids)
    if len(loaded) < len(ids):
        raise NotFound()
    records = [loaded[row_id] for row_id in ids]
    derived = {
        item.name: item.load(actor, records)
        for item in ledger.derived
        if records and item.name in action.when
    }
    for record in records:
        if not record.visible_to(actor):
            raise NotFound()
        actor.require(ledger.rights["read"], record)
        actor.require(action.right, record)
        if not may_act(actor, action, record):
            raise missing_right(action.right, actor, reach=actor.rights[action.right])
        if not fits(action, record, derived):
            raise action.why_not(record) or Conflict(
                f"“{ledger.label(record)}”现在不能{action.title}",
                code="wrong_state",
                cause="它的状态已经变化",
                advice="请刷新后按现在的状态处理",
                details={"id": str(record.get_id())},
            )
    return records


def _touched(ledger: Ledger, records: list[Any], given: Any) -> list[Any]:
    """The rows that the action was about or gave, as they are now."""
    rows = (
        [row for row in given if isinstance(row, ledger.record)] if isinstance(given, (list, tuple)) else []
    )
    ids = [record.get_id() for record in (rows or records)]
    loaded = load_rows(ledger.record, ids)
    return [loaded[row_id] for row_id in ids if row_id in loaded]


def _make_file(
    actor: Actor, ledger: Ledger, action: Action, ids: list[int], clean: Values, handle: jobs.JobHandle
) -> None:
    def make() -> Any:
        records = _records(actor, ledger, action, ids)
        file = action.rule(actor, records, clean)
        if action.changes:
            tell_of_many(ledger, [record.scope_value("company") for record in records])
        return file

    made = in_transaction(make)
    handle.keep(made.name, made.mime, made.content)
