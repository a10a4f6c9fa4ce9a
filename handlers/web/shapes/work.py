"""My periodic work, as both doors show it (K05)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.web.shapes.values import Named


class WorkTask(BaseModel):
    """One time that a work was, or is, to be done."""

    id: str
    work: str
    title: str
    state: str
    due_at: str | None
    late: bool
    done_at: str | None
    outcome_title: str | None


class WorkItem(BaseModel):
    """What a post asks of me, how often, when next; `last` is its newest task."""

    id: str
    title: str
    text: str
    kind: str
    kind_title: str
    post: Named
    period: str
    period_text: str
    rhythm: str
    next_on: str | None
    days_to_do: int
    last: WorkTask | None


class WorkCounts(BaseModel):
    """How many are open, late, done."""

    open: int
    late: int
    done: int


class WorkOut(BaseModel):
    """What my posts ask of me."""

    items: list[WorkItem]
    open: list[WorkTask]
    done: list[WorkTask]
    counts: WorkCounts
