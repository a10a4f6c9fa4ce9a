"""Whose hazards somebody may read: all of one company may (E09)."""

from __future__ import annotations

from models.core.security.actor import Actor
from models.grid.access import find_readable
from models.hazards.records import READ_HAZARDS, Hazard


def find_hazard(actor: Actor, hazard_id: int) -> Hazard:
    """A hazard that the actor may read: of their own company, or their own report. Raises NotFound, Forbidden."""
    found = Hazard.get_or_none(Hazard.id == hazard_id)
    if found is not None and is_reporter(actor, found):
        actor.require(READ_HAZARDS)
        return found
    return find_readable(actor, Hazard, READ_HAZARDS, hazard_id)


def is_reporter(actor: Actor, hazard: Hazard) -> bool:
    """Whether the actor reported it, and (where that was as one of the unit's people) still belongs there."""
    if hazard.reporter_id is not None:
        return hazard.reporter_id in actor.person_ids
    mine = actor.account_id is not None and hazard.reporter_account_id == actor.account_id
    return mine and actor.unit_id is None
