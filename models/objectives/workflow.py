"""What the engine serves of this chapter beside approvals: periodic work that is done (A05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core.errors import NotFound
from models.core.fields import Described, LongText
from models.core.files import photos
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.objectives.periodic.periodic_work import title_of
from models.objectives.posts.posts import SUBJECT
from models.objectives.posts.wording import KIND_TITLES, rhythm
from models.objectives.records import (
    READ_POSTS,
    Post,
    PostWork,
)
from models.tasks.assigned.forms import inputs_of, photos_of
from models.tasks.records import Task
from models.tasks.rights import ACT_TASKS, READ_ALL_TASKS, READ_TASKS
from models.tasks.subjects import Served, SubjectFacts, serve

#: Where photos of periodic work hang: at the task, as thousands of people do the same work.
PHOTOS = "tasks"


def _asked(work: PostWork | None) -> Mapping[str, Described]:
    """What is filled in when a work is done: its form, and a note."""
    return {**inputs_of((work.form if work is not None else None) or ()), "note": LongText("说明", max=500)}


def _works_shown(works: Sequence[PostWork]) -> list[SubjectFacts]:
    posts = load_rows(Post, {work.post_id for work in works})
    made = []
    for work in works:
        facts = [("岗位", posts[work.post_id].name), ("类型", KIND_TITLES[work.kind]), ("周期", rhythm(work))]
        made.append(SubjectFacts(facts=(*facts, ("对象", work.target)) if work.target else tuple(facts)))
    return made


def _take_photos(actor: Actor, task: Task, ids: Sequence[int], stage: str) -> int:
    return photos.take(actor, PHOTOS, task, ids, stage)


def _find_task(actor: Actor, task_id: int) -> Task:
    """The task whose photo somebody asks for: their own, or of a unit whose tasks they may read all."""
    task: Any = Task.get_or_none(Task.id == task_id)
    mine = task is not None and {task.person_id, task.done_by_id} & set(actor.person_ids)
    if task is None or not (mine or actor.may(READ_ALL_TASKS, task)):
        raise NotFound()
    actor.require(READ_TASKS)
    found: Task = task
    return found


photos.shown_by(PHOTOS, _find_task, upload=ACT_TASKS)

WORK = serve(
    Served(
        kind=SUBJECT,
        title="定期工作",
        record=PostWork,
        read=READ_POSTS,
        inputs=_asked,
        photo_inputs={"photos": photos.AFTER},
        form_photos=lambda work: photos_of(work.form or ()),
        photo_ledger=PHOTOS,
        take_photos=_take_photos,
        title_of=title_of,
        shown=_works_shown,
        phone_path=lambda work: "/pages/tasks/index",
    )
)
