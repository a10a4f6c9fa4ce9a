"""Who could take over a step that nobody is left to do: the fix that the auditor offers (H06)."""

from __future__ import annotations

from models.tasks.naming import superiors
from models.tasks.records import Case, CaseStep, Task
from models.tasks.resolving import Chosen, there_of
from models.tasks.rightful import persons_with
from models.tasks.rights import REASSIGN_TASKS

_MOST = 3


def fixes(case: Case, step: CaseStep) -> list[Chosen]:
    """Up to three people who could do the step: above whoever had it, above the starter, who may reassign."""
    had = [task.person_id for task in Task.select(Task.person).where(Task.step == step.id).order_by(Task.id)]
    lines = [(person, "原办理人的上级") for one in dict.fromkeys(had) for person in superiors(one)]
    if case.starter_id is not None:
        lines += [(person, "发起人的上级") for person in superiors(case.starter_id)]
    lines += [(person, "可以调整办理人") for person in persons_with(REASSIGN_TASKS, case.company_id)]
    here = there_of(case.company_id, [person for person, _ in lines])
    found: dict[int, Chosen] = {}
    for person, why in lines:
        if person in here and person != case.starter_id and person not in had:
            found.setdefault(person, Chosen(person, here[person], why))
    return list(found.values())[:_MOST]
