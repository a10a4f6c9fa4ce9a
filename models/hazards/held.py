"""What hangs on places and equipment of lower chapters: hazards (E01, Q13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peewee import fn

from models.core.held import Held, held_by
from models.equipment import hooks as equipment_hooks
from models.grid import hooks as grid_hooks
from models.hazards.records import UNDER_WAY, Hazard


@equipment_hooks.HELD.answer
def of_equipment(equipment_id: int) -> Held | None:
    """Hazards that name a piece of equipment."""
    return held_by(Hazard.select().where(Hazard.equipment_id == equipment_id).count(), "条隐患")


@grid_hooks.OPEN_HAZARDS.answer
def open_at(places: Sequence[int], company_id: int | None) -> Mapping[int, int]:
    """Hazards that are under way, by place: at these places, or at all of a company."""
    where = Hazard.grid.in_(list(places) or [0])
    if company_id is not None:
        where = (Hazard.company == company_id) & Hazard.grid.is_null(False)
    rows = Hazard.select(Hazard.grid, fn.COUNT(Hazard.id)).where(where, Hazard.state.in_(UNDER_WAY))
    return dict(rows.group_by(Hazard.grid).tuples())
