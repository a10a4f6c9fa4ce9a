"""Whether a hazard was rectified by its deadline (I01): in time, late, or not to be said yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.fields import Choice
from models.core.security.actor import Actor
from models.hazards.records import CLOSED, PLANNING, RECTIFYING, REVIEWING, Hazard

IN_TIME, LATE = "in_time", "late"
CHOICES = (Choice(IN_TIME, "按期整改", "good"), Choice(LATE, "超期", "bad"))


def load(actor: Actor, records: Sequence[Hazard]) -> dict[int, str]:
    """What is to be said of each hazard; nothing of one without a deadline, or whose deadline is still to come."""
    found = {row.id: _of(row) for row in records}
    return {row_id: said for row_id, said in found.items() if said is not None}


def _of(row: Hazard) -> str | None:
    if row.due_at is None:
        return None
    if row.state in (REVIEWING, CLOSED) and row.rectified_at is not None:
        return IN_TIME if row.rectified_at <= row.due_at else LATE
    return LATE if row.state in (PLANNING, RECTIFYING) and row.due_at < clock.now() else None


def where(values: Sequence[str]) -> Any:
    """The same as a condition: one of `values` is to be said. All parts are false, never unknown, for empty columns."""
    rectified = (
        Hazard.state.in_((REVIEWING, CLOSED))
        & Hazard.due_at.is_null(False)
        & Hazard.rectified_at.is_null(False)
    )
    still_open = (
        Hazard.state.in_((PLANNING, RECTIFYING))
        & Hazard.due_at.is_null(False)
        & (Hazard.due_at < clock.now())
    )
    found = Hazard.id.is_null()
    if IN_TIME in values:
        found |= rectified & (Hazard.rectified_at <= Hazard.due_at)
    if LATE in values:
        found |= (rectified & (Hazard.rectified_at > Hazard.due_at)) | still_open
    return found
