"""Acts on many rows as people see them: how far, what was refused and why, until when they can be undone, and by whom."""

from __future__ import annotations

from typing import Any

from peewee import fn

from models.core import clock
from models.core.errors import NotFound
from models.core.excel.columns import SheetColumn
from models.core.excel.writing import SheetWriter
from models.core.fields import moment_text
from models.core.files.mime import XLSX
from models.core.jobs import access, jobs
from models.core.ledger.bulk.reasons import together
from models.core.ledger.bulk.records import (
    BACK,
    FINDING,
    MADE,
    REFUSED,
    STAYS,
    UNDO_OTHERS,
    UNDOING,
    WAITING,
    WORKING,
    BulkAct,
    BulkRow,
)
from models.core.ledger.declaration import Ledger, ledger_named
from models.core.security.actor import Actor

SHOWN = 30
_REASONS = 500  # that differ in a number, most of them
_IN_SHEET = 100_000


def mine(actor: Actor) -> list[dict[str, Any]]:
    """The newest acts that the actor may see: their own, and with `bulk.undo` those of the companies that it reaches."""
    if actor.account_id is None:
        return []
    found = BulkAct.account_id == actor.account_id
    if actor.may(UNDO_OTHERS):
        found |= BulkAct.company_id.in_(actor.whole_companies(UNDO_OTHERS))
    rows = BulkAct.select().where(found).order_by(BulkAct.id.desc()).limit(SHOWN * 2)
    return [act_json(actor, act) for act in rows if _is_shown(actor, act)][:SHOWN]


def own(actor: Actor, act_id: int) -> tuple[BulkAct, Ledger]:
    """The act and its ledger, if the actor began it or may undo what others did. Raises NotFound."""
    act = BulkAct.get_or_none(BulkAct.id == act_id)
    ledger = None if act is None else ledger_named(act.ledger)
    if act is None or ledger is None or not _is_shown(actor, act):
        raise no_act()
    return act, ledger


def no_act() -> NotFound:
    """For who asks after an act that is none of theirs."""
    return NotFound("没有这次操作", cause="它可能已被清理，或者不是您做的", advice="请刷新后再试")


def find(actor: Actor, act_id: int) -> dict[str, Any]:
    """The act as JSON. Raises NotFound."""
    return act_json(actor, own(actor, act_id)[0])


def _is_shown(actor: Actor, act: BulkAct) -> bool:
    """Whether the actor works for the unit that it was done for, and holds what it was done under."""
    if actor.account_id is None or ledger_named(act.ledger) is None:
        return False
    if act.account_id != actor.account_id:
        reached = actor.whole_companies(UNDO_OTHERS) if actor.may(UNDO_OTHERS) else ()
        # It names rows as far as those reached who did it: who reaches less sees none of it.
        return act.company_id in reached and access.still_held(actor, act.rights)
    return act.company_id == actor.company_id and access.still_held(actor, act.rights)


def is_stopped(act: BulkAct) -> bool:
    """Whether it is not done and nobody works on it any more: the process died."""
    return act.state in (FINDING, WORKING, UNDOING) and not jobs.is_open(act.job_id)


def why_no_undo(act: BulkAct) -> str:
    """Why it can't be undone now; empty where it can."""
    if act.state == UNDOING and not is_stopped(act):
        return "正在撤销"
    if act.state in (FINDING, WORKING) and not is_stopped(act):
        return "还在办，办完才能撤销"
    if act.undone_at is not None:
        return "已经撤销过了"
    if act.why_not:
        return str(act.why_not)
    if act.undo_until is not None and act.undo_until < clock.now():
        return "已经过了可以撤销的时间"
    return ""


def act_json(actor: Actor, act: BulkAct) -> dict[str, Any]:
    """The act as `BulkAct` in docs/http-api.md."""
    ledger = ledger_named(act.ledger)
    assert ledger is not None  # who asks has looked
    counts = counts_of(act.id)
    why_not = why_no_undo(act)
    stopped = is_stopped(act)
    return {
        "id": str(act.id),
        "kind": act.kind,
        "title": act.title,
        "ledger": ledger.name,
        "ledger_title": ledger.title,
        "measure": ledger.measure,
        "by": act.account_name,
        "mine": act.account_id == actor.account_id,
        "at": moment_text(act.created_at),
        "state": "stopped" if stopped else act.state,
        "total": act.total,
        "done": counts.get(MADE, 0) if act.finished_at is None else act.done,
        "refused": counts.get(REFUSED, 0) if act.finished_at is None else act.refused,
        "waiting": counts.get(WAITING, 0) if act.state != FINDING else act.total,
        "back": counts.get(BACK, 0),
        "stays": counts.get(STAYS, 0),
        "refusals": refusals(act.id, REFUSED),
        "not_back": refusals(act.id, STAYS),
        "can_undo": not why_not and bool(counts.get(MADE, 0)),
        "why_not": why_not or None,
        "undo_until": moment_text(act.undo_until),
        "undone_at": moment_text(act.undone_at),
        "undone_by": act.undone_by,
        "can_go_on": stopped and act.state != UNDOING and act.account_id == actor.account_id,
    }


def counts_of(act_id: int) -> dict[str, int]:
    rows = BulkRow.select(BulkRow.state, fn.COUNT(BulkRow.id)).where(BulkRow.act_id == act_id)
    return dict(rows.group_by(BulkRow.state).tuples())


def refusals(act_id: int, state: str) -> list[dict[str, Any]]:
    """Why rows are in this state, the most frequent reason first, each with how many and with one of them by name."""
    number = fn.COUNT(BulkRow.id)
    rows = BulkRow.select(BulkRow.code, BulkRow.reason, number, fn.MIN(BulkRow.label)).where(
        BulkRow.act_id == act_id, BulkRow.state == state
    )
    found = (
        rows.group_by(BulkRow.code, BulkRow.reason).order_by(number.desc(), BulkRow.reason).limit(_REASONS)
    )
    return together(found.tuples())


def told_at_the_end(
    ledger: Ledger, act_id: int, handle: jobs.JobHandle, *, undo: bool = False
) -> dict[str, Any]:
    """What the job of an act says, with a sheet of the rows that were refused (or stay), if there are any."""
    counts = counts_of(act_id)
    good, bad = counts.get(BACK if undo else MADE, 0), counts.get(STAYS if undo else REFUSED, 0)
    verb = "撤销" if undo else "办好"
    said = f"{verb} {good:,} {ledger.measure}" + (f"，{bad:,} {ledger.measure}没有{verb}" if bad else "")
    if bad:
        _write_sheet(ledger, act_id, STAYS if undo else REFUSED, handle)
    return {"message": f"{said}。"}


def _write_sheet(ledger: Ledger, act_id: int, state: str, handle: jobs.JobHandle) -> None:
    columns = [
        SheetColumn("id", "编号", width=12),
        SheetColumn("label", ledger.noun, width=30),
        SheetColumn("reason", "原因", width=60),
    ]
    asked = BulkRow.select(BulkRow.row_id, BulkRow.label, BulkRow.reason).where(
        BulkRow.act_id == act_id, BulkRow.state == state
    )
    rows = asked.order_by(BulkRow.id).limit(_IN_SHEET).tuples().iterator()
    with (
        handle.new_file(f"没有办成的{ledger.noun}.xlsx", XLSX, ".xlsx") as target,
        SheetWriter(target, columns, title="没有办成的") as sheet,
    ):
        # Of a row that the actor does not see only that is said.
        sheet.write(
            (str(row_id) if label else "", label or "", reason or "") for row_id, label, reason in rows
        )


__all__ = [
    "act_json",
    "counts_of",
    "find",
    "is_stopped",
    "mine",
    "no_act",
    "own",
    "refusals",
    "told_at_the_end",
    "why_no_undo",
]
