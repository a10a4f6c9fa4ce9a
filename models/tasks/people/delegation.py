"""Whose task it is: the holder's own, or of somebody whom the actor stands in for today (H05, X05)."""

from __future__ import annotations

from models.core import clock
from models.core.errors import Conflict, Forbidden, NotFound
from models.core.security.actor import Actor
from models.core.text.date_words import when
from models.tasks.people.proxies import acting_for
from models.tasks.records import Task
from models.tasks.rights import ACT_TASKS, READ_ALL_TASKS
from models.tasks.views.items import names_of

NOBODY = "别人"  # what somebody is called who is not there any more


def stands_in_for(actor: Actor) -> dict[int, int]:
    """The persons whom the actor stands in for today, each with the file of the actor that does."""
    return acting_for(actor.person_ids, clock.today())


def doer_of(actor: Actor, task: Task) -> tuple[int, str | None]:
    """The person as whom the actor does the task, and the name of whom they stand in for.

    Raises Forbidden `not_yours` with the holder's name where the actor may know of the task, NotFound otherwise.
    """
    if task.person_id in actor.person_ids:
        return task.person_id, None
    stand_in = stands_in_for(actor).get(task.person_id)
    if stand_in is not None:
        return stand_in, name_of(task.person_id)
    raise not_yours(actor, task)


def not_yours(actor: Actor, task: Task) -> Forbidden | NotFound:
    """The refusal for who is not the holder: who may see the case is told who is."""
    if not (actor.may(READ_ALL_TASKS, task) or (actor.may(ACT_TASKS, task) and _was_mine(actor, task))):
        return NotFound("没有这个任务", cause="它不是您的任务，或者已经转给别人")
    name = name_of(task.person_id)
    return Forbidden(
        "这不是您的任务",
        code="not_yours",
        cause=f"它在等{name}办理",
        advice=f"请{name}办理，或者请管理员调整办理人",
        details={"person": str(task.person_id)},
    )


def _was_mine(actor: Actor, task: Task) -> bool:
    return task.handed_from_id in actor.person_ids


def name_of(person_id: int | None) -> str:
    """A person's name, for sentences."""
    return NOBODY if person_id is None else names_of([person_id]).get(person_id, NOBODY)


def done_already(task: Task) -> Conflict:
    """The answer to everybody but the first: who did the task, when, and what they decided."""
    name, at = name_of(task.done_by_id), when(task.done_at)
    return Conflict(
        f"{name}已经办理",
        code="done_already",
        cause=f"{name}在 {at} 选了“{task.outcome_title}”",
        advice="不用再办，请刷新查看结果",
        details={
            "by": name,
            "at": None if task.done_at is None else Task.done_at.plain(task.done_at),
            "outcome": task.outcome,
            "outcome_title": task.outcome_title,
            "task": str(task.id),
        },
    )
