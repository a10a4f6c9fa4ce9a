"""Open tasks follow the responsibility for a place: another owner, or a hazard that is somewhere else (E01, X05)."""

from __future__ import annotations

from models.core.actor import Actor
from models.hazards.grid import GridNode
from models.hazards.records import Hazard
from models.tasks.asking_anew import ask_anew
from models.tasks.records import OPEN, WAITING, CaseStep, Task
from models.tasks.serving import all_served, served_kind
from models.tasks.starting import running_case


def hand_over_place(actor: Actor, node: GridNode, before: int) -> int:
    """Tasks that somebody has because they were responsible for a place go to who is now; gives how many.

    What they have for another reason (they were named, they are responsible nearer by) stays with them.
    """
    kinds = [served.kind for served in all_served()]
    tasks = (
        Task.select(Task, CaseStep.case)
        .join(CaseStep, on=(Task.step == CaseStep.id), attr="opened")
        .where(
            Task.company == node.company_id, Task.person == before, Task.state.in_((OPEN, WAITING)),
            Task.subject_kind.in_(kinds),
        )
        .order_by(Task.id)
    )  # fmt: skip
    inside = {row.id for row in GridNode.select(GridNode.id).where(GridNode.path.startswith(node.path))}
    moved = 0
    for task in list(tasks):
        served = served_kind(task.subject_kind)
        subject = served.record.get_or_none(served.record.id == task.subject_id)
        if subject is not None and served.grid_of(subject) in inside:
            moved += _resolved_anew(actor, task.opened.case_id, task.id)
    return moved


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
    return sum(_resolved_anew(actor, case.id, task.id) for task in list(tasks))


def _resolved_anew(actor: Actor, case_id: int, task_id: int) -> int:
    return ask_anew(actor, case_id, task_id, title="网格交接", why="网格责任人已调整")
