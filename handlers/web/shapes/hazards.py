"""Hazards and places of the grid as both doors show them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from handlers.web.shapes.values import Named, Value


class HazardPhoto(BaseModel):
    """A photo, and where it is."""

    id: str
    url: str


class CriterionShort(Named):
    """What makes a hazard a major one, and the rule that says so."""

    basis: str


class ExtensionOut(BaseModel):
    """A request for more time."""

    id: str
    state: str
    state_text: str
    due_at: str | None
    reason: str | None


class MayDoWithHazard(BaseModel):
    """What I may do beside what my tasks ask."""

    withdraw: bool
    extend: bool
    edit: bool


class HazardOut(BaseModel):
    """A hazard: what it is, who has it, before and after, what became of it, what I may do."""

    id: str
    number: str
    what: str | None
    place: str | None
    category: str | None
    reason: str | None
    measures: str | None
    duty_note: str | None
    funds: str | None
    plan_note: str | None
    result: str | None
    review_note: str | None
    criterion_said: str | None
    found_at: str | None
    reported_at: str | None
    due_at: str | None
    rectified_at: str | None
    closed_at: str | None
    state: str
    state_text: str
    level: str | None
    level_text: str
    origin: str
    origin_text: str
    lng: float | None
    lat: float | None
    funds_wan: float | None
    late: bool
    overdue: bool
    extensions: int
    version: int
    grid: Named | None
    where: str
    company: Named | None
    site: Named | None
    reporter: Named | None
    rectifier: Named | None
    reviewer: Named | None
    source: Named | None
    criterion: CriterionShort | None
    duplicate_of: Named | None
    holders: list[str]
    photos_before: list[HazardPhoto]
    photos_after: list[HazardPhoto]
    photos_returned: list[HazardPhoto]
    case: str | None
    became: str
    points: int
    mine: bool
    extension: ExtensionOut | None
    can: MayDoWithHazard


class HazardsPage(BaseModel):
    """A page of hazards."""

    items: list[HazardOut]
    next: str | None


class TimelineChange(BaseModel):
    """A field that was changed."""

    title: str
    old: Value
    new: Value


class TimelineEvent(BaseModel):
    """What somebody did with a hazard."""

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))

    at: str
    name: str | None
    for_: str | None
    title: str
    step: str | None
    comment: str | None
    door: str
    door_text: str
    changes: list[TimelineChange]


class TimelineOut(BaseModel):
    """Everything that was done with a hazard, the oldest first."""

    items: list[TimelineEvent]


class LikelyHazard(BaseModel):
    """A hazard that may be the same; `metres` away, as like as 0 to 1."""

    id: str
    number: str
    what: str | None
    where: str
    state: str
    state_text: str
    reported_at: str | None
    reporter: Named | None
    became: str
    picture: str | None
    likeness: float
    metres: int | None


class LikelyHazards(BaseModel):
    """The likest first."""

    items: list[LikelyHazard]


class GridPlace(BaseModel):
    """A place of the grid."""

    id: str
    parent: str | None
    level: int
    level_title: str
    name: str
    code: str | None
    label: str
    lng: float | None
    lat: float | None
    enabled: bool
    version: int


class PlaceFound(GridPlace):
    """A place that was found: how, and how far away."""

    where: str
    how: Literal["scan", "equipment", "position", "picked", "work"]
    metres: int | None


class PlaceBelow(GridPlace):
    """A place under another; a `leaf` has none below it."""

    where: str
    site: Named | None
    leaf: bool


class PlacesBelow(BaseModel):
    """The places right under one."""

    items: list[PlaceBelow]


class PlaceInTree(GridPlace):
    """A place with who is responsible and how many hazards are open there, and there and below."""

    owner: Named | None
    site: Named | None
    open: int
    open_below: int
    may_edit: bool


class GridTree(BaseModel):
    """All places of a company, parents first."""

    items: list[PlaceInTree]


class GridMade(GridTree):
    """How many places were made from the standard, and how many were there already."""

    message: str
    made: int
    kept: int


class GridOwned(GridTree):
    """How many open hazards went to the new owner."""

    moved: int


class CriterionOffered(BaseModel):
    """A criterion of major hazards to choose."""

    id: str
    code: str
    industry: str
    title: str


class SnapOptions(BaseModel):
    """What the form of 随手拍 offers; the first place is the likeliest. `points` by what they are for."""

    nodes: list[PlaceFound]
    equipment: Named | None
    near: list[LikelyHazard]
    criteria: list[CriterionOffered]
    points: dict[str, int]
    photo_needed: bool
