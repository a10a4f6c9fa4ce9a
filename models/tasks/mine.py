"""From a card that several were sent to the task of who opens it (H02, L01)."""

from __future__ import annotations

from typing import Any

from models.core.actor import Actor
from models.core.errors import NotFound
from models.tasks.reading import find_case
from models.tasks.records import OPEN, CaseStep, Task
from models.tasks.rights import READ_TASKS
from models.tasks.standing import stands_in_for


def of_case(actor: Actor, case_id: Any = None, step_id: Any = None) -> dict[str, str | None]:
    """{task, case}: the actor's task (or of whom they stand in for) in a step, or anywhere in a case.

    What is open comes first, then the newest. None where the actor has no part in it. Raises NotFound.
    """
    actor.require(READ_TASKS)
    step = None if step_id in (None, "") else CaseStep.get_or_none(CaseStep.id == int(step_id))
    if step is None and case_id in (None, ""):
        raise NotFound("没有这个流程")
    case = find_case(actor, case_id if step is None else step.case_id)
    persons = {*actor.person_ids, *stands_in_for(actor)}
    rows = Task.select(Task.id, Task.state).join(CaseStep).where(CaseStep.case == case.id)
    rows = rows.where(Task.person.in_(persons or {0}))
    if step is not None:
        rows = rows.where(Task.step == step.id)
    mine = sorted(rows, key=lambda task: (task.state != OPEN, -task.id))
    return {"task": str(mine[0].id) if mine else None, "case": str(case.id)}
