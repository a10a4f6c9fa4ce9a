"""From a card that several were sent, or a row of a ledger, to the task of who opens it (H02, L01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.errors import NotFound
from models.core.ledger.declaration import ledger_named
from models.core.security.actor import Actor
from models.tasks.access import find_case
from models.tasks.people.delegation import stands_in_for
from models.tasks.records import OPEN, Case, CaseStep, Task
from models.tasks.rights import READ_TASKS
from models.tasks.subjects import all_served

Mine = dict[str, str | None]


def of_case(actor: Actor, case_id: int | None = None, step_id: int | None = None) -> Mine:
    """{task, case}: the actor's task (or of whom they stand in for) in a step, or anywhere in a case.

    What is open comes first, then the newest. None where the actor has no part in it. Raises NotFound.
    """
    actor.require(READ_TASKS)
    step = None if step_id is None else CaseStep.get_or_none(CaseStep.id == step_id)
    wanted = case_id if step is None else step.case_id
    if wanted is None:
        raise NotFound("没有这个流程")
    case = find_case(actor, wanted)
    persons = {*actor.person_ids, *stands_in_for(actor)}
    rows = Task.select(Task.id, Task.state).join(CaseStep).where(CaseStep.case == case.id)
    rows = rows.where(Task.person.in_(persons or {0}))
    if step is not None:
        rows = rows.where(Task.step == step.id)
    mine = sorted(rows, key=lambda task: (task.state != OPEN, -task.id))
    return {"task": str(mine[0].id) if mine else None, "case": str(case.id)}


def of_row(actor: Actor, ledger: str | None, row_id: int | None) -> Mine:
    """{task, case}: what the actor is to do now about a row of a ledger, whichever ledger it is; None for nothing.

    One's own task comes before that of somebody whom one stands in for, then what is due first. Who opens a hazard is
    led to the request for more time for it, too.
    """
    actor.require(READ_TASKS)
    known, number = ledger_named(ledger or ""), row_id or 0
    absent = stands_in_for(actor)
    query = Task.select(Task, CaseStep).left_outer_join(CaseStep).where(Task.state == OPEN)
    query = query.where(Task.person.in_({*actor.person_ids, *absent} or {0}))
    if known is None:
        return {"task": None, "case": None}
    if known.record is Task:
        query = query.where(Task.id == number)
    elif known.record is Case:
        query = query.where(CaseStep.case == number)
    else:
        where = None
        for kind, ids in _subjects(known.record, number):
            one = (Task.subject_kind == kind) & Task.subject_id.in_(list(ids))
            where = one if where is None else where | one
        if where is None:
            return {"task": None, "case": None}
        query = query.where(where)
    mine = sorted(query, key=lambda task: (task.person_id in absent, task.rank_at, task.id))
    if not mine:
        return {"task": None, "case": None}
    step = mine[0].step
    return {"task": str(mine[0].id), "case": None if step is None else str(step.case_id)}


def _subjects(record: Any, row_id: int) -> list[tuple[str, Sequence[int]]]:
    """What flows serve of a row: the row itself, and what hangs on it."""
    found: list[tuple[str, Sequence[int]]] = []
    for served in all_served():
        if served.record is record:
            found.append((served.kind, (row_id,)))
        elif record in served.hangs_on:
            found.append((served.kind, served.hangs_on[record](row_id) or (0,)))
    return found
