"""Sums of clock-ins that are kept: by company, day, site, kind of equipment, and whether they came late (I01)."""

from __future__ import annotations

from models.core.views import Kept
from models.duty.records import ClockIn

CLOCK_IN_SUMS = Kept("clock-ins", ClockIn, day="day", parts=("site_id", "type_id", "late"))
