"""Who holds a post, as a flow names them (A04, H07)."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.security.actor import Actor
from models.objectives.records import PersonPost, Post
from models.tasks.people.finders import Rule, Scene, finder


def _posts(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    rows = Post.select(Post.id, Post.name).where(Post.company.is_null() | (Post.company == actor.company_id))
    return {"id": [(str(post.id), post.name) for post in rows.order_by(Post.sequence, Post.id)]}


@finder("post", "岗位", needs=("id",), offers=_posts)
def post_holders(rule: Rule, scene: Scene) -> Sequence[int]:
    """Everybody who holds the post in the subject's company."""
    rows = PersonPost.select(PersonPost.person).where(
        PersonPost.post == int(rule["id"]), PersonPost.company == scene.company_id
    )
    return [row.person_id for row in rows.order_by(PersonPost.id)]
