"""Who leads a unit's sites, and the unit itself, as the grid knows them: for samples that name them by their post (J07)."""

from __future__ import annotations

from models.grid.records import COMPANY, SITE, GridNode
from models.messages.escalation.samples import COMPANY_LEADER, HOLDERS, SITE_LEADER

_LEVELS = {SITE_LEADER: SITE, COMPANY_LEADER: COMPANY}


@HOLDERS.answer
def owners_at(unit: int, post: str) -> list[int]:
    """The persons responsible for the unit's places of the level that goes with a post, by id."""
    level = _LEVELS.get(post)
    if level is None:
        return []
    query = GridNode.select(GridNode.owner).where(
        GridNode.company == unit, GridNode.level == str(level), GridNode.owner.is_null(False)
    )
    return [person for (person,) in query.distinct().tuples()]


__all__ = ["owners_at"]
