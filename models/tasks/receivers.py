"""Who may be given a task by hand: somebody of the unit who is there, and is not asked already (H05)."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.errors import Invalid
from models.tasks import definition
from models.tasks.concluding import added_for
from models.tasks.records import DONE, OPEN, WAITING, CaseStep, Task
from models.tasks.resolving import there_of
from models.tasks.turns import Turn


def check_new_holders(
    turn: Turn, step: CaseStep, persons: Sequence[int], *, field: str = "persons", instead: bool = False
) -> dict[int, str]:
    """The names of those who are to have a task in a step. Raises Invalid at `field`.

    Nobody approves what they asked for, unless the flow allows it; nobody is asked twice in a step. `instead`: they
    take the places of those who are asked now, so only who has decided already is no choice.
    """
    here = there_of(turn.case.company_id, persons)
    if len(here) < len(set(persons)):
        raise Invalid(fields={field: "请选择本单位在职、账号没有停用的人"})
    host = turn.step(step.added["step"]) if step.added else step
    plan = turn.plan(host)
    own = turn.case.starter_id
    if plan.kind == definition.APPROVE and own in persons and turn.chart.own(plan) != definition.OWN_ALLOW:
        raise Invalid(fields={field: f"{here[own]}是发起人，不能审批自己的事，请选别人"})
    steps = [host.id, *(one.id for one in added_for(turn, host))]
    states = (DONE,) if instead else (OPEN, WAITING, DONE)
    asked = Task.select(Task.person).where(
        Task.step.in_(steps), Task.state.in_(states), Task.person.in_(list(persons))
    )
    taken = next((here[row.person_id] for row in asked), None)
    if taken is not None:
        raise Invalid(fields={field: f"{taken}已经在办这一步，请选别人"})
    return {person: here[person] for person in persons}
