"""How an open step goes on when one of its tasks is done or taken away: whose turn it is now, who signs, who is missing (H05, H06).

One thing leads to another here, and back: a holder who has gone calls the next, who may have gone too; signers who
have gone let their host go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.errors import AnbanError
from models.tasks.engine.case_transaction import AHEAD, CaseTransaction
from models.tasks.engine.conclude import added_for, close, conclude, concluded, merged
from models.tasks.engine.open_steps import give
from models.tasks.flow.definition import StepOutcome
from models.tasks.people.delegation import name_of
from models.tasks.people.resolve import there_of, who
from models.tasks.records import CANCELLED, OPEN, WAITING, CaseStep, Task


def settle(
    turn: CaseTransaction,
    step: CaseStep,
    task: Task,
    outcome: StepOutcome,
    values: dict[str, Any],
    tasks: Sequence[Task] | None = None,
) -> None:
    """What a task that was just done means: signers after it come first, then the step's rule, then what follows."""
    if outcome.first and call_after(turn, step, task):
        turn.touch(step)
        turn.tell("step.decided", step, outcome=outcome.title)
        return
    if not outcome.first:  # who was to agree with the holder has nothing to agree with
        for ahead in added_for(turn, step, task):
            close(turn, ahead, "withdrawn", None)
    tasks = turn.tasks(step) if tasks is None else tasks
    final = concluded(turn, step, tasks, outcome)
    if final is None:
        turn.touch(step)
        turn.tell("step.decided", step, outcome=outcome.title)
        call_next(turn, step, tasks)
        pass_over_gone(turn, step)
        return
    plan = turn.plan(step)
    if final.first and plan.rule != "any":
        values = merged(plan, tasks, final, turn.served.inputs(turn.subject)) | (
            values if final == outcome else {}
        )
    conclude(turn, step, final, values, task.done_by_id, tasks)


def call_next(turn: CaseTransaction, step: CaseStep, tasks: Sequence[Task]) -> None:
    """Where nobody's turn it is, it is that of the next who waits."""
    if any(task.state == OPEN for task in tasks) or added_for(turn, step):
        return
    waiting = [task for task in tasks if task.state == WAITING]
    if waiting:
        wake(turn, step, min(waiting, key=lambda task: (task.place, task.id)))


def wake(turn: CaseTransaction, step: CaseStep, task: Task) -> None:
    """A task that waited is to be done now; its holder is told. If they have gone meanwhile, somebody else is asked."""
    if task.person_id not in there_of(turn.case.company_id, [task.person_id]):
        let_go(turn, step, task, "办理人已离开")
        return
    now = clock.now()
    changed = Task.update(state=OPEN, opened_at=now, updated_at=now, version=Task.version + 1).where(
        Task.id == task.id, Task.state == WAITING
    )
    met = changed.execute()
    turn.tasks_changed()
    if met == 1:
        turn.tell("step.opened", step, persons=[task.person_id])


def pass_over_gone(turn: CaseTransaction, step: CaseStep) -> None:
    """Where only people who have gone meanwhile are still asked, their part goes to whoever the flow names now."""
    left = [task for task in turn.tasks(step) if task.state == OPEN]
    if not left or added_for(turn, step) or there_of(turn.case.company_id, [task.person_id for task in left]):
        return
    for task in left:
        let_go(turn, step, task, "办理人已离开")


def let_go(turn: CaseTransaction, step: CaseStep, task: Task, why: str) -> None:
    """Take an open or waiting task from its holder, and see that somebody is there to do the step."""
    now = clock.now()
    Task.update(state=CANCELLED, updated_at=now, version=Task.version + 1).where(Task.id == task.id).execute()
    turn.tasks_changed()
    turn.touch(step)
    turn.note("released", why, step=step, task=task, of=name_of(task.person_id))
    turn.tell("step.decided", step, outcome=why)
    refill(turn, step)


def refill(turn: CaseTransaction, step: CaseStep) -> None:
    """See that somebody is there to do an open step of which a task was taken away."""
    for added in added_for(turn, step):
        if not added.added["before"] and added.state == "open":
            continue
        host = Task.get_by_id(added.added["task"])
        if host.state == CANCELLED:  # whom they were put in for is gone, and so is the reason
            close(turn, added, "withdrawn", None)
    tasks = turn.tasks(step)
    if any(task.state in (OPEN, WAITING) for task in tasks) or added_for(turn, step):
        call_next(turn, step, tasks)
        return
    if step.added:
        nobody_signs(turn, step)
        return
    asked = {task.person_id for task in tasks if task.state != OPEN}
    plan = turn.plan(step)
    people = who(plan, turn.scene(), own=turn.chart.own(plan), lift=step.lift)
    new = [one.person_id for one in people if one.person_id not in asked]
    if new:
        give(turn, plan, step, new)
    else:
        strand(turn, step)


def strand(turn: CaseTransaction, step: CaseStep) -> None:
    """Nobody is there to do the step: it says so, and those who may reassign are told."""
    if not step.stranded:
        turn.touch(step, stranded=True)
        turn.note("stranded", "没有人可以办理", step=step)
        turn.tell("step.stranded", step)


def call_after(turn: CaseTransaction, step: CaseStep, task: Task) -> bool:
    """The holder has passed: who was put in after them is asked now; says whether there is anybody."""
    for added in added_for(turn, step, task):
        if added.state != AHEAD:
            continue
        here = there_of(turn.case.company_id, added.added["persons"])
        persons = [person for person in added.added["persons"] if person in here]
        if not persons:
            turn.touch(added, state="withdrawn", closed_at=clock.now())
            turn.note("stranded", "加签的人都不在了，不再等", step=added)
            continue
        turn.touch(added, state=OPEN, opened_at=clock.now())
        give(turn, turn.plan(added), added, persons)
        return True
    return False


def signed(
    turn: CaseTransaction, step: CaseStep, task: Task, outcome: StepOutcome, values: dict[str, Any]
) -> None:
    """Somebody who was put in has signed: the next does, or the task that they were put in for goes on."""
    tasks = turn.tasks(step)
    final = concluded(turn, step, tasks, outcome)
    if final is None:
        turn.touch(step)
        turn.tell("step.decided", step, outcome=outcome.title)
        call_next(turn, step, tasks)
        return
    done_signing(turn, step, final, values)


def done_signing(turn: CaseTransaction, step: CaseStep, final: StepOutcome, values: dict[str, Any]) -> None:
    """The step that was put in is over, with an outcome: its host goes on."""
    close(turn, step, "done", final)
    host = turn.step(step.added["step"])
    task = Task.get_by_id(step.added["task"])
    if step.added["before"]:
        turn.touch(host)
        wake(turn, host, task)
        return
    plan = turn.plan(host)
    decided = plan.outcome(final.key) if not final.first and final.refusal else None
    if decided is not None:
        conclude(turn, host, decided, values, turn.person_id)
        return
    decided = plan.outcome(str(task.outcome))
    assert decided is not None
    inputs = turn.served.inputs(turn.subject)
    kept = {name: inputs[name].clean(value) for name, value in (task.values or {}).items() if name in inputs}
    settle(turn, host, task, decided, kept)


def nobody_signs(turn: CaseTransaction, step: CaseStep) -> None:
    """Nobody is left of those who were put in: the host goes on as if they had agreed.

    What its holder decided may not be possible any more by now (nobody is above, a deadline has passed), and nobody is
    there to be told: then they decide anew, or whoever the flow names where they are gone too.
    """
    try:
        with turn.trying():
            done_signing(turn, step, turn.plan(step).outcomes[0], {})
    except AnbanError as error:
        close(turn, step, "withdrawn", None)
        host = turn.step(step.added["step"])
        task = Task.get_by_id(step.added["task"])
        turn.note("released", f"加签的人都不在了，请重新办理：{error.title}", step=host, task=task)
        _ask_again(turn, host, task)


def _ask_again(turn: CaseTransaction, host: CaseStep, task: Task) -> None:
    plan = turn.plan(host)
    persons = list(there_of(turn.case.company_id, [task.person_id]))
    persons = persons or [
        one.person_id for one in who(plan, turn.scene(), own=turn.chart.own(plan), lift=host.lift)
    ]
    turn.touch(host)
    if persons:
        give(turn, plan, host, persons, first=max(one.place for one in turn.tasks(host)) + 1)
    else:
        strand(turn, host)
