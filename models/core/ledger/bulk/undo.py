"""An act on many rows taken back, for a while, by who did it or who may: row by row, where nobody changed the row since."""

from __future__ import annotations

from functools import partial
from typing import Any

from peewee import IntegrityError

from models.core import clock, history
from models.core.db.connection import in_savepoint, in_transaction
from models.core.errors import Conflict
from models.core.jobs import jobs
from models.core.ledger.bulk import acts, one_row
from models.core.ledger.bulk.records import (
    BACK,
    DELETE,
    MADE,
    STAYS,
    UNDOING,
    UNDONE,
    BulkAct,
    BulkRow,
    unseal,
)
from models.core.ledger.bulk.running import AT_ONCE, in_parts, right_of
from models.core.ledger.bulk.snapshots import give_back, restore
from models.core.ledger.changes.editing import require_open, require_write, to_edit
from models.core.ledger.changes.form_values import as_it_stood
from models.core.ledger.changes.trail import tell, watch
from models.core.ledger.changes.unique_keys import refusal
from models.core.ledger.declaration import Ledger
from models.core.security.actor import Actor


def start(actor: Actor, act_id: int) -> dict[str, Any]:
    """Begin to take an act back: `{"act", "job"}`; of few rows it is done, and the job is None.

    A row that was changed since, or whose place was taken, stays as it is, with the reason. Raises NotFound, Forbidden,
    Conflict `no_undo` with why.
    """
    act, ledger = acts.own(actor, act_id)
    right = right_of(ledger, act.kind, act.action)
    actor.require(right)
    why = acts.why_no_undo(act)
    there = BulkRow.select().where(BulkRow.act_id == act.id, BulkRow.state == MADE)
    number = there.count()
    if why or not number:
        raise Conflict(
            "不能撤销", code="no_undo", cause=why or "没有可以撤销的记录", advice="请在列表里单独修改"
        )
    state = act.state
    won = BulkAct.update(state=UNDOING, undone_by=actor.name[:60]).where(
        BulkAct.id == act.id, BulkAct.state == state, BulkAct.undone_at.is_null()
    )
    if won.execute() != 1:
        raise Conflict("不能撤销", code="no_undo", cause="刚才已经有人撤销了", advice="请刷新后查看")
    if number <= AT_ONCE:
        _part(actor, ledger, act.id, AT_ONCE)
        _finish(act.id)
        return {"act": acts.act_json(actor, BulkAct.get_by_id(act.id)), "job": None}
    rights = (right, ledger.rights["read"])
    work = partial(_work, actor, ledger, act.id, number)
    job = jobs.start(actor, "action", ledger, f"撤销{act.title}"[:120], work, rights=rights)
    BulkAct.update(job_id=int(job["id"])).where(BulkAct.id == act.id).execute()
    return {"act": acts.act_json(actor, BulkAct.get_by_id(act.id)), "job": job}


def _work(actor: Actor, ledger: Ledger, act_id: int, total: int, handle: jobs.JobHandle) -> dict[str, Any]:
    in_parts(partial(_part, actor, ledger, act_id), 0, total, handle)
    in_transaction(_finish, act_id)
    return in_transaction(acts.told_at_the_end, ledger, act_id, handle, undo=True, write=False)


def _part(actor: Actor, ledger: Ledger, act_id: int, limit: int) -> int:
    """The next rows to be taken back, the last ones first; gives how many."""
    act = BulkAct.get_by_id(act_id)
    done = BulkRow.select().where(BulkRow.act_id == act_id, BulkRow.state == MADE).order_by(BulkRow.id.desc())
    rows = list(done.limit(limit))
    with history.part_of(f"撤销“{act.title}”"):
        for row in rows:
            taken = BulkRow.update(state=BACK).where(BulkRow.id == row.id, BulkRow.state == MADE).execute()
            if taken == 1:
                kept = _undone(actor, ledger, act.kind, row)
                BulkRow.update(**kept).where(BulkRow.id == row.id).execute()
    return len(rows)


def _undone(actor: Actor, ledger: Ledger, kind: str, row: BulkRow) -> dict[str, Any]:
    if row.before is None:
        return {"state": STAYS, "code": "no_undo", "reason": row.reason or "没有留下原来的内容"}
    work = _bring_back if kind == DELETE else _change_back
    try:
        in_savepoint(work, actor, ledger, row)
    except one_row.REFUSALS as error:
        return {"state": STAYS, **one_row.words_of(error)}
    return {"state": BACK, "before": None}


def _bring_back(actor: Actor, ledger: Ledger, row: BulkRow) -> None:
    with watch(actor, ledger) as watched:
        record = restore(ledger, unseal(row.before))
        require_write(actor, ledger.rights["delete"], record)
        require_open(actor, ledger, record, "恢复")
        give_back(ledger, record.get_id(), row.id)
        watched.note([record], "restored")
    tell(ledger, [record])


def _change_back(actor: Actor, ledger: Ledger, row: BulkRow) -> None:
    record = to_edit(actor, ledger, row.row_id)
    if record.version != row.version:
        raise Conflict("不能撤销", code="changed_since", cause="之后又被修改过", advice="请在列表里单独修改")
    require_open(actor, ledger, record, "撤销修改")
    clean = as_it_stood(ledger, unseal(row.before))
    assert ledger.rules.edit is not None
    if not clean:
        return
    with watch(actor, ledger, [record]) as watched:
        try:
            changed = ledger.rules.edit(actor, record, clean)
        except IntegrityError as error:
            raise refusal(ledger, error, clean) from None
        require_write(actor, ledger.rights["edit"], changed)
        watched.note([changed], "edited")
    tell(ledger, [changed])


def _finish(act_id: int) -> None:
    BulkAct.update(state=UNDONE, undone_at=clock.now()).where(BulkAct.id == act_id).execute()


__all__ = ["start"]
