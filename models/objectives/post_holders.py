"""Who holds a post, as a flow names them (A04, H07)."""

from __future__ import annotations

from collections.abc import Sequence

from models.objectives.records import PersonPost
from models.tasks.finders import Rule, Scene, finder


@finder("post", "岗位", needs=("id",))
def post_holders(rule: Rule, scene: Scene) -> Sequence[int]:
    """Everybody who holds the post in the subject's company."""
    rows = PersonPost.select(PersonPost.person).where(
        PersonPost.post == int(rule["id"]), PersonPost.company == scene.company_id
    )
    return [row.person_id for row in rows.order_by(PersonPost.id)]
