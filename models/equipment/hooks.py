"""What equipment asks of the chapters above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.core.held import Held
from models.core.hooks import Hook

#: By the id of a piece of equipment: records that name it, which have to be kept. Such equipment is not deleted.
HELD: Hook[[int], Held | None] = Hook("equipment.held")
#: Whether somebody is on duty at a piece of equipment today, as a condition on its row.
MANNED_TODAY: Hook[[], Any] = Hook("equipment.manned_today")
#: Whether somebody was on duty there on one of the days from … to … (None: without end), as a condition on its row.
MANNED_ON: Hook[[date | None, date | None], Any] = Hook("equipment.manned_on")
