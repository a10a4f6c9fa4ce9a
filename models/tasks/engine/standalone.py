"""Tasks that no case stands behind, such as periodic work (A05): done once, with what their form asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core import clock
from models.core.db.connection import is_sqlite
from models.core.errors import Conflict, Invalid, NotFound
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.tasks.comments import comment_of
from models.tasks.engine.case_transaction import within
from models.tasks.flow.definition import StepOutcome
from models.tasks.flow.outcome_form import ALL, fill
from models.tasks.people.delegation import doer_of, done_already
from models.tasks.records import DONE, OPEN, CaseEvent, Task
from models.tasks.subjects import served_kind

DONE_KEY = "done"


def outcome_alone() -> StepOutcome:
    """The one outcome of such a task: it is done, with all inputs of its kind."""
    return StepOutcome(DONE_KEY, "完成", "", first=True, style="primary", optional=(ALL,))


def lock(task_id: int) -> Task:
    """The task, locked. Raises NotFound."""
    query = Task.select().where(Task.id == task_id)
    task: Task | None = (query if is_sqlite() else query.for_update()).first()
    if task is None:
        raise NotFound("没有这个任务")
    return task


def subject_of(task: Task) -> Any:
    """What the task is about. Raises Conflict if it is gone."""
    served = served_kind(task.subject_kind)
    subject = served.record.get_or_none(served.record.id == task.subject_id)
    if subject is None:
        raise Conflict(
            f"这条{served.title}已经不在了", code="subject_gone", cause="它被删除了", advice="请刷新待办列表"
        )
    return subject


def decide(
    actor: Actor, task_id: int, outcome: str, *, values: Mapping[str, Any] | None, comment: str, way: str
) -> tuple[Task, bool]:
    """Do the task; gives it, and whether that was new. Raises as `decide.decide`."""
    task = lock(task_id)
    if task.state == DONE and task.done_by_id in actor.person_ids:
        return task, False
    person_id, for_name = doer_of(actor, task)
    if task.state == DONE:
        raise done_already(task)
    if task.state != OPEN:
        raise Conflict("这个任务不用您办了", code="moved_on", cause="它已经取消", advice="请刷新待办列表")
    if outcome != DONE_KEY:
        raise Invalid(fields={"outcome": "这个任务只能选：完成"}, advice="请刷新后再选")
    served, subject = served_kind(task.subject_kind), subject_of(task)
    inputs = served.inputs(subject)
    comment = comment_of(comment)
    chosen = outcome_alone()
    stages = served.photos_of(subject)
    filled = fill(stages, inputs, chosen, values, task.company_id)
    now = clock.now()
    task.change(
        state=DONE, done_at=now, done_by=person_id, outcome=DONE_KEY, outcome_title=chosen.title,
        comment=comment or None, values=filled.stored(inputs), way=way, door=actor.door[:16],
    )  # fmt: skip
    here = within(actor, task.company_id, served.read)
    for name, photos in filled.photos.items():
        assert served.take_photos is not None, f"{served.kind} takes no photos"
        served.take_photos(here, task, photos, stages[name])
    if served.on_done is not None:
        served.on_done(here, subject, filled.values, task)
    note(actor, task, "decided", chosen.title, person_id, for_name=for_name, comment=comment or None)
    announce("task.done", task, by=actor.name)
    return task, True


def note(actor: Actor, task: Task, act: str, title: str, person_id: int | None, **values: Any) -> None:
    """Write the event of a task without a case."""
    CaseEvent.create(
        company_id=task.company_id, task_id=task.id, subject_kind=task.subject_kind, subject_id=task.subject_id,
        act=act, title=title[:60], account_id=actor.account_id, person_id=person_id, name=actor.name[:60],
        door=actor.door[:16], **values,
    )  # fmt: skip
