"""My periodic work (K05): what my posts ask of me, when next, what is open now, what was done and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.core import clock
from models.core.fields import moment_text
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.objectives.periodic.periodic_work import once_key, title_of
from models.objectives.posts.posts import SUBJECT
from models.objectives.posts.wording import KIND_TITLES, PERIOD_TITLES, rhythm
from models.objectives.records import PersonPost, Post, PostWork
from models.tasks.records import DONE, OPEN, Task
from models.tasks.rights import READ_TASKS

_LATELY = 30


def mine(actor: Actor) -> dict[str, Any]:
    """What the actor's own posts in the unit worked for ask of them.

    {items: [{id, title, text, kind_title, post, period, period_text, rhythm, next_on, days_to_do, last}], open: [task],
    done: [task], counts: {open, late, done}}, where a task is {id, work, title, state, due_at, late, done_at,
    outcome_title}; `last` is the newest of a work. `done` are the last 30. Raises Forbidden.
    """
    actor.require(READ_TASKS)
    held = _held(actor)
    posts = load_rows(Post, {pair.post_id for pair in held})
    wanted = (
        PostWork.post.in_(list(posts) or (0,)),
        PostWork.company.in_({pair.company_id for pair in held} or (0,)),
    )
    works = list(PostWork.select().where(*wanted, PostWork.enabled).order_by(PostWork.next_on, PostWork.id))
    persons = {pair.person_id for pair in held}
    waiting = _tasks(persons, OPEN)
    done = _tasks(persons, DONE)
    last = _last(works, held)
    return {
        "items": [_item(work, posts[work.post_id], last.get(work.id)) for work in works],
        "open": [_task(task) for task in waiting],
        "done": [_task(task) for task in done],
        "counts": {
            "open": len(waiting),
            "late": sum(_is_late(task) for task in waiting),
            "done": len(done),
        },
    }


def _held(actor: Actor) -> list[PersonPost]:
    return list(
        PersonPost.select().where(
            PersonPost.person.in_(actor.person_ids or (0,)), PersonPost.company == actor.company_id
        )
    )


def _tasks(persons: Iterable[int], state: str) -> list[Task]:
    """Periodic tasks of people: open ones by deadline, done ones newest first."""
    query = Task.select().where(Task.person.in_(list(persons) or (0,)), Task.state == state)
    query = query.where(Task.kind == "periodic", Task.subject_kind == SUBJECT)
    if state == OPEN:
        return list(query.order_by(Task.rank_at, Task.id).limit(200))
    return list(query.order_by(Task.done_at.desc(), Task.id.desc()).limit(_LATELY))


def _last(works: Sequence[PostWork], held: Sequence[PersonPost]) -> dict[int, Task]:
    """The newest task of each work, found by its key: whoever has it now, it was made for the actor."""
    persons = {(pair.company_id, pair.post_id): pair.person_id for pair in held}
    keys = [
        once_key(work.id, persons[work.company_id, work.post_id], work.made_on)
        for work in works
        if work.made_on is not None and (work.company_id, work.post_id) in persons
    ]
    return {task.subject_id: task for task in Task.select().where(Task.once_key.in_(keys or ("",)))}


def _item(work: PostWork, post: Post, last: Task | None) -> dict[str, Any]:
    return {
        "id": str(work.id),
        "title": title_of(work),
        "text": work.text or "",
        "kind": work.kind,
        "kind_title": KIND_TITLES[work.kind],
        "post": {"id": str(post.id), "name": post.name},
        "period": work.period,
        "period_text": PERIOD_TITLES[work.period],
        "rhythm": rhythm(work),
        "next_on": None if work.next_on is None else work.next_on.isoformat(),
        "days_to_do": work.days_to_do,
        "last": None if last is None else _task(last),
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "id": str(task.id),
        "work": str(task.subject_id),
        "title": task.title,
        "state": task.state,
        "due_at": moment_text(task.due_at),
        "late": _is_late(task),
        "done_at": moment_text(task.done_at),
        "outcome_title": task.outcome_title,
    }


def _is_late(task: Task) -> bool:
    if task.due_at is None or task.state not in (OPEN, DONE):
        return False
    return (task.done_at or clock.now()) > task.due_at
