"""What equipment asks of the chapters above it."""

from __future__ import annotations

from models.core.held import Held
from models.core.hooks import Hook

#: By the id of a piece of equipment: records that name it, which have to be kept. Such equipment is not deleted.
HELD: Hook[[int], Held | None] = Hook("equipment.held")
