"""Who does an open step is asked of its flow anew, as something that it looks up has changed (E01, A04, X05)."""

from __future__ import annotations

from models.core.security.actor import Actor
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.reassignment import pass_on, release
from models.tasks.people.resolve import who
from models.tasks.records import OPEN, WAITING, Case, Task


def ask_anew(actor: Actor, case_id: int, task_id: int, *, title: str, why: str) -> int:
    """Its holder keeps the task where the flow still names them, or somebody else has it from now on; 1 if so.

    Where the flow names nobody else, the task is let go as that of a leaver.
    """
    turn = CaseTransaction.on(actor, case_id)
    task = Task.get_by_id(task_id)
    if task.state not in (OPEN, WAITING) or turn.case.state != Case.state.default:
        return 0
    step = turn.step(task.step_id)
    if step.added:
        return 0
    plan = turn.plan(step)
    people = [one.person_id for one in who(plan, turn.scene(), own=turn.chart.own(plan), lift=step.lift)]
    if task.person_id in people:
        return 0
    asked = {one.person_id for one in turn.tasks(step)}
    new = next((person for person in people if person not in asked), None)
    if new is None:
        release(actor, task.id, why=why)
        return 1
    pass_on(turn, step, task, new, act="handed_over", title=title, comment=why)
    turn.finish()
    return 1
