"""When a step's people are reminded before its deadline, and who is told after it (H06): the times, not the telling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.tasks.flow.definition import StepDefinition


@dataclass(frozen=True)
class Nudge:
    """One reminder before the deadline (`who` is the holders), or one rung of the ladder after it."""

    at: datetime
    late: bool
    who: tuple[Any, ...]


def schedule(plan: StepDefinition, due_at: datetime | None) -> list[Nudge]:
    """Every nudge of a step with this deadline, in the order of time."""
    if due_at is None:
        return []
    holder = ({"by": "holder"},)
    before = [
        Nudge(due_at - timedelta(hours=hours), False, holder) for hours in plan.said.get("remind") or ()
    ]
    after = [
        Nudge(due_at + timedelta(hours=rung.get("after") or 0), True, tuple(rung.get("who") or holder))
        for rung in plan.said.get("ladder") or ()
    ]
    return sorted([*before, *after], key=lambda nudge: nudge.at)


def next_after(plan: StepDefinition, due_at: datetime | None, moment: datetime) -> datetime | None:
    """When the next nudge after a moment is due, None when there is none."""
    return next((nudge.at for nudge in schedule(plan, due_at) if nudge.at > moment), None)
