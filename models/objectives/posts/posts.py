"""Posts, who holds them, and what they have to do (A03, A04, A05)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import fn

from models.core import history
from models.core.db.batch import Batch
from models.core.errors import Conflict, Invalid, Malformed
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.ledger.changes.shared_rows import of_company
from models.core.security.actor import Actor
from models.grid.nodes import lock
from models.objectives.periodic.next_due import plan_one
from models.objectives.posts import form_text
from models.objectives.records import EDIT_POSTS, IMPORT_POSTS, PersonPost, Post, PostWork
from models.organization.records import Person
from models.tasks.publication.records import IN_FORCE, OPEN
from models.tasks.records import Task

Values = dict[str, Any]
SUBJECT = "post_work"
_CHUNK = 200
#: What says when a work falls due: a change of anything else leaves its next day alone.
_RHYTHM = ("period", "day_of", "at_hour", "off_days", "enabled")


def create_post(actor: Actor, values: Values) -> Post:
    """Add a post of a company, or a standard one. Raises Invalid where the name is taken."""
    values = of_company(actor, EDIT_POSTS, values)
    _check_name(values.get("company"), values["name"])
    made: Post = plain_create(Post)(actor, values)
    return made


def edit_post(actor: Actor, post: Post, values: Values) -> Post:
    """Change a post. Raises Invalid where the name is taken."""
    if "name" in values:
        _check_name(post.company_id, values["name"], post.series_id)
    made: Post = plain_edit(Post)(actor, post, values)
    return made


def _check_name(company: int | None, name: str, own: int = 0) -> None:
    # Editions share a name, so no unique key keeps names apart; the lock keeps two that come at once apart.
    if company is not None:
        lock(company)
    beside = Post.company.is_null() if company is None else (Post.company == company)
    series = fn.COALESCE(Post.series, Post.id)
    there = Post.select().where(
        beside, Post.name == name, series != own, Post.standing.in_((IN_FORCE, *OPEN))
    )
    if there.exists():
        raise Invalid(fields={"name": f"已经有岗位“{name}”，请在原来的岗位上修改"})


def create_work(actor: Actor, values: Values) -> PostWork:
    """Add a work to a post (A05); it first falls due on the next day of its period. Raises Invalid."""
    work = PostWork(**_with_form(values))
    if work.company_id is None:
        work.company_id = actor.company_id
    _check_work(work)
    work.next_on = plan_one(work)
    work.save(force_insert=True)
    return work


def edit_work(actor: Actor, work: PostWork, values: Values) -> PostWork:
    """Change a work. What was made stays; the period it was made in gets no second one. Raises Invalid."""
    values = _with_form(values)
    if all(work.__data__.get(name) == value for name, value in values.items()):
        return work
    before = [getattr(work, name) for name in _RHYTHM]
    for name, value in values.items():
        setattr(work, name, value)
    _check_work(work)
    if before != [getattr(work, name) for name in _RHYTHM]:
        values["next_on"] = plan_one(work)
    made: PostWork = work.change(**values)
    return made


def _with_form(values: Values) -> Values:
    """Values with the form that the text in `result` says."""
    values = dict(values)
    if "result" in values:
        try:
            values["form"] = form_text.parse(values.pop("result") or "") or None
        except Malformed as error:
            raise Invalid(fields={"result": error.message}) from None
    return values


def _check_work(work: PostWork) -> None:
    if work.period == "week" and work.day_of > 7:
        raise Invalid(fields={"day_of": "每周的第几天应在 1（周一）到 7（周日）之间，0 表示最后一天"})


def delete_work(actor: Actor, work: PostWork) -> None:
    """Delete a work that never made a task. Raises Conflict `has_tasks` otherwise."""
    made = Task.select().where(Task.subject_kind == SUBJECT, Task.subject_id == work.id).count()
    if made:
        raise Conflict(
            f"不能删除“{work.name}”",
            code="has_tasks",
            cause=f"它已经产生 {made} 条任务，记录要留存",
            advice="不再需要时，请把“启用”改为否",
            details={"tasks": made},
        )
    plain_delete(PostWork)(actor, work)


def import_holders(actor: Actor, rows: list[Values], batch: Batch) -> tuple[int, int]:
    """Give posts to people, many at once; who holds one already keeps it. Gives how many are new and known."""
    actor.require(IMPORT_POSTS)
    persons = _companies({row["person"] for row in rows})
    there = _pairs(persons)
    names: history.Names = {}
    new = [pair for row in rows if (pair := (row["person"], row["post"])) not in there]
    for person, post in new:
        made = PersonPost(company=persons[person], person=person, post=post)
        lines = history.differences(PersonPost, {}, {"person": person, "post": post}, names)
        batch.create(actor, made, lines)
    return len(new), len(rows) - len(new)


def _companies(persons: Iterable[int]) -> dict[int, int]:
    wanted, found = sorted(persons), dict[int, int]()
    for start in range(0, len(wanted), _CHUNK):
        part = Person.id.in_(wanted[start : start + _CHUNK])
        found.update(Person.select(Person.id, Person.company).where(part).tuples())
    return found


def _pairs(persons: Iterable[int]) -> set[tuple[int, int]]:
    wanted, found = sorted(persons), set[tuple[int, int]]()
    for start in range(0, len(wanted), _CHUNK):
        part = PersonPost.person.in_(wanted[start : start + _CHUNK])
        found.update(PersonPost.select(PersonPost.person, PersonPost.post).where(part).tuples())
    return found
