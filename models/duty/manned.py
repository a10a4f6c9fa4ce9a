"""What equipment asks of the log: whether somebody is on duty there (Q10, X16)."""

from __future__ import annotations

from typing import Any

from peewee import SQL, fn

from models.duty.board import of_today
from models.duty.records import ClockIn
from models.equipment import hooks
from models.equipment.records import Equipment


@hooks.MANNED_TODAY.answer
def clocked_in_today() -> Any:
    """Whether anybody clocked in there today, as a condition on a row of the equipment: one look into an index each."""
    found = ClockIn.select(SQL("1")).where(ClockIn.equipment_id == Equipment.id, of_today())
    return fn.EXISTS(found)
