"""Deadlines of steps: a reminder before, the ladder after (H05, H06). Each nudge once, whatever dies in between."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.core import clock
from models.core.db.connection import in_transaction, is_sqlite
from models.core.events.outbox import announce
from models.tasks.engine.case_transaction import event
from models.tasks.records import OPEN, RUNNING, Case, CaseEvent, CaseStep
from models.tasks.timing import schedule
from models.tasks.timing.schedule import Nudge
from models.tasks.views.case_snapshot import HOUSE, plan_of


def work(limit: int = 200) -> int:
    """Take up to `limit` steps whose next nudge is due; gives how many. Call it outside of a transaction.

    What is announced and when the next is due are written together: who is killed in it has done nothing, and whoever
    comes next does it. Any number of processes may.
    """
    return in_transaction(_take, limit)


def _take(limit: int) -> int:
    now = clock.now()
    query = (
        CaseStep.select()
        .where(CaseStep.state == OPEN, CaseStep.next_nudge_at <= now)
        .order_by(CaseStep.next_nudge_at, CaseStep.id)
        .limit(limit)
    )
    # Whoever acts on the case just now has the step, and will set its time anew.
    steps = list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))
    cases = {case.id: case for case in Case.select().where(Case.id.in_({s.case_id for s in steps} or {0}))}
    for step in steps:
        _nudge(cases[step.case_id], step, now)
    return len(steps)


def _nudge(case: Case, step: CaseStep, now: datetime) -> None:
    plan = plan_of(case, step)
    since: datetime = step.next_nudge_at
    due = [
        nudge for nudge in schedule.schedule(plan, step.due_at, case.company_id) if since <= nudge.at <= now
    ]
    # A deadline that was moved has other times: then nothing is due yet, and only the next time is written.
    told = _worth_telling(due, step, now) if case.state == RUNNING else []
    for nudge in told:
        _tell(case, step, nudge)
    CaseStep.update(
        next_nudge_at=schedule.next_after(plan, step.due_at, now, case.company_id),
        nudges=CaseStep.nudges + len(told),
    ).where(CaseStep.id == step.id, CaseStep.state == OPEN).execute()


def _worth_telling(due: list[Nudge], step: CaseStep, now: datetime) -> list[Nudge]:
    """After a standstill: of several reminders the last, and none once it is late; of the ladder every rung, as each
    tells others, but in one: whom several rungs name is told once."""
    reminders = [nudge for nudge in due if not nudge.late and step.due_at is not None and now < step.due_at]
    return [*reminders[-1:], *_in_one([nudge for nudge in due if nudge.late])]


def _in_one(rungs: list[Nudge]) -> list[Nudge]:
    """Rungs that are due at the same time as a single one to all whom they name."""
    if not rungs:
        return []
    who: list[Any] = []
    for rule in (rule for rung in rungs for rule in rung.who):
        who += [] if rule in who else [rule]
    return [Nudge(rungs[-1].at, True, tuple(who))]


def _tell(case: Case, step: CaseStep, nudge: Nudge) -> None:
    act, title = ("overdue", "超时提醒") if nudge.late else ("due_soon", "到期前提醒")
    CaseEvent.insert(**event(HOUSE, case, act, title, person_id=None, step_id=step.id)).execute()
    who = [dict(rule) for rule in nudge.who]
    announce(f"step.{act}", case, by=HOUSE.name, step=step.id, version=step.version, who=who)
