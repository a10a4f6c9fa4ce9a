"""The matrix of 定人定岗 (A05): posts against types of work, and people against what their posts ask of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import fn

from models.core.errors import Invalid, NotFound
from models.core.ledger.query import contains
from models.core.security.actor import Actor
from models.objectives.posts.wording import PERIOD_TITLES, rhythm
from models.objectives.records import PERIODS, READ_POSTS, WORK_KINDS, PersonPost, Post, PostWork
from models.organization.records import Person

PAGE = 50
_KINDS = tuple(choice.value for choice in WORK_KINDS)
_PERIODS = {choice.value for choice in PERIODS}


@dataclass(frozen=True)
class MatrixFilter:
    """Which works the matrix shows: of some kinds, periods and posts, with a word in them, only running ones or all."""

    kinds: Sequence[str] = ()
    periods: Sequence[str] = ()
    posts: Sequence[int] = ()
    q: str = ""
    only_enabled: bool = False


def post_matrix(
    actor: Actor, company_id: int | None = None, asked: MatrixFilter | None = None
) -> dict[str, Any]:
    """Posts of a company against types: {company, kinds: [{value, title}], rows: [{post, holders, cells}], totals}.

    `cells` holds for each type a list of {id, name, target, period, period_text, rhythm, enabled, next_on}; a post
    without any is a row too, unless something is filtered. Raises NotFound for a company that is not the actor's,
    Invalid for an unknown filter.
    """
    asked = asked or MatrixFilter()
    company = _company(actor, company_id)
    works = _works(company, asked)
    filtered = asked != MatrixFilter()
    posts = _posts(company, {work.post_id for work in works}, everything=not filtered)
    holders = _holder_counts(company)
    by_post: dict[int, list[PostWork]] = defaultdict(list)
    for work in works:
        by_post[work.post_id].append(work)
    return {
        "company": str(company),
        "kinds": [{"value": choice.value, "title": choice.title} for choice in WORK_KINDS],
        "rows": [
            {
                "post": {"id": str(post.id), "name": post.name, "standard": post.company_id is None},
                "holders": holders.get(post.id, 0),
                "cells": _cells(by_post[post.id]),
            }
            for post in posts
        ],
        "totals": {kind: sum(work.kind == kind for work in works) for kind in _KINDS},
    }


def person_matrix(
    actor: Actor, company_id: int | None = None, asked: MatrixFilter | None = None, *, after: int = 0
) -> dict[str, Any]:
    """People of a company against types, 50 at a time: {kinds, rows: [{person, posts, cells}], next}.

    Who holds several posts has the works of all. `after` is the last person of the page before. Raises as
    `post_matrix`.
    """
    asked = asked or MatrixFilter()
    company = _company(actor, company_id)
    page = (
        PersonPost.select(PersonPost.person)
        .where(PersonPost.company == company, PersonPost.person > after)
        .group_by(PersonPost.person)
        .order_by(PersonPost.person)
        .limit(PAGE + 1)
    )
    if asked.posts:
        page = page.where(PersonPost.post.in_(list(asked.posts)))
    ids = [row.person_id for row in page]
    shown = ids[:PAGE]
    names = dict(Person.select(Person.id, Person.name).where(Person.id.in_(shown or (0,))).tuples())
    held: dict[int, list[int]] = defaultdict(list)
    for pair in PersonPost.select().where(
        PersonPost.company == company, PersonPost.person.in_(shown or (0,))
    ):
        held[pair.person_id].append(pair.post_id)
    posts = {post.id: post for post in _posts(company, {post for pair in held.values() for post in pair})}
    works = _works(company, asked)
    return {
        "kinds": [{"value": choice.value, "title": choice.title} for choice in WORK_KINDS],
        "rows": [
            {
                "person": {"id": str(person), "name": names[person]},
                "posts": [posts[post].name for post in held[person]],
                "cells": _cells([work for work in works if work.post_id in held[person]]),
            }
            for person in shown
        ],
        "next": str(shown[-1]) if len(ids) > PAGE else None,
    }


def _company(actor: Actor, company_id: int | None) -> int:
    actor.require(READ_POSTS)
    wanted = company_id or actor.company_id
    if wanted is None:
        raise Invalid(fields={"company": "请选择单位"})
    if wanted not in actor.whole_companies(READ_POSTS):
        raise NotFound("没有这个单位")
    return wanted


def _works(company: int, asked: MatrixFilter) -> list[PostWork]:
    query = PostWork.select().where(PostWork.company == company)
    if set(asked.kinds) - set(_KINDS) or set(asked.periods) - _PERIODS:
        raise Invalid("查询条件有误", fields={"filters": "没有这种任务类型或周期"}, advice="请改正后再查询")
    if asked.kinds:
        query = query.where(PostWork.kind.in_(list(asked.kinds)))
    if asked.periods:
        query = query.where(PostWork.period.in_(list(asked.periods)))
    if asked.posts:
        query = query.where(PostWork.post.in_(list(asked.posts)))
    if asked.only_enabled:
        query = query.where(PostWork.enabled == True)  # noqa: E712
    if asked.q.strip():
        word = asked.q.strip()[:100]
        query = query.where(contains(PostWork.name, word) | contains(PostWork.target, word))
    return list(query.order_by(PostWork.name, PostWork.id))


def _posts(company: int, named: Iterable[int], *, everything: bool = False) -> list[Post]:
    """Posts by order: the named ones, and with `everything` all of the company's own."""
    wanted = Post.id.in_(list(named) or (0,))
    if everything:
        wanted |= Post.company == company
    return list(Post.select().where(wanted).order_by(Post.sequence, Post.id))


def _holder_counts(company: int) -> dict[int, int]:
    query = PersonPost.select(PersonPost.post, fn.COUNT(PersonPost.id)).where(PersonPost.company == company)
    return dict(query.group_by(PersonPost.post).tuples())


def _cells(works: Sequence[PostWork]) -> dict[str, list[dict[str, Any]]]:
    cells: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _KINDS}
    for work in works:
        cells[work.kind].append(
            {
                "id": str(work.id),
                "name": work.name,
                "target": work.target or "",
                "period": work.period,
                "period_text": PERIOD_TITLES[work.period],
                "rhythm": rhythm(work),
                "enabled": work.enabled,
                "next_on": None if work.next_on is None else work.next_on.isoformat(),
            }
        )
    return cells
