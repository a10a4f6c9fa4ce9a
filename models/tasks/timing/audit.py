"""Proof that no case is lost (invariants 1, 2 and 4 of docs/tasks.md), and the mending of what can be mended (H06).

A changed organisation does not strand a case: where everybody who was asked has gone, whoever the flow names now gets
the step. Where that is nobody, the step says so, and those who may reassign are told with who could do it; the auditor
looks again every time, so a superior or an owner who is set later is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from models.core.db.connection import database, in_transaction
from models.core.events.outbox import announce
from models.tasks.engine.case_transaction import CaseTransaction, event
from models.tasks.engine.open_steps import give
from models.tasks.engine.reassignment import release
from models.tasks.engine.start import running_key
from models.tasks.people.resolve import there_of, who
from models.tasks.records import OPEN, RUNNING, WAITING, Case, CaseEvent, CaseStep
from models.tasks.timing.locked_out import locked_steps, tell_locked
from models.tasks.views.case_snapshot import HOUSE

log = structlog.get_logger("task_auditor")
_PAGE = 200
_OPEN = (OPEN, WAITING)
#: A person who can do something: bound to the unit, and not with an account that is switched off.
_SOMEBODY = """SELECT 1 FROM task t JOIN person p ON p.id = t.person_id
 JOIN binding b ON b.person_id = p.id AND b.state = 'approved'
 LEFT JOIN account a ON a.id = p.account_id
 WHERE t.step_id = s.id AND t.state = '{state}' AND COALESCE(a.state, 'active') = 'active'"""
_ABANDONED = f"""SELECT s.id FROM case_step s WHERE s.state = 'open' AND s.stranded = 0 AND s.id > {{last}}
 AND NOT EXISTS ({_SOMEBODY.format(state="open")})
 AND (s.added IS NOT NULL OR NOT EXISTS (SELECT 1 FROM case_step a WHERE a.case_id = s.case_id AND a.state = 'open'
  AND a.added IS NOT NULL))
 AND (EXISTS (SELECT 1 FROM task t WHERE t.step_id = s.id AND t.state = 'open')
  OR NOT EXISTS ({_SOMEBODY.format(state="waiting")}))
 ORDER BY s.id LIMIT {{limit}}"""


@dataclass(frozen=True)
class CaseGap:
    """A case that does not stand as it must. kind: no_open_step, step_of_ended, two_positions, key_missing,
    key_left, stranded, locked (everybody who is asked, by wrong passwords: it passes)."""

    kind: str
    case_id: int
    detail: str


def work(limit: int = _PAGE) -> int:
    """Mend what can be, tell of the rest; gives how many steps were mended or found to have nobody.

    Keeps its own transactions; any number of processes may run it at once.
    """
    touched = sum(
        in_transaction(_abandoned, step_id) for step_id in in_transaction(_find, limit, write=False)
    )
    touched += sum(in_transaction(_heal, step_id) for step_id in in_transaction(_stranded, write=False))
    in_transaction(tell_locked)
    found = audit()
    for gap in found:
        if gap.kind not in ("stranded", "locked"):
            in_transaction(_tell_broken, gap)
    if found:
        kinds = sorted({gap.kind for gap in found})
        log.error("gaps", kinds=kinds, cases=[gap.case_id for gap in found[:20]], count=len(found))
    return touched


def audit() -> list[CaseGap]:
    """Everything that does not stand as it must, and what is stranded; changes nothing."""
    return in_transaction(lambda: [*_running(), *_ended(), *_locked_out()], write=False)


def _find(limit: int) -> list[int]:
    """Open steps that do not say that they have nobody, but have."""
    found: list[int] = []
    while len(found) < limit:
        sql = _ABANDONED.format(last=found[-1] if found else 0, limit=_PAGE)
        rows = [step_id for (step_id,) in database.execute_sql(sql).fetchall()]
        found += rows
        if len(rows) < _PAGE:
            break
    return found


def _locked(step_id: int) -> tuple[CaseTransaction, CaseStep] | None:
    """The step with its case locked, if it is still open in a case that runs."""
    step = CaseStep.get_by_id(step_id)
    turn = CaseTransaction.on(HOUSE, step.case_id)
    step = turn.step(step_id)
    return (turn, step) if step.state == OPEN and turn.case.state == RUNNING else None


def _abandoned(step_id: int) -> bool:
    """Everybody who was asked has gone: whoever the flow names now is asked, or else the step says that it has nobody."""
    found = _locked(step_id)
    if found is None:
        return False
    turn, step = found
    tasks = [task for task in turn.tasks(step) if task.state in _OPEN]
    here = there_of(turn.case.company_id, [task.person_id for task in tasks])
    gone = [task for task in tasks if task.person_id not in here]
    for task in gone:
        release(HOUSE, task.id)
    if not tasks:
        return _fill(turn, step)
    return bool(gone)


def _stranded() -> list[int]:
    rows = CaseStep.select(CaseStep.id).where(CaseStep.state == OPEN, CaseStep.stranded)
    return [row.id for row in rows.order_by(CaseStep.id).limit(_PAGE)]


def _heal(step_id: int) -> bool:
    found = _locked(step_id)
    return found is not None and found[1].stranded and _fill(*found)


def _fill(turn: CaseTransaction, step: CaseStep) -> bool:
    """Ask whoever the flow names by now; says whether anything changed."""
    if step.added:
        return False
    plan = turn.plan(step)
    people = who(plan, turn.scene(), own=turn.chart.own(plan), lift=step.lift)
    if people:
        turn.touch(step, stranded=False)
        turn.note("healed", "重新找到办理人", step=step, people=[one.name for one in people])
        last = max((task.place for task in turn.tasks(step)), default=-1)
        give(turn, plan, step, [one.person_id for one in people], first=last + 1 if last >= 0 else 0)
    elif not step.stranded:
        turn.touch(step, stranded=True)
        turn.note("stranded", "没有人可以办理", step=step)
        turn.tell("step.stranded", step)
    else:
        return False
    turn.finish()
    return True


def _running() -> Iterator[CaseGap]:
    """Invariants 1 and 4 of what runs: an open step of one position, and the key that keeps a second case away."""
    for cases in _pages(Case.state == RUNNING):
        steps: dict[int, list[CaseStep]] = {case.id: [] for case in cases}
        query = CaseStep.select().where(CaseStep.case.in_(list(steps)), CaseStep.state == OPEN)
        for step in query:
            steps[step.case_id].append(step)
        for case in cases:
            yield from _wrong(case, steps[case.id])


def _wrong(case: Case, steps: Sequence[CaseStep]) -> Iterator[CaseGap]:
    if not steps:
        yield CaseGap("no_open_step", case.id, "流程在办理，却没有正在办的步骤")
    if len({step.position for step in steps if not step.added}) > 1:
        yield CaseGap("two_positions", case.id, "流程同时停在两个步骤")
    if any(step.stranded for step in steps):
        yield CaseGap("stranded", case.id, "有步骤没有人办")
    if case.running_key != running_key(case.kind, case.subject_id):
        yield CaseGap("key_missing", case.id, "流程在办理，却没有占住它办的事")


def _ended() -> Iterator[CaseGap]:
    """What has ended holds nothing: no open step, no key."""
    open_steps = (
        CaseStep.select(CaseStep.case)
        .join(Case, on=(CaseStep.case == Case.id))
        .where(CaseStep.state == OPEN, Case.state != RUNNING)
    )
    for (case_id,) in open_steps.distinct().tuples():
        yield CaseGap("step_of_ended", case_id, "流程已结束，却还有正在办的步骤")
    for case in Case.select(Case.id).where(Case.running_key.is_null(False), Case.state != RUNNING):
        yield CaseGap("key_left", case.id, "流程已结束，却还占着它办的事")


def _locked_out() -> Iterator[CaseGap]:
    """Steps that nobody who is asked can sign in for just now."""
    for step in locked_steps():
        yield CaseGap("locked", step.case_id, "办理人的账号都被临时锁定")


def _pages(which: object) -> Iterator[list[Case]]:
    last = 0
    while rows := list(Case.select().where(which, Case.id > last).order_by(Case.id).limit(_PAGE)):
        yield rows
        last = rows[-1].id


def _tell_broken(gap: CaseGap) -> None:
    """Once for each case and fault: those who may reassign."""
    case = Case.get_by_id(gap.case_id)
    told = (CaseEvent.case_id == case.id) & (CaseEvent.act == "broken") & (CaseEvent.title == gap.detail[:60])
    if CaseEvent.select().where(told).exists():
        return
    CaseEvent.insert(**event(HOUSE, case, "broken", gap.detail, person_id=None)).execute()
    announce("case.broken", case, by=HOUSE.name, detail=gap.detail, fault=gap.kind)


__all__ = ["CaseGap", "audit", "work"]
