"""People by the post that they hold, for fields that take several (A04)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.ledger.groupings import GROUPINGS, Grouping
from models.core.ledger.reading.references import load_rows
from models.objectives.records import PersonPost, Post
from models.personnel.groupings import belonging

_CHUNK = 400


@GROUPINGS.answer
def of_posts(ledger: str, rows: Sequence[Any]) -> Sequence[Grouping]:
    """The holders of each post."""
    if ledger != "persons":
        return ()
    ids = [row.id for row in belonging(rows)]
    holders: dict[int, list[int]] = {}
    for start in range(0, len(ids), _CHUNK):
        held = PersonPost.select(PersonPost.post, PersonPost.person).where(
            PersonPost.person.in_(ids[start : start + _CHUNK])
        )
        for post, person in held.order_by(PersonPost.id).tuples():
            holders.setdefault(post, []).append(person)
    posts = load_rows(Post, holders)
    order = sorted(posts.values(), key=lambda post: (post.sequence, post.id))
    return [Grouping("岗位", post.name, tuple(holders[post.id])) for post in order]


__all__ = ["of_posts"]
