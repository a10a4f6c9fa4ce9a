"""Who could take over a step that nobody is left to do: the fix that the auditor offers (H06)."""

from __future__ import annotations

from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.people.resolve import ChosenPerson, there_of
from models.tasks.people.responsible import persons_with
from models.tasks.people.separation_of_duties import barred
from models.tasks.people.standard_finders import superiors
from models.tasks.records import Case, CaseStep, Task
from models.tasks.rights import REASSIGN_TASKS
from models.tasks.views.case_snapshot import HOUSE

_MOST = 3


def fixes(case: Case, step: CaseStep) -> list[ChosenPerson]:
    """Up to three people who could do the step: above whoever had it, above the starter, who may reassign."""
    had = [task.person_id for task in Task.select(Task.person).where(Task.step == step.id).order_by(Task.id)]
    lines = [(person, "原办理人的上级") for one in dict.fromkeys(had) for person in superiors(one)]
    if case.starter_id is not None:
        lines += [(person, "发起人的上级") for person in superiors(case.starter_id)]
    lines += [(person, "可以调整办理人") for person in persons_with(REASSIGN_TASKS, case.company_id)]
    here = there_of(case.company_id, [person for person, _ in lines])
    found: dict[int, ChosenPerson] = {}
    turn = CaseTransaction.looking(HOUSE, case)
    out = barred(turn, turn.plan(turn.step(step.added["step"]) if step.added else turn.step(step.id)))
    for person, why in lines:
        if person in here and person not in (case.starter_id, *out, *had):
            found.setdefault(person, ChosenPerson(person, here[person], why))
    return list(found.values())[:_MOST]
