"""The hazards of the unit that one works for, as the phone lists them (E09)."""

from __future__ import annotations

from models.core import clock
from models.core.errors import Invalid
from models.core.security.actor import Actor
from models.grid.access import as_id, companies
from models.hazards.records import CLOSED, READ_HAZARDS, RECTIFYING, UNDER_WAY, Hazard


def of_unit(
    actor: Actor, *, open_: bool, cursor: str | None = None, limit: int = 20
) -> tuple[list[Hazard], str | None]:
    """Open or closed ones, newest first, and the cursor of the next page. Raises Forbidden, Invalid for a wrong cursor."""
    states = UNDER_WAY if open_ else (CLOSED,)
    query = actor.see(Hazard.select(), Hazard, READ_HAZARDS)
    query = query.where(Hazard.company == (actor.company_id or 0), Hazard.state.in_(states))
    if cursor:
        before = as_id(cursor)
        if before is None:
            raise Invalid(
                "翻页位置无效",
                code="bad_cursor",
                advice="请从第一页重新查看",
                fields={"cursor": "翻页位置无效"},
            )
        query = query.where(Hazard.id < before)
    rows = list(query.order_by(Hazard.id.desc()).limit(limit + 1))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


def counts(actor: Actor, company_id: int) -> tuple[int, int]:
    """How many of a company's hazards are open, and how many of those are late, as far as the actor may read them."""
    if company_id not in companies(actor, READ_HAZARDS):
        return 0, 0
    rows = Hazard.select().where(Hazard.company == company_id, Hazard.state.in_(UNDER_WAY))
    late = rows.where(Hazard.state == RECTIFYING, Hazard.due_at < clock.now())
    return rows.count(), late.count()
