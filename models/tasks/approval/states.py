"""The states of a row that is approved before it holds, and the usual moves between them: two lines of its record."""

from __future__ import annotations

from typing import Any

from models.core.fields import Choice, Pick
from models.core.records import Transition, Transitions
from models.tasks.rights import ACT_TASKS

DRAFT, ASKED, APPROVED, REFUSED = "draft", "asked", "approved", "refused"
#: In these a row is its maker's: it may be changed, and sent off.
EDITABLE = (DRAFT, REFUSED)
STATES = (
    Choice(DRAFT, "草稿"), Choice(ASKED, "审批中", "warn"), Choice(APPROVED, "已生效", "good"),
    Choice(REFUSED, "未通过", "bad"),
)  # fmt: skip
FIELD = "state"


def approval_state(title: str = "审批") -> Any:
    """The column `state` of a record whose rows are approved."""
    return Pick(title, STATES, required=True, readonly=True, default=DRAFT)


def approval_moves(edit: str, *more: Transition) -> Transitions:
    """Its `transitions`: whoever has the right `edit` sends a row off, whose turn it is approves or refuses. `more` of its own."""
    return Transitions(
        FIELD,
        [
            Transition("submit", "提交审批", EDITABLE, ASKED, edit),
            Transition("approve", "批准", (ASKED,), APPROVED, ACT_TASKS),
            Transition("refuse", "不批准", (ASKED,), REFUSED, ACT_TASKS),
            Transition("take_back", "撤回", (ASKED,), DRAFT, ACT_TASKS),
            *more,
        ],
    )


__all__ = [
    "APPROVED",
    "ASKED",
    "DRAFT",
    "EDITABLE",
    "FIELD",
    "REFUSED",
    "STATES",
    "approval_moves",
    "approval_state",
]
