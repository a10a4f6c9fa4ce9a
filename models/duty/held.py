"""What clock-ins keep: a log must tell for years who worked on what (Q09)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.core.held import Held, held_by
from models.duty.records import ClockIn
from models.equipment import hooks as equipment_hooks
from models.personnel import hooks as personnel_hooks

_CODE, _WORDS = "has_clock_ins", "条上岗记录"


@equipment_hooks.HELD.answer
def of_equipment(equipment_id: int) -> Held | None:
    """Clock-ins on a piece of equipment."""
    count = ClockIn.select().where(ClockIn.equipment_id == equipment_id).count()
    return held_by(count, _WORDS, code=_CODE, detail="clock_ins")


@personnel_hooks.HELD.answer
def of_person(person_id: int) -> Held | None:
    """Clock-ins of a person."""
    count = ClockIn.select().where(ClockIn.person_id == person_id).count()
    return held_by(count, _WORDS, code=_CODE, detail="clock_ins")


@personnel_hooks.HELD_OF_MANY.answer
def of_people(person_ids: Sequence[int]) -> Mapping[int, str]:
    """Who of these people ever clocked in."""
    found = ClockIn.select(ClockIn.person_id).where(ClockIn.person_id.in_(person_ids)).distinct()
    return {person_id: "已经有上岗记录" for (person_id,) in found.tuples()}
