"""A task found by what a door has as its id, and its case locked for who holds it (H05)."""

from __future__ import annotations

from peewee import JOIN, ModelSelect

from models.core.db.queries import prepared
from models.core.errors import Conflict, NotFound
from models.core.security.actor import Actor
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.conclude import added_for
from models.tasks.people.delegation import doer_of, done_already, name_of
from models.tasks.records import DONE, OPEN, WAITING, CaseStep, Task


def located(task_id: int) -> tuple[int, int | None, int]:
    """Where a task is, by what a door has as its id: its id, its step's and its case's. Raises NotFound."""
    where = _located(task_id)
    if not where:
        raise NotFound("没有这个任务")
    task, step, case = where[0]
    return int(task), step, case or 0


@prepared
def _located(task_id: int) -> ModelSelect:
    query = Task.select(Task.id, Task.step, CaseStep.case)
    return (
        query.join(CaseStep, JOIN.LEFT_OUTER, on=(Task.step == CaseStep.id))
        .where(Task.id == task_id)
        .tuples()
    )


def turn_for(actor: Actor, task_id: int) -> tuple[CaseTransaction, CaseStep, Task]:
    """The case locked for the holder of one of its tasks (or who stands in), the step and the task.

    Raises Conflict if the task is not open any more, or not yet; NotFound, Forbidden `not_yours`.
    """
    number, step_id, case_id = located(task_id)
    if step_id is None:
        raise Conflict("这个任务不用审批", code="no_case", cause="它不在流程里", advice="请直接办理")
    turn = CaseTransaction.on(actor, case_id)
    task = Task.get_by_id(number)
    turn.person_id, turn.for_name = doer_of(actor, task)
    step = turn.step(task.step_id)
    if task.state != OPEN:
        raise not_open(turn, step, task)
    turn.must_run()
    return turn, step, task


def not_open(turn: CaseTransaction, step: CaseStep, task: Task) -> Conflict:
    """Why a task can't be done any more, or not yet: who did what, and when."""
    if task.state == DONE:
        return done_already(task)
    if task.state == WAITING and step.state == OPEN:
        ahead = [one for at in (*added_for(turn, step), step) for one in turn.tasks(at) if one.state == OPEN]
        names = "、".join(name_of(one.person_id) for one in ahead)
        return Conflict(
            "还没有轮到您",
            code="not_your_turn",
            cause=f"前面还有{names}没有办",
            advice="轮到您时会通知您",
        )
    closing = (
        Task.select().where(Task.step == step.id, Task.state == DONE).order_by(Task.done_at.desc(), Task.id.desc())
    ).first()  # fmt: skip
    if step.state in ("done", "returned") and closing is not None:
        return done_already(closing)
    turn.must_run()
    return Conflict(
        "这个任务不用您办了",
        code="moved_on",
        cause="办理人已经调整，或者这一步已经撤回",
        advice="请刷新待办列表",
    )
