"""Who may be given a task by hand: somebody of the unit who is there, and is not asked already (H05)."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.errors import Invalid
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.conclude import added_for
from models.tasks.flow import definition
from models.tasks.people.resolve import there_of
from models.tasks.people.separation_of_duties import barred, told
from models.tasks.records import DONE, OPEN, WAITING, CaseStep, Task


def check_new_holders(
    turn: CaseTransaction,
    step: CaseStep,
    persons: Sequence[int],
    *,
    field: str = "persons",
    instead: bool = False,
) -> dict[int, str]:
    """The names of those who are to have a task in a step. Raises Invalid at `field`.

    Nobody approves what they asked for, unless the flow allows it, nor judges their own work, nor takes an approval to
    themselves (I1); nobody is asked twice in a step. `instead`: they
    take the places of those who are asked now, so only who has decided already is no choice.
    """
    here = there_of(turn.case.company_id, persons)
    if len(here) < len(set(persons)):
        raise Invalid(fields={field: "请选择本单位在职、账号没有停用的人"})
    host = turn.step(step.added["step"]) if step.added else step
    plan = turn.plan(host)
    out = barred(turn, plan)
    wrong = next((one for one in persons if one in out), None)
    if wrong is not None:
        raise Invalid(fields={field: told(out[wrong], wrong, plan)})
    mine = next((here[one] for one in turn.actor.person_ids if one in persons), None)
    if plan.kind == definition.APPROVE and mine is not None:
        raise Invalid(fields={field: "不能把别人的审批调给自己，请选别人"})
    steps = [host.id, *(one.id for one in added_for(turn, host))]
    states = (DONE,) if instead else (OPEN, WAITING, DONE)
    asked = Task.select(Task.person).where(
        Task.step.in_(steps), Task.state.in_(states), Task.person.in_(list(persons))
    )
    taken = next((here[row.person_id] for row in asked), None)
    if taken is not None:
        raise Invalid(fields={field: f"{taken}已经在办这一步，请选别人"})
    return {person: here[person] for person in persons}
