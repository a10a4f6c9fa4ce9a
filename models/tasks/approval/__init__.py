"""`Ledger(approved=Approval("meeting"))`: a row holds once a flow has approved it. docs/guides/add-an-approval.md."""

from models.tasks.approval.approval import Approval
from models.tasks.approval.states import (
    APPROVED,
    ASKED,
    DRAFT,
    EDITABLE,
    REFUSED,
    approval_moves,
    approval_state,
)

__all__ = [
    "APPROVED",
    "ASKED",
    "DRAFT",
    "EDITABLE",
    "REFUSED",
    "Approval",
    "approval_moves",
    "approval_state",
]
