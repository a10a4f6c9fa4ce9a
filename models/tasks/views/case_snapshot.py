"""A case as it is, read without a lock: for news and lists, which decide nothing."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.security.actor import Actor
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.flow.definition import Flowchart, StepDefinition
from models.tasks.people.finders import Scene
from models.tasks.records import OPEN, Case, CaseStep, FlowVersion, Task

HOUSE = Actor(account_id=None, name="系统")


def holders(step_id: int) -> list[int]:
    """The persons whose turn it is in a step."""
    query = Task.select(Task.person).where(Task.step == step_id, Task.state == OPEN)
    return [task.person_id for task in query.order_by(Task.place, Task.id)]


def plan_of(case: Case, step: CaseStep) -> StepDefinition:
    """The definition of a step."""
    if step.added:
        return StepDefinition(step.added, step.position)
    return Flowchart(FlowVersion.get_by_id(case.flow_version_id).definition).plan(step.key)


def scene_of(case: Case, holding: Sequence[int]) -> Scene | None:
    """What finders of people may look at; None where the subject is gone."""
    turn = CaseTransaction.looking(HOUSE, case)
    return None if turn.look_at_subject() is None else turn.scene(holding)
