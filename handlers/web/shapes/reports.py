"""What both JSON doors take and give of a flash report that is being made, as pydantic models (G02)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from handlers.web.parts import Id, Moment, Strict
from handlers.web.requests.positions import Position
from handlers.web.shapes.accidents import AccidentOut
from handlers.web.shapes.values import Named

_Count = Field(default=None, ge=0, le=10_000)


class ChosenReceivers(Strict):
    """Who is to be told, instead of the preset."""

    persons: list[Id] = Field(default_factory=list, max_length=2000)
    groups: list[Id] = Field(default_factory=list, max_length=50)
    ways: list[Literal["system", "card", "sms", "email"]] = Field(default_factory=list, max_length=4)


class AccidentFacts(Strict, Position):
    """What people fill in; what nobody knows yet is null or left out."""

    site: Id | None = None
    grid: Id | None = None
    what: str | None = None
    place: str | None = None
    happened_at: Moment | None = None
    category: str | None = None
    equipment: Id | None = None
    situations: list[str] | None = Field(default=None, max_length=8)
    leader_told_at: Moment | None = None
    deaths: int | None = _Count
    serious_injuries: int | None = _Count
    minor_injuries: int | None = _Count
    missing: int | None = _Count
    direct_loss_wan: float | None = Field(default=None, ge=0, le=100_000_000, allow_inf_nan=False)
    measures: str | None = None
    needs: str | None = None
    photos: list[Id] = Field(default_factory=list, max_length=9)


class ReportBody(AccidentFacts):
    """A flash report. `company` (default: the unit worked for); `receivers` null: by preset.

    `label` is what was scanned on the spot: equipment or a place of the unit. Who belongs to no unit says which one by
    `company`, in words (`unit_name`), by that label, or by where they are; and who they are, as far as they want to. Who
    belongs to one reports for another (`elsewhere`) likewise, without `company`.
    """

    company: Id | None = None
    receivers: ChosenReceivers | None = None
    unit_name: str | None = Field(default=None, max_length=60)
    label: str | None = Field(default=None, max_length=512)
    elsewhere: bool = False
    caller_name: str | None = Field(default=None, max_length=60)
    caller_phone: str | None = Field(default=None, max_length=40)


class UnsignedBody(ReportBody):
    """A flash report by somebody who is not signed in: the words and the place, without photos."""

    photos: list[Id] = Field(default_factory=list, max_length=0)


class ReceiptOut(BaseModel):
    """What somebody who is not signed in gets for their report: its number. Nothing of the unit is told."""

    number: str
    reported_at: datetime
    created: bool


class UnitOfReport(BaseModel):
    """Which of my units."""

    unit: Id | None = None


class PeopleQuery(BaseModel):
    """Part of a name."""

    q: str = Field(default="", max_length=60)
    unit: Id | None = None


class EquipmentQuery(BaseModel):
    """Part of a name or of a number; or what was read from a label."""

    q: str = Field(default="", max_length=60)
    scan: str = Field(default="", max_length=512)
    unit: Id | None = None


class NamedPlace(BaseModel):
    """A place of the grid; `where` is its whole path."""

    id: str
    name: str
    where: str


class NamedEquipment(Named):
    """A piece of equipment that an accident may name; `type_code` tells which situations fit it."""

    type: str
    type_code: str
    number: str | None
    location: str | None
    node: NamedPlace | None


class EquipmentFound(BaseModel):
    """Equipment of the unit, at most 20; `node` is the place of the label that was read.

    `elsewhere`: it is a label of another unit, whose people should hear of it.
    """

    items: list[NamedEquipment]
    node: NamedPlace | None
    elsewhere: bool


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


class SituationOut(BaseModel):
    """What by itself makes an accident one of special equipment; `types`: of which, by their codes' beginning."""

    value: str
    title: str
    level: str
    types: list[str]


class ReportOptionsOut(BaseModel):
    """What the form offers. `grades` from the lowest up; `bypass`: one may go straight to the authority."""

    company: Named
    sites: list[Named]
    categories: list[str]
    ways: list[WayOut]
    groups: list[Named]
    presets: list[PresetOut]
    grades: list[GradeOut]
    bypass: str
    situations: list[SituationOut]
    special_categories: list[str]


class ChoosablePerson(Named):
    """Somebody who can be told."""

    role: str
    site: str | None


class ChoosablePeople(BaseModel):
    """People of the unit, at most 20."""

    items: list[ChoosablePerson]


class ReportedOut(AccidentOut):
    """The accident as it was taken in. `photos_gone`: of the photos that were named, those that are not there any more."""

    photos_gone: list[str]


class SamePlace(BaseModel):
    """A report that may be of the same accident: what everybody of the unit may know before reporting it again."""

    id: str
    number: str
    what: str
    place: str
    reported_at: str
    minutes: int
    by: str
    mine: bool


class SamePlaceOut(BaseModel):
    """The likeliest first, at most three."""

    items: list[SamePlace]


class MadeOut(ReportedOut):
    """What a report became. `created` is false for one that was there already under the same key."""

    created: bool
