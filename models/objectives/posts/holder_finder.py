"""Who holds a post, as a flow names them (A04, H07)."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.security.actor import Actor
from models.objectives.records import PersonPost, Post
from models.tasks.people.finders import Rule, Scene, finder
from models.tasks.publication.records import IN_FORCE


def _posts(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    mine = Post.in_use_at(actor.company_id)
    rows = Post.select(Post.id, Post.name).where(mine, Post.standing == IN_FORCE)
    return {"id": [(str(post.id), post.name) for post in rows.order_by(Post.sequence, Post.id)]}


def editions_of(post_id: int) -> list[int]:
    """All editions of the post of which `post_id` is one: a flow keeps the id that it was drawn with."""
    named = Post.get_or_none(Post.id == post_id)
    if named is None:
        return [post_id]
    rows = Post.select(Post.id).where((Post.id == named.series_id) | (Post.series == named.series_id))
    return [row.id for row in rows]


@finder("post", "岗位", needs=("id",), offers=_posts)
def post_holders(rule: Rule, scene: Scene) -> Sequence[int]:
    """Everybody who holds the post in the subject's company, in whichever edition it is in force now."""
    rows = PersonPost.select(PersonPost.person).where(
        PersonPost.post.in_(editions_of(int(rule["id"]))), PersonPost.company == scene.company_id
    )
    return [row.person_id for row in rows.order_by(PersonPost.id)]
