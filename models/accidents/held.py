"""What accidents keep: the equipment that they name (G02)."""

from __future__ import annotations

from models.accidents.records import Accident
from models.core.held import Held, held_by
from models.equipment import hooks as equipment_hooks


@equipment_hooks.HELD.answer
def of_equipment(equipment_id: int) -> Held | None:
    """Accidents that name a piece of equipment."""
    return held_by(Accident.select().where(Accident.equipment == equipment_id).count(), "起事故")
