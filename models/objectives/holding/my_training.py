"""What training my posts ask of me, what of it is done, and what I took part in (K04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from models.core import clock
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.objectives.records import PersonPost, Post
from models.objectives.requirements.records import PostTraining
from models.organization.records import Person
from models.training.archive.records import PASSED, READ_TRAININGS, Training
from models.training.archive.rules import months_on
from models.training.courses.records import MONTHS, PERIODS, Course, TrainingType

_PERIOD = {choice.value: choice.title for choice in PERIODS}
_STATES = {
    "missing": ("未参加", "bad"),
    "short": ("学时不够", "warn"),
    "done": ("已完成", "good"),
    "need": ("按需", "plain"),
}
_LATELY = 100


def my_training(actor: Actor) -> dict[str, Any]:
    """{asked: [{title, posts, state, state_title, tone, detail, until, links}], done: [...], hours}, what lacks first.

    `done` are the last hundred {course, type, held_on, hours, score, result, result_title, tone, counts_until,
    address}; `hours` is how many of them were passed this year. `links` are {title, address} of the courses of that type
    that are learned in another system, which the reader opens there. Raises Forbidden.
    """
    actor.require(READ_TRAININGS)
    files = files_of(actor)
    done = _done(files)
    year = clock.today().year
    passed = (item["hours"] for item in done if item["result"] == PASSED and item["held_on"][:4] == str(year))
    return {"asked": _asked(actor, files), "done": done, "hours": float(sum(passed))}


def files_of(actor: Actor) -> list[int]:
    """The actor's files in the unit worked for."""
    mine = Person.select(Person.id).where(
        Person.id.in_(actor.person_ids or (0,)), Person.company == actor.company_id
    )
    return [row.id for row in mine]


def standing_of_types(files: Sequence[int], needs: Sequence[PostTraining]) -> dict[int, dict[str, Any]]:
    """How each of these requirements stands for somebody, by its id: hours of its type that were passed and still count."""
    rows = list(Training.select().where(Training.person.in_(list(files) or (0,)), Training.result == PASSED))
    courses = load_rows(Course, {row.course_id for row in rows})
    return {need.id: _standing(need, rows, courses) for need in needs}


def _standing(need: PostTraining, rows: Sequence[Training], courses: Mapping[int, Course]) -> dict[str, Any]:
    months, today = MONTHS.get(need.period), clock.today()
    since = date.min if months is None else months_on(today, -months)
    counting = [row for row in rows if courses[row.course_id].type_id == need.type_id and row.held_on > since]
    hours = sum((row.hours or Decimal(0) for row in counting), Decimal(0))
    state = "need" if need.period == "need" else _state(hours, need.hours)
    until = max((months_on(row.held_on, months) for row in counting), default=None) if months else None
    title, tone = _STATES[state]
    return {
        "state": state, "state_title": title, "tone": tone,
        "detail": f"{_PERIOD[need.period]} {need.hours.normalize():f} 学时，已完成 {hours.normalize():f} 学时",
        "until": until.isoformat() if until is not None and state == "done" else None,
    }  # fmt: skip


def _state(hours: Decimal, wanted: Decimal) -> str:
    if hours >= wanted:
        return "done"
    return "short" if hours else "missing"


def _asked(actor: Actor, files: Sequence[int]) -> list[dict[str, Any]]:
    """By type of training, the most that any of the posts asks."""
    held = PersonPost.select(PersonPost.post).where(PersonPost.person.in_(list(files) or (0,)))
    whose = PostTraining.in_use_at(actor.company_id)
    needs = list(PostTraining.select().where(PostTraining.post.in_(held), whose).order_by(PostTraining.id))
    types = load_rows(TrainingType, {need.type_id for need in needs})
    posts = load_rows(Post, {need.post_id for need in needs})
    stands = standing_of_types(files, needs)
    order, links = list(_STATES), _links(actor, types)
    found: dict[int, dict[str, Any]] = {}
    for need in sorted(needs, key=lambda one: (order.index(stands[one.id]["state"]), -one.hours)):
        names = [posts[one.post_id].name for one in needs if one.type_id == need.type_id]
        told = {"title": types[need.type_id].name, "posts": "、".join(dict.fromkeys(names))}
        told |= {"links": links.get(need.type_id, [])}
        found.setdefault(need.type_id, {**told, **stands[need.id]})
    return list(found.values())


def _links(actor: Actor, types: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """The courses of these types that have an address, by type: those of the unit and everybody's."""
    found: dict[int, list[dict[str, str]]] = {}
    query = Course.select().where(
        Course.type.in_(list(types) or (0,)), Course.enabled, Course.address.is_null(False),
        Course.company.is_null() | (Course.company == actor.company_id),
    )  # fmt: skip
    for course in query.order_by(Course.id):
        found.setdefault(course.type_id, []).append({"title": course.name, "address": course.address})
    return found


def _done(files: Sequence[int]) -> list[dict[str, Any]]:
    rows = list(
        Training.select()
        .where(Training.person.in_(list(files) or (0,)))
        .order_by(Training.held_on.desc(), Training.id.desc())
        .limit(_LATELY)
    )
    courses = load_rows(Course, {row.course_id for row in rows})
    types = load_rows(TrainingType, {course.type_id for course in courses.values()})
    results = {choice.value: choice for choice in Training.result.options}
    return [
        {
            "id": str(row.id), "course": courses[row.course_id].name, "type": types[courses[row.course_id].type_id].name,
            "held_on": row.held_on.isoformat(), "hours": float(row.hours or 0),
            "score": None if row.score is None else float(row.score), "result": row.result or PASSED,
            "result_title": results[row.result or PASSED].title, "tone": results[row.result or PASSED].tone,
            "counts_until": None if row.counts_until is None else row.counts_until.isoformat(),
            "address": courses[row.course_id].address,
        }
        for row in rows
    ]  # fmt: skip


__all__ = ["files_of", "my_training", "standing_of_types"]
