"""How posts take effect: by an approval of their company's, or of the group; who holds one reads it (A03, A04)."""

from __future__ import annotations

from typing import Any

from models.core.errors import Conflict, Invalid
from models.core.security.actor import Actor
from models.grid.records import COMPANY, GridNode
from models.objectives.records import EDIT_POSTS, READ_POSTS, WITHDRAW_POSTS, PersonPost, Post, PostWork
from models.organization.records import Company, Person
from models.tasks.publication.publication import Publication
from models.tasks.publication.shown import title_of
from models.tasks.subjects import serve

LEDGER = "posts"


def _holders(row: Post) -> Any:
    """The condition of the people who hold a post."""
    return Person.id.in_(PersonPost.select(PersonPost.person).where(PersonPost.post == row.id))


def _something_to_do(row: Post) -> None:
    """Raises Invalid for a post that says nothing of what it is for."""
    if not (row.duties or "").strip():
        raise Invalid(fields={"duties": "请先写职责，再提交审批"})


def carry_over(actor: Actor, old: Post | None, new: Post) -> None:
    """A new edition takes over whatever hung on the one that it replaces: holders, works, what the post asks."""
    if old is None:
        return
    for link, model in Post._meta.backrefs.items():
        model.update({link: new.id}).where(link == old.id).execute()


def _nothing_hangs_on(row: Post) -> None:
    """Raises Conflict `in_use` for a post that people hold, or that has work to do: it says which, in numbers."""
    holders = PersonPost.select().where(PersonPost.post == row.id).count()
    works = PostWork.select().where(PostWork.post == row.id, PostWork.enabled == True).count()  # noqa: E712
    hanging = [f"{holders} 人任这个岗位"] if holders else []
    hanging += [f"{works} 项定期工作在执行"] if works else []
    if hanging:
        raise Conflict(
            f"还不能废止“{row.name}”", code="in_use", cause=f"还有 {'、'.join(hanging)}",
            advice="请先在“人员岗位”里给他们换岗位，在“定人定岗”里停用这些工作，再废止",
            details={"holders": holders, "works": works},
        )  # fmt: skip


PUBLISHED = Publication(
    record=Post,
    ledger=LEDGER,
    edit=EDIT_POSTS,
    withdraw=WITHDRAW_POSTS,
    readers=_holders,
    check=_something_to_do,
    check_end=_nothing_hangs_on,
    on_force=carry_over,
)


def _grid_of(row: Post) -> int | None:
    """The grid node of the post's company: its leader decides."""
    nodes = GridNode.select(GridNode.id).where(
        GridNode.company == row.company_id, GridNode.level == str(COMPANY)
    )
    top = nodes.order_by(GridNode.sequence, GridNode.id).first()
    return None if top is None else int(top.id)


def _company_of(row: Post) -> int | None:
    """The unit whose people decide: of what is everybody's, the group itself."""
    if row.company_id is not None:
        return int(row.company_id)
    group = Company.select(Company.id).where(Company.kind == "group").order_by(Company.id).first()
    return None if group is None else int(group.id)


POST = serve(
    PUBLISHED.served(
        title="岗位职责",
        read=READ_POSTS,
        grid_of=_grid_of,
        company_of=_company_of,
        title_of=lambda row: (
            f"岗位职责：{title_of(PUBLISHED, row)}"
        ),  # a post's bare name does not say what is asked
        console_path=lambda row: f"/ledgers/{LEDGER}/{row.id}",
    )
)

__all__ = ["LEDGER", "POST", "PUBLISHED", "carry_over"]
