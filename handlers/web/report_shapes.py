"""What both JSON doors take and give of a flash report that is being made, as pydantic models (G02)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from handlers.web.accident_shapes import AccidentOut, IdName
from handlers.web.parts import Id, Moment, Strict

_Count = Field(default=None, ge=0, le=10_000)


class ChosenReceivers(Strict):
    """Who is to be told, instead of the preset."""

    persons: list[Id] = Field(default_factory=list, max_length=2000)
    groups: list[Id] = Field(default_factory=list, max_length=50)
    ways: list[Literal["system", "card", "sms", "email"]] = Field(default_factory=list, max_length=4)


class AccidentFacts(Strict):
    """What people fill in; what nobody knows yet is null or left out."""

    site: Id | None = None
    grid: Id | None = None
    what: str | None = None
    place: str | None = None
    lng: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    happened_at: Moment | None = None
    category: str | None = None
    deaths: int | None = _Count
    serious_injuries: int | None = _Count
    minor_injuries: int | None = _Count
    missing: int | None = _Count
    direct_loss_wan: float | None = Field(default=None, ge=0, le=100_000_000, allow_inf_nan=False)
    measures: str | None = None
    photos: list[Id] = Field(default_factory=list, max_length=9)


class ReportBody(AccidentFacts):
    """A flash report. `company` (default: the unit worked for); `receivers` null: by preset."""

    company: Id | None = None
    receivers: ChosenReceivers | None = None


class UnitOfReport(BaseModel):
    """Which of my units."""

    unit: Id | None = None


class PeopleQuery(BaseModel):
    """Part of a name."""

    q: str = Field(default="", max_length=60)
    unit: Id | None = None


class PhotoIdOut(BaseModel):
    """A photo that was taken in."""

    id: str


class WayOut(BaseModel):
    """A way to tell people."""

    value: str
    title: str


class PresetOut(BaseModel):
    """Who is told of an accident of a level when nobody is chosen."""

    level: str
    name: str
    ways: list[str]
    persons: int
    groups: int


class GradeOut(BaseModel):
    """From which figures on an accident is of a class; loss in 10,000 yuan."""

    level: str
    deaths: int
    serious_injuries: int
    direct_loss_wan: int


class ReportOptionsOut(BaseModel):
    """What the form offers. `grades` from the lowest up; `bypass`: one may go straight to the authority."""

    company: IdName
    sites: list[IdName]
    categories: list[str]
    ways: list[WayOut]
    groups: list[IdName]
    presets: list[PresetOut]
    grades: list[GradeOut]
    bypass: str


class ChoosablePerson(IdName):
    """Somebody who can be told."""

    role: str
    site: str | None


class ChoosablePeople(BaseModel):
    """People of the unit, at most 20."""

    items: list[ChoosablePerson]


class ReportedOut(AccidentOut):
    """The accident as it was taken in. `photos_gone`: of the photos that were named, those that are not there any more."""

    photos_gone: list[str]


class MadeOut(ReportedOut):
    """What a report became. `created` is false for one that was there already under the same key."""

    created: bool
