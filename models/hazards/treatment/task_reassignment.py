"""Open tasks of a hazard that is somewhere else now go to who is responsible there (E01, X05)."""

from __future__ import annotations

from models.core.security.actor import Actor
from models.grid.owners.task_handover import ask_again
from models.hazards.records import Hazard
from models.tasks.engine.start import running_case
from models.tasks.records import OPEN, WAITING, CaseStep, Task


def follow_place(actor: Actor, hazard: Hazard) -> int:
    """A hazard is somewhere else: its open tasks go to who is responsible there; gives how many did."""
    case = running_case("hazard", hazard.id)
    if case is None:
        return 0
    tasks = (
        Task.select(Task.id)
        .join(CaseStep, on=(Task.step == CaseStep.id))
        .where(CaseStep.case == case.id, Task.state.in_((OPEN, WAITING)))
    )
    return sum(ask_again(actor, case.id, task.id) for task in list(tasks))
