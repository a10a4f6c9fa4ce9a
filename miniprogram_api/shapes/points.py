"""My points, as the phone shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from handlers.web.shapes.values import Named


class PointsSubject(BaseModel):
    """What points were given for."""

    kind: str
    id: str


class PointsLine(BaseModel):
    """Points that were given, or taken back."""

    points: int
    why: str
    at: str
    subject: PointsSubject


class PointsOut(BaseModel):
    """My points, the newest first."""

    total: int
    items: list[PointsLine]


class RankingQuery(BaseModel):
    """Of which time, and by what."""

    period: str = Field(default="month", pattern="^(month|quarter|year|all)$")
    by: str = Field(default="person", pattern="^(person|site|department)$")


class RankingChoice(BaseModel):
    """One of the times, or of what it is grouped by."""

    value: str
    title: str


class RankingRow(BaseModel):
    """A place in the ranking; `person` is the site or department where it is grouped by these. `times`: how often."""

    place: int
    person: Named
    points: int
    times: int
    mine: bool


class OwnPlace(BaseModel):
    """Where I am myself, or my site, my department."""

    place: int
    points: int


class RankingOut(BaseModel):
    """Who has the most points; nobody but oneself for who may not read them all. `count`: how many have any."""

    period: str
    by: str
    count: int
    periods: list[RankingChoice]
    groups: list[RankingChoice]
    mine: OwnPlace | None
    items: list[RankingRow]
