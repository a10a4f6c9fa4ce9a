"""定人定岗 (A05): posts against types of work, and people against what their posts ask of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from peewee import fn

from models.core.views import Cell, Head, Matrix
from models.objectives.posts.ledgers import POST_WORKS, POSTS
from models.objectives.posts.wording import rhythm
from models.objectives.records import WORK_KINDS, PersonPost, Post, PostWork
from models.organization.records import Person
from models.personnel.ledgers import PERSONS
from models.tasks.publication.records import IN_FORCE

Cells = Mapping[tuple[int, str], Sequence[Cell]]


def _kinds(company: int) -> list[Head]:
    return [Head(kind.value, kind.title) for kind in WORK_KINDS]


def _works(company: int, posts: Mapping[int, Sequence[int]], where: Sequence[Any]) -> Cells:
    """The works of posts of a company in the rows (by post) that have them."""
    wanted = (PostWork.company == company) & PostWork.post.in_(list(posts) or (0,))
    cells: dict[tuple[int, str], list[Cell]] = defaultdict(list)
    for work in PostWork.select().where(wanted, *where).order_by(PostWork.name, PostWork.id):
        when = f"{rhythm(work)}{'' if work.enabled else '（停用）'}"
        following = f"下次 {work.next_on.isoformat()}" if work.next_on else ""
        tip = " · ".join(part for part in (work.name, work.target, when, following) if part)
        for row in posts[work.post_id]:
            tone = "good" if work.enabled else "plain"
            cells[row, work.kind].append(Cell(f"{work.name} {when}", tone, tip, row=work.id))
    return cells


def _of_posts(company: int, rows: Sequence[Any], where: Sequence[Any]) -> Cells:
    return _works(company, {row.id: [row.id] for row in rows}, where)


def _of_people(company: int, rows: Sequence[Any], where: Sequence[Any]) -> Cells:
    posts: dict[int, list[int]] = defaultdict(list)
    for pair in _held(company, rows):
        posts[pair.post_id].append(pair.person_id)
    return _works(company, posts, where)


def _held(company: int, rows: Sequence[Any]) -> Any:
    people = [row.id for row in rows] or (0,)
    return PersonPost.select().where(PersonPost.company == company, PersonPost.person.in_(people))


def _holders(company: int, rows: Sequence[Any]) -> dict[int, str]:
    query = PersonPost.select(PersonPost.post, fn.COUNT(PersonPost.id)).where(PersonPost.company == company)
    counts = dict(query.group_by(PersonPost.post).tuples())
    return {row.id: f"{counts[row.id]} 人" if row.id in counts else "没有人" for row in rows}


def _names(company: int, rows: Sequence[Any]) -> dict[int, str]:
    names: dict[int, list[str]] = defaultdict(list)
    for pair in _held(company, rows).join(Post).order_by(Post.sequence, Post.id):
        names[pair.person_id].append(pair.post.name)
    return {person: "、".join(posts) for person, posts in names.items()}


def _with_works(company: int, where: Sequence[Any]) -> Any:
    """Posts of the company, and standard ones that it gives work to; of some works only, the posts that have such."""
    used = Post.id.in_(PostWork.select(PostWork.post).where(PostWork.company == company, *where))
    # A post that is still a draft is in nobody's matrix, and none that is of the past.
    return (Post.standing == IN_FORCE) & (used if where else (Post.company == company) | used)


def _with_posts(company: int, where: Sequence[Any]) -> Any:
    """People who hold posts; of some works only, posts that have such."""
    pairs = PersonPost.select(PersonPost.person).where(PersonPost.company == company)
    works = PostWork.select(PostWork.post).where(PostWork.company == company, *where)
    return Person.id.in_(pairs.where(PersonPost.post.in_(works)) if where else pairs)


BY_POST = Matrix(
    name="post-matrix",
    title="定人定岗 · 按岗位",
    system="A05",
    ledger=POST_WORKS,
    rows=POSTS,
    of_company=_with_works,
    columns=_kinds,
    cells=_of_posts,
    note=_holders,
    filters_cells=True,
)
BY_PERSON = Matrix(
    name="person-matrix",
    title="定人定岗 · 按人",
    system="A05",
    ledger=POST_WORKS,
    rows=PERSONS,
    of_company=_with_posts,
    columns=_kinds,
    cells=_of_people,
    note=_names,
    sort="name",
    filters_cells=True,
)
