"""When a step's people are reminded before its deadline, and who is told after it (H06): the times, not the telling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.core.fields import Integer
from models.core.settings import CompanySetting
from models.tasks.flow.definition import StepDefinition

STEP_HOURS = CompanySetting(
    "step-hours",
    "任务和审批",
    Integer("默认办理时限", max=8760, unit="小时", help="流程步骤自己没有写期限时用；0 是不限时"),
    default=0,
    zero="不限时",
)
REMIND_HOURS = CompanySetting(
    "remind-hours",
    "任务和审批",
    Integer("到期前多久提醒", max=720, unit="小时", help="流程步骤自己没有写提醒时用；0 是不提醒"),
    default=0,
    zero="不提醒",
)


@dataclass(frozen=True)
class Nudge:
    """One reminder before the deadline (`who` is the holders), or one rung of the ladder after it."""

    at: datetime
    late: bool
    who: tuple[Any, ...]


def time_limit(plan: StepDefinition, company_id: int | None, now: datetime) -> datetime | None:
    """Until when a step is to be done that begins now and whose record says no day: its own hours, or the company's."""
    hours = plan.said.get("hours") or STEP_HOURS.of(company_id)
    return now + timedelta(hours=hours) if hours else None


def schedule(plan: StepDefinition, due_at: datetime | None, company_id: int | None) -> list[Nudge]:
    """Every nudge of a step with this deadline, in the order of time; a step that says no reminder has the company's."""
    if due_at is None:
        return []
    holder = ({"by": "holder"},)
    usual = REMIND_HOURS.of(company_id)
    said = plan.said.get("remind") or ([usual] if usual else ())
    before = [Nudge(due_at - timedelta(hours=hours), False, holder) for hours in said]
    after = [
        Nudge(due_at + timedelta(hours=rung.get("after") or 0), True, tuple(rung.get("who") or holder))
        for rung in plan.said.get("ladder") or ()
    ]
    return sorted([*before, *after], key=lambda nudge: nudge.at)


def next_after(
    plan: StepDefinition, due_at: datetime | None, moment: datetime, company_id: int | None
) -> datetime | None:
    """When the next nudge after a moment is due, None when there is none."""
    return next((nudge.at for nudge in schedule(plan, due_at, company_id) if nudge.at > moment), None)
