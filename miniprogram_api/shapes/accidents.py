"""What the phone alone sends and gets about accidents, as pydantic models (G02)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from handlers.web.parts import Strict
from handlers.web.shapes.accidents import AccidentOut
from handlers.web.shapes.reports import AccidentFacts


class SupplementBody(AccidentFacts):
    """续报, or with `correction` 更正: only what changed, and the version that it was made from."""

    version: int = Field(ge=1, le=30_000)
    note: str | None = None
    correction: bool = False


class ClosingBody(Strict):
    """How it ended."""

    closing: str = Field(max_length=2000)


class AccidentsQuery(BaseModel):
    """Which page."""

    cursor: str | None = Field(default=None, max_length=60)
    limit: int = Field(default=20, ge=1, le=50)


class AccidentsOut(BaseModel):
    """A page of accidents that I reported, was told of, or look after; newest first."""

    items: list[AccidentOut]
    next: str | None
