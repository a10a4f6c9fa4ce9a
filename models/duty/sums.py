"""Sums of clock-ins that are kept, all by company and day and by whether they came late (I01).

The gate itself adds to the small ones. Those of people and equipment have nearly as many words as there are clock-ins, so a
job adds to them.
"""

from __future__ import annotations

from models.core.views import Kept
from models.core.views.kept_sums import Changes
from models.duty.records import ClockIn


def _later(name: str, part: str) -> Kept:
    return Kept(name, ClockIn, "day", parts=(part, "site_id", "type_id", "late"), months=True, later="summed")


CLOCK_IN_SUMS = Kept("clock-ins", ClockIn, day="day", parts=("site_id", "type_id", "late"))
BY_PERSON = _later("clock-ins-person", "person_id")
BY_EQUIPMENT = _later("clock-ins-equipment", "equipment_id")
CHANGES = Changes(CLOCK_IN_SUMS, BY_PERSON, BY_EQUIPMENT)
