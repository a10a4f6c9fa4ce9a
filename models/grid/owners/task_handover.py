"""Open tasks follow the responsibility for a place (E01, X05)."""

from __future__ import annotations

from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.tasks.people.reassign_on_change import ask_anew
from models.tasks.records import OPEN, WAITING, CaseStep, Task
from models.tasks.subjects import all_served, served_kind


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
            moved += ask_again(actor, task.opened.case_id, task.id)
    return moved


def ask_again(actor: Actor, case_id: int, task_id: int) -> int:
    return ask_anew(actor, case_id, task_id, title="网格交接", why="网格责任人已调整")
