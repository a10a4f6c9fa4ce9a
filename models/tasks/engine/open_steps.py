"""A case goes on: steps that do not apply are skipped, notices are told, the next one is opened for its people (H06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.core import clock
from models.core.db.writes import insert_row, insert_rows
from models.core.errors import Conflict
from models.tasks.engine.case_transaction import SKIPPED, CaseTransaction
from models.tasks.flow.conditions import met
from models.tasks.flow.definition import END_APPROVED, END_REFUSED, NOTIFY, ORDER, StepDefinition
from models.tasks.people.resolve import ChosenPerson, found_by, who
from models.tasks.records import APPROVED, DONE, NO_DEADLINE, OPEN, REFUSED, WAITING, CaseStep, Task
from models.tasks.timing import schedule

_ENDS = {END_APPROVED: APPROVED, END_REFUSED: REFUSED}


def rank_of(due_at: datetime | None) -> datetime:
    """Where a task stands in a list by deadline."""
    return due_at or datetime.fromisoformat(NO_DEADLINE)


def go(
    turn: CaseTransaction,
    plan: StepDefinition | None,
    *,
    ending: str = END_APPROVED,
    result: str = "",
    path: Sequence[str] = (),
) -> CaseStep | None:
    """Go on with `plan` (None: the flow ends as `ending` says), and give the step that is open then.

    `result` are the words for how the case ends; `path` the steps whose clock goes on if it comes back to them. Raises
    Conflict for a flow that goes in a circle by itself, which the checker does not let through.
    """
    passed: set[str] = set()
    while plan is not None:
        if plan.key in passed:
            raise Conflict(
                "流程在原地打转", code="flow_loops", cause=f"步骤“{plan.title}”没有人办，又回到了它自己",
                advice="请联系管理员修改流程",
            )  # fmt: skip
        if not met(plan.said.get("when"), turn.subject):
            passed.add(plan.key)
            _pass(turn, plan, SKIPPED, "不需要这一步")
            plan = turn.chart.after(plan)
        elif plan.kind == NOTIFY:
            passed.add(plan.key)
            _notify(turn, plan)
            to = plan.said.get("next")
            if to in _ENDS:
                plan, ending = None, to
            else:
                plan = turn.chart.plan(to) if to and to != "next" else turn.chart.after(plan)
        else:
            return open_step(turn, plan, due=kept_due(turn, plan, path))
    end(turn, _ENDS[ending], result)
    return None


def kept_due(
    turn: CaseTransaction, plan: StepDefinition, path: Sequence[str]
) -> tuple[datetime | None] | None:
    """The deadline of a step that the case comes back to, None (not a deadline of None) if it is not on its path."""
    before = turn.last(plan.key) if plan.key in path else None
    return None if before is None else (before.due_at,)


def end(turn: CaseTransaction, state: str, result: str = "", *, noted: bool = False) -> None:
    """The case is over. `noted`: the act that ended it has a line of its own, which says so."""
    words = type(turn.case).state.title_of(state)
    turn.case.change(state=state, outcome=(result or words)[:60], ended_at=clock.now(), running_key=None)
    if not noted:
        turn.note("ended", words)
    turn.tell("case.ended", state=state, outcome=turn.case.outcome)


def _visit(turn: CaseTransaction, key: str) -> int:
    return sum(step.key == key for step in turn.steps) + 1


def _pass(turn: CaseTransaction, plan: StepDefinition, state: str, title: str, **detail: Any) -> CaseStep:
    now = clock.now()
    step = insert_row(
        CaseStep, case=turn.case.id, key=plan.key, visit=_visit(turn, plan.key), position=plan.position, title=plan.title[:60],
        kind=plan.kind, rule=plan.rule, state=state, opened_at=now, closed_at=now,
    )  # fmt: skip
    turn.steps.append(step)
    turn.note(state if state == SKIPPED else "told", title, step=step, **detail)
    return step


def _notify(turn: CaseTransaction, plan: StepDefinition) -> None:
    people = found_by(plan.who, turn.scene())
    step = _pass(turn, plan, DONE, plan.title, people=[one.name for one in people])
    turn.tell("case.copied", step, persons=[one.person_id for one in people], title=plan.title)


def copy(turn: CaseTransaction, plan: StepDefinition, step: CaseStep) -> None:
    """Tell whom the step copies to, as the subject is now."""
    rules = plan.said.get("copies") or ()
    people = found_by(rules, turn.scene()) if rules else []
    if people:
        turn.note("copied", "抄送", step=step, people=[one.name for one in people])
        turn.tell("case.copied", step, persons=[one.person_id for one in people], title=plan.title)


def open_step(
    turn: CaseTransaction, plan: StepDefinition, *, lift: int = 0, due: tuple[datetime | None] | None = None,
    people: Sequence[ChosenPerson] | None = None,
) -> CaseStep:  # fmt: skip
    """Open a step: everybody whose turn it is has a task. `due` is a deadline that stays as it was.

    With nobody there to do it the step is stranded, and those who may reassign are told.
    """
    if people is None:
        people = who(plan, turn.scene(), own=turn.chart.own(plan), lift=lift)
    now = clock.now()
    due_at = due[0] if due is not None else _due(turn, plan, now)
    step = insert_row(
        CaseStep, case=turn.case.id, key=plan.key, visit=_visit(turn, plan.key), position=plan.position, title=plan.title[:60],
        kind=plan.kind, rule=plan.rule, lift=lift, stranded=not people, opened_at=now, due_at=due_at,
        next_nudge_at=schedule.next_after(plan, due_at, now, turn.case.company_id), subject_state=turn.subject_state,
    )  # fmt: skip
    turn.steps.append(step)
    give(turn, plan, step, [one.person_id for one in people])
    if not people:
        turn.note("stranded", "没有人可以办理", step=step)
        turn.tell("step.stranded", step)
    return step


def give(
    turn: CaseTransaction,
    plan: StepDefinition,
    step: CaseStep,
    persons: Sequence[int],
    *,
    first: int = 0,
    wait: bool = False,
) -> None:
    """Make the tasks of a step for persons, from place `first` on, and tell those whose turn it is.

    Where they go one after the other the first is asked at once, or (`wait`) after those who are asked already.
    """
    if not persons:
        return
    now = clock.now()
    case = turn.case
    waiting = [plan.rule == ORDER and (number > 0 or wait) for number in range(len(persons))]
    rows = [
        {
            "company": case.company_id, "person": person, "kind": "case", "step": step.id,
            "subject_kind": case.kind, "subject_id": case.subject_id, "title": f"{plan.title}：{case.title}"[:160],
            "text": plan.said.get("text"), "state": WAITING if waits else OPEN, "place": first + number,
            "opened_at": now, "due_at": step.due_at, "rank_at": rank_of(step.due_at), "created_at": now,
            "updated_at": now,
        }
        for number, (person, waits) in enumerate(zip(persons, waiting, strict=True))
    ]  # fmt: skip
    if len(rows) == 1:
        turn.task_added(insert_row(Task, **rows[0]))
    else:
        insert_rows(Task, rows)
        turn.tasks_changed()
    asked = [person for person, waits in zip(persons, waiting, strict=True) if not waits]
    if asked:
        turn.tell("step.opened", step, persons=asked)


def _due(turn: CaseTransaction, plan: StepDefinition, now: datetime) -> datetime | None:
    column = plan.said.get("due")
    if column:
        due: datetime | None = turn.subject.__data__.get(column)
        return due
    return schedule.time_limit(plan, turn.case.company_id, now)


__all__ = ["copy", "end", "give", "go", "kept_due", "open_step", "rank_of"]
