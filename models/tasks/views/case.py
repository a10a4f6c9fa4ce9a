"""A case as the doors show it (docs/tasks.md): its flow as a picture, and the record of everything that was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core import clock
from models.core.fields import moment_text
from models.core.security.actor import Actor
from models.tasks.access import concerns, find_case, may_read
from models.tasks.engine.case_actions import may_urge
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.withdraw import may_withdraw
from models.tasks.people.delegation import stands_in_for
from models.tasks.records import OPEN, RUNNING, Case, CaseEvent, CaseStep, Task
from models.tasks.rights import ACT_TASKS, REASSIGN_TASKS
from models.tasks.timing.audit_fixes import fixes
from models.tasks.views.decision_facts import about_json, about_subject, events_of, picture_ids, words_for
from models.tasks.views.items import names_of, people_of, pictures_of

MAX_CASES = 20
#: What a step's state is called.
STEP_STATES = {
    "done": "已办", "open": "办理中", "returned": "已退回", "skipped": "不需要", "ahead": "未到", "withdrawn": "已撤回",
}  # fmt: skip


def case_view(actor: Actor, case_id: int, *, case: Case | None = None) -> dict[str, Any]:
    """A case with its steps and its record. `case`: one that the caller has found to be visible. Raises NotFound."""
    if case is None:
        case = find_case(actor, case_id)
    turn = CaseTransaction.looking(actor, case)
    tasks = turn.all_tasks()
    events = events_of(case)
    view = case_json(actor, turn, tasks, names_of(people_of(tasks)), events)
    return view | {"about": _about(actor, turn, events), "mine": _mine(actor, tasks)}


def _about(actor: Actor, turn: CaseTransaction, events: Sequence[CaseEvent]) -> dict[str, Any]:
    """What the case is about, for who looks at it; with the words that led to where it is."""
    subject = turn.look_at_subject()
    shown = turn.served.shown_of(subject)
    step = turn.open_steps[-1] if turn.open_steps else None
    words = () if step is None else words_for(turn.steps, step, events)
    pictures = pictures_of(actor, picture_ids(shown))
    private = concerns(actor, turn.case)
    return about_json(about_subject(turn.served, subject, shown, words, private=private), pictures)


def _mine(actor: Actor, tasks: Sequence[Task]) -> str | None:
    """The open task that is the actor's to do now: their own, or else of somebody whom they stand in for."""
    waiting = [task for task in tasks if task.state == OPEN]
    own = [task for task in waiting if task.person_id in actor.person_ids]
    if not own and waiting:
        absent = stands_in_for(actor)
        own = [task for task in waiting if task.person_id in absent]
    return str(own[0].id) if own and actor.may(ACT_TASKS) else None


def case_json(
    actor: Actor,
    turn: CaseTransaction,
    tasks: Sequence[Task],
    names: Mapping[int, str],
    events: Sequence[CaseEvent],
) -> dict[str, Any]:
    """The same of what has been loaded: a look at the case, all its tasks, what their people are called."""
    case = turn.case
    running = case.state == RUNNING
    acting = actor.may(ACT_TASKS)
    path = turn.served.path_at(actor.door, turn.look_at_subject())
    return {
        "id": str(case.id),
        "number": case.number or "",
        "title": case.title,
        "state": case.state,
        "state_text": Case.state.title_of(case.state),
        "outcome": case.outcome,
        "starter": case.starter_name or "",
        "started_at": moment_text(case.started_at),
        "ended_at": moment_text(case.ended_at),
        "subject": {"kind": case.kind, "id": str(case.subject_id), "title": case.title, "path": path},
        "flow": {"name": turn.flow[0], "version": turn.flow[1]},
        "steps": [*_been(turn, tasks, names), *(_ahead(turn) if running else [])],
        "events": [event_json(row) for row in events],
        "fixes": _fixes(actor, turn) if running else [],
        "may": {
            "withdraw": running and acting and may_withdraw(actor, case),
            "urge": running and acting and may_urge(actor, case),
            "comment": acting,
            "reassign": running and actor.may(REASSIGN_TASKS, case),
        },
    }


def _been(turn: CaseTransaction, tasks: Sequence[Task], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """The steps that were opened, each with its people."""
    return [
        {
            "id": str(step.id), "key": step.key, "title": step.title, "kind": step.kind, "rule": step.rule,
            "state": step.state, "state_text": STEP_STATES[step.state], "visit": step.visit,
            "stranded": bool(step.stranded), "opened_at": moment_text(step.opened_at),
            "closed_at": moment_text(step.closed_at), "due_at": moment_text(step.due_at), "late": _late(step),
            "added": bool(step.added),
            "people": [_person(task, names) for task in tasks if task.step_id == step.id],
        }
        for step in turn.steps
    ]  # fmt: skip


def _fixes(actor: Actor, turn: CaseTransaction) -> list[dict[str, Any]]:
    """Who could take over a step that nobody is left for, as the news of it names them; for who may give it to them."""
    stranded = next((step for step in turn.open_steps if step.stranded), None)
    if stranded is None or not actor.may(REASSIGN_TASKS, turn.case):
        return []
    return [
        {"id": str(one.person_id), "name": one.name, "why": one.why} for one in fixes(turn.case, stranded)
    ]


def _late(step: CaseStep) -> bool:
    return step.due_at is not None and (step.closed_at or clock.now()) > step.due_at


def _person(task: Task, names: Mapping[int, str]) -> dict[str, Any]:
    """One person's part; of one who was done for by another, by whom."""
    stood_in = task.done_by_id is not None and task.done_by_id != task.person_id
    return {
        "id": str(task.person_id), "name": names.get(task.done_by_id if stood_in else task.person_id, ""),
        "for": names.get(task.person_id, "") if stood_in else None, "state": task.state, "task": str(task.id),
        "state_text": Task.state.title_of(task.state), "outcome_title": task.outcome_title,
        "comment": task.comment or "", "at": moment_text(task.done_at), "late": _overdue(task),
    }  # fmt: skip


def _overdue(task: Task) -> bool:
    return task.state == OPEN and task.due_at is not None and task.due_at < clock.now()


def _ahead(turn: CaseTransaction) -> list[dict[str, Any]]:
    """What follows, as the flow lists it; a return has made some of it ahead again."""
    now = turn.open_steps
    at = max((step.position for step in now), default=0)
    return [
        {
            "id": None, "key": plan.key, "title": plan.title, "kind": plan.kind, "rule": plan.rule, "state": "ahead",
            "state_text": STEP_STATES["ahead"], "visit": 0, "stranded": False, "opened_at": None, "closed_at": None,
            "due_at": None, "late": False, "added": False, "people": [],
        }
        for plan in turn.chart.plans
        if plan.position > at
    ]  # fmt: skip


def event_json(row: CaseEvent) -> dict[str, Any]:
    """One event as a record of it shows it."""
    detail: Any = row.detail or {}
    return {
        "id": str(row.id), "at": moment_text(row.at), "act": row.act, "name": row.name, "for": row.for_name,
        "title": row.title, "comment": row.comment or "", "door": row.door,
        "detail": {name: detail[name] for name in ("people", "to", "of") if detail.get(name)},
        "step": None if row.step_id is None else str(row.step_id),
    }  # fmt: skip


def subject_cases(actor: Actor, kind: str, subject_id: int) -> list[dict[str, Any]]:
    """The cases of a subject that the actor may see, the newest first; at most 20."""
    rows: Sequence[Case] = list(
        Case.select()
        .where(Case.kind == kind, Case.subject_id == subject_id)
        .order_by(Case.id.desc())
        .limit(MAX_CASES)
    )
    return [case_view(actor, row.id, case=row) for row in rows if may_read(actor, row)]


__all__ = ["STEP_STATES", "case_view", "event_json", "subject_cases"]
