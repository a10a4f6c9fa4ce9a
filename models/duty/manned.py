"""What equipment asks of the log: whether somebody is on duty there (Q10, X16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from peewee import SQL, fn

from models.core import clock
from models.duty.board import of_today
from models.duty.records import ClockIn
from models.equipment import hooks
from models.equipment.records import Equipment


@hooks.MANNED_TODAY.answer
def clocked_in_today() -> Any:
    """Whether anybody clocked in there today, as a condition on a row of the equipment: one look into an index each."""
    found = ClockIn.select(SQL("1")).where(ClockIn.equipment_id == Equipment.id, of_today())
    return fn.EXISTS(found)


@hooks.MANNED_ON.answer
def clocked_in_on(first: date | None, last: date | None) -> Any:
    """Whether anybody clocked in there on one of the days, as a condition on a row of the equipment.

    Told by the moment alone, as the index of a machine's log has it: the day of a clock-in is that of its scan.
    """
    found = ClockIn.select(SQL("1")).where(ClockIn.equipment_id == Equipment.id)
    if first is not None:
        found = found.where(ClockIn.scanned_at >= clock.midnight(first))
    if last is not None:
        found = found.where(ClockIn.scanned_at < clock.midnight(last + timedelta(days=1)))
    return fn.EXISTS(found)
