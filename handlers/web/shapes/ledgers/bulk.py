"""Acts on many rows: what they would do, what became of them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from handlers.web.shapes.jobs import Job


class RefusedRows(BaseModel):
    """Why some rows were refused, how many, and one of them by name (none where that may not be said)."""

    code: str
    reason: str
    count: int
    example: str | None


class GoesAlong(BaseModel):
    """What is deleted with the rows."""

    title: str
    count: int


class NotBack(BaseModel):
    """Why some rows could not be brought back."""

    reason: str
    count: int


class BulkPreview(BaseModel):
    """What would come of an act: of `count` rows (one had `seen` so many) the first `tried` were tried."""

    title: str
    count: int
    seen: int | None
    tried: int
    refused: int
    refusals: list[RefusedRows]
    goes_along: list[GoesAlong]
    why_no_undo: str | None
    not_back: list[NotBack]
    undo_hours: int


class BulkActOut(BaseModel):
    """An act on many rows; `back` were taken back, `stays` could not be. Moments are ISO texts."""

    id: str
    kind: Literal["edit", "delete", "act"]
    title: str
    ledger: str
    ledger_title: str
    measure: str
    by: str
    mine: bool
    at: str
    state: Literal["finding", "working", "done", "undoing", "undone", "stopped"]
    total: int
    done: int
    refused: int
    waiting: int
    back: int
    stays: int
    refusals: list[RefusedRows]
    not_back: list[RefusedRows]
    can_undo: bool
    why_not: str | None
    undo_until: str | None
    undone_at: str | None
    undone_by: str | None
    can_go_on: bool


class BulkBegun(BaseModel):
    """An act that was begun, or was done at once: then there is no job."""

    act: BulkActOut
    job: Job | None


class BulkActsOut(BaseModel):
    """The newest acts."""

    items: list[BulkActOut]
