"""An act on many rows carried out: a few at once, or as a job some at a time, so that nobody waits for all of them.

Each row is a savepoint, and what became of it is written in the same transaction. So a process that dies leaves an act
that is exactly as far as its rows say, and can be gone on with; rows that were refused keep their reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from models.core import clock, history
from models.core.db.connection import in_transaction, is_sqlite
from models.core.db.writes import insert_rows
from models.core.errors import Conflict, Invalid, Malformed, NotFound
from models.core.jobs import access, jobs
from models.core.ledger.bulk import acts, one_row
from models.core.ledger.bulk.chosen import AskedRows, ChosenRows
from models.core.ledger.bulk.offered import actions_for_many, fields_for_many
from models.core.ledger.bulk.records import (
    ACT,
    DELETE,
    DONE,
    EDIT,
    FINDING,
    MADE,
    REFUSED,
    UNDO_HOURS,
    UNDOING,
    WAITING,
    WORKING,
    BulkAct,
    BulkRow,
    seal,
    unseal,
)
from models.core.ledger.changes.form_values import clean_answers, clean_value
from models.core.ledger.declaration import Ledger
from models.core.ledger.reference_check import ReferenceCheck
from models.core.security.actor import Actor

#: So many rows are done while one waits for the answer; more are a job.
AT_ONCE = 20
_PART = 25  # rows of one transaction
_INSERTED = 500


def start(
    actor: Actor, ledger: Ledger, kind: str, asked: AskedRows, *, action: str | None = None
) -> dict[str, Any]:
    """Begin an act (edit, delete, or the action of that name): `{"act", "job"}`; few rows are done, and the job is None.

    Raises Forbidden, NotFound for what the ledger does not offer, Invalid for wrong values, Conflict `count_changed`.
    """
    right = right_of(ledger, kind, action)
    actor.require(right)
    values = checked_values(actor, ledger, kind, action, asked.values)
    chosen = ChosenRows(actor, ledger, asked)
    chosen.require_same_count()
    rights = (right, ledger.rights["read"])
    made = BulkAct.create(
        account_id=actor.account_id,
        account_name=actor.name[:60],
        company_id=actor.company_id,
        ledger=ledger.name,
        kind=kind,
        action=action,
        title=title_of(ledger, kind, action, chosen.count)[:60],
        question=seal({**asked.as_json(), "values": values}),
        total=chosen.count,
        rights=access.held(actor, rights),
        why_not=why_no_undo(ledger, kind),
    )
    if chosen.selection is None and chosen.count <= AT_ONCE:
        _list_rows(made, chosen.ids)
        _do_part(actor, ledger, made.id, AT_ONCE)
        _finish(made.id)
        return {"act": acts.act_json(actor, BulkAct.get_by_id(made.id)), "job": None}
    job = _begin(actor, ledger, made, rights)
    return {"act": acts.act_json(actor, BulkAct.get_by_id(made.id)), "job": job}


def go_on(actor: Actor, act_id: int) -> dict[str, Any]:
    """Go on with one's own act whose process died: `{"act", "job"}`. Raises NotFound, Conflict `not_stopped`."""
    act, ledger = acts.own(actor, act_id)
    if (
        act.account_id != actor.account_id
    ):  # who may undo it does not do the rest of it, with rights of their own
        raise acts.no_act()
    right = right_of(ledger, act.kind, act.action)
    actor.require(right)
    if not acts.is_stopped(act) or act.state == UNDOING:
        raise Conflict("不用继续", code="not_stopped", cause="它正在办，或者已经办完", advice="请刷新后查看")
    job = _begin(actor, ledger, act, (right, ledger.rights["read"]))
    return {"act": acts.act_json(actor, BulkAct.get_by_id(act.id)), "job": job}


def _begin(actor: Actor, ledger: Ledger, act: BulkAct, rights: tuple[str, ...]) -> dict[str, Any]:
    job = jobs.start(actor, "action", ledger, act.title, partial(_work, actor, ledger, act.id), rights=rights)
    known = BulkAct.job_id.is_null() if act.job_id is None else BulkAct.job_id == act.job_id
    there = BulkAct.id == act.id, BulkAct.state == act.state, known
    if BulkAct.update(job_id=int(job["id"])).where(*there).execute() != 1:
        raise Conflict("不用继续", code="not_stopped", cause="刚才已经有人点了继续", advice="请刷新后查看")
    return job


def right_of(ledger: Ledger, kind: str, action: str | None) -> str:
    """The right that an act takes. Raises NotFound where the ledger has no such act for many rows."""
    if kind == ACT:
        found = next((one for one in actions_for_many(ledger) if one.name == action), None)
        if found is not None:
            return found.right
    elif ledger.many and getattr(ledger.rules, kind) is not None and kind in ledger.rights:
        return ledger.rights[kind]
    raise NotFound("没有这个操作", cause=f"{ledger.title}不提供这个批量操作", advice="请刷新页面后再试")


def title_of(ledger: Ledger, kind: str, action: str | None, count: int) -> str:
    """What an act is called: 批量修改 300 条, 删除 1 台."""
    one = count == 1
    button = ledger.action_named(action or "")
    verb = {EDIT: "修改" if one else "批量修改", DELETE: "删除" if one else "批量删除"}.get(kind, "")
    return f"{verb or (button.title if button else '办理')} {ledger.counted(count)}"


def why_no_undo(ledger: Ledger, kind: str) -> str:
    """Why an act of this kind can't be undone; empty where it can."""
    if kind == ACT:
        return "这个操作按它自己的规则办，办了不能撤销"
    if kind == DELETE and ledger.rules.taken_along is None:
        return f"删除{ledger.noun}会连带别的变化，删了不能撤销"
    return ""


def checked_values(
    actor: Actor, ledger: Ledger, kind: str, action: str | None, values: Any
) -> Mapping[str, Any]:
    """The values as they were sent, if each can stand in its field. Raises Invalid at the fields."""
    if kind == DELETE:
        return {}
    if not isinstance(values, Mapping):
        raise Invalid(fields={"values": "这里要填一组内容"})
    if kind == ACT:
        button = ledger.action_named(action or "")
        assert button is not None  # right_of() asked
        clean_answers(actor, ledger, dict(button.fields), values, right=button.right)
        return values
    wrong, clean = {}, {}
    fields = fields_for_many(ledger)
    for name, sent in values.items():
        if name not in fields:
            wrong[str(name)[:60]] = "这一项不能批量修改"
            continue
        try:
            clean[name] = clean_value(fields[name], sent)
        except Malformed as error:
            wrong[name] = error.message
    if not values:
        wrong["values"] = "请至少选一项要修改的内容"
    check = ReferenceCheck(actor, ledger, ledger.rights["edit"])
    wrong |= check.refused({name: item.field for name, item in fields.items()}, clean)
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _list_rows(act: BulkAct, ids: list[int]) -> None:
    for at in range(0, len(ids), _INSERTED):
        insert_rows(BulkRow, [{"act_id": act.id, "row_id": row_id} for row_id in ids[at : at + _INSERTED]])


def _work(actor: Actor, ledger: Ledger, act_id: int, handle: jobs.JobHandle) -> dict[str, Any]:
    act = in_transaction(BulkAct.get_by_id, act_id, write=False)
    if act.state == FINDING:
        total = _find_rows(actor, ledger, act, handle)
    else:
        total = act.total
    done = total - in_transaction(_waiting, act_id, write=False)
    in_parts(partial(_do_part, actor, ledger, act_id), done, total, handle)
    in_transaction(_finish, act_id)
    return in_transaction(acts.told_at_the_end, ledger, act_id, handle, write=False)


def in_parts(work: Callable[[int], int], done: int, total: int, handle: jobs.JobHandle) -> None:
    """Have `work` do up to so many rows in a transaction, again and again until it says that there was none left."""
    while True:
        began = time.monotonic()
        number = in_transaction(work, _PART)
        if not number:
            return
        done += number
        handle.progress(done, total)
        if is_sqlite():  # one writer: whoever clocks in has their turn between the parts
            time.sleep(time.monotonic() - began)


def _find_rows(actor: Actor, ledger: Ledger, act: BulkAct, handle: jobs.JobHandle) -> int:
    """Write down which rows it is about, all of them before the first is touched: a change must not move the filter.

    Raises Conflict `count_changed` where there are more than were agreed to: it may be days since.
    """
    asked = AskedRows(**unseal(act.question))
    in_transaction(_forget_found, act.id)
    total = 0
    for ids in in_transaction(ChosenRows, actor, ledger, asked, write=False).parts():
        for at in range(0, len(ids), _INSERTED):
            in_transaction(_list_rows, act, ids[at : at + _INSERTED])
        total += len(ids)
        handle.progress(0, max(total, act.total))
    if total > act.total:
        raise in_transaction(_too_many, ledger, act, total)
    in_transaction(_found, act.id, total)
    return total


def _too_many(ledger: Ledger, act: BulkAct, total: int) -> Conflict:
    """End an act of which more rows are found than were agreed to: nothing of it is done."""
    _forget_found(act.id)
    why = f"确认的是 {act.total:,} {ledger.measure}，开始时有 {total:,} {ledger.measure}，没有办"
    BulkAct.update(state=DONE, finished_at=clock.now(), why_not=why).where(BulkAct.id == act.id).execute()
    return Conflict(
        "符合条件的条数变了", code="count_changed", cause=why, advice="请回到列表看一遍现在的预览，再确认"
    )


def _forget_found(act_id: int) -> None:
    BulkRow.delete().where(BulkRow.act_id == act_id).execute()


def _found(act_id: int, total: int) -> None:
    BulkAct.update(state=WORKING, total=total).where(BulkAct.id == act_id).execute()


def _waiting(act_id: int) -> int:
    return int(BulkRow.select().where(BulkRow.act_id == act_id, BulkRow.state == WAITING).count())


def _do_part(actor: Actor, ledger: Ledger, act_id: int, limit: int) -> int:
    """The next rows that wait; gives how many. Nobody else has one of them: who takes a row marks it first."""
    act = BulkAct.get_by_id(act_id)
    values = unseal(act.question)["values"]
    mine = BulkRow.select().where(BulkRow.act_id == act_id, BulkRow.state == WAITING).order_by(BulkRow.id)
    rows = list(mine.limit(limit))
    with history.part_of(act.title):
        for row in rows:
            taken = BulkRow.update(state=MADE).where(BulkRow.id == row.id, BulkRow.state == WAITING).execute()
            if taken == 1:
                kept = one_row.do(actor, ledger, act.kind, act.action, row, values)
                BulkRow.update(**kept).where(BulkRow.id == row.id).execute()
    return len(rows)


def _finish(act_id: int) -> None:
    """All had their turn. It can be undone for a while, if there is something that can."""
    act, now = BulkAct.get_by_id(act_id), clock.now()
    back = BulkRow.act_id == act_id, BulkRow.state == MADE, BulkRow.before.is_null(False)
    kept = bool(BulkRow.select().where(*back).exists())
    if not act.why_not and not kept:
        lost = (
            BulkRow.select()
            .where(BulkRow.act_id == act_id, BulkRow.state == MADE, BulkRow.reason.is_null(False))
            .first()
        )
        act.why_not = lost.reason if lost is not None else "没有改动任何记录"
    until = now + timedelta(hours=UNDO_HOURS.of(None)) if kept else None
    counts = acts.counts_of(act_id)
    done, refused = counts.get(MADE, 0), counts.get(REFUSED, 0)
    said = {"done": done, "refused": refused, "why_not": act.why_not}
    BulkAct.update(state=DONE, finished_at=now, undo_until=until, **said).where(
        BulkAct.id == act_id
    ).execute()


__all__ = ["AT_ONCE", "go_on", "in_parts", "right_of", "start", "title_of", "why_no_undo"]
