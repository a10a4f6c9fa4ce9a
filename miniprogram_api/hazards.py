"""随手拍 and hazards on the phone: where one is, what is there already, sending it, what became of it (E07, E09, X07)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from handlers.web.doors.hazards import HAZARDS, TakeBackDoor
from handlers.web.operations import Route, operation
from handlers.web.parts import Id
from handlers.web.requests.once import idempotency_key, key_header
from handlers.web.requests.positions import SensedPosition
from handlers.web.shapes.hazards import HazardOut, HazardsPage, LikelyHazards, PlacesBelow, SnapOptions
from handlers.web.shapes.tasks.requests import Body, Json
from handlers.web.shared import at
from miniprogram_api.base import PhoneHandler
from models.core.security.actor import Actor
from models.grid import rules
from models.grid.records import READ_GRID
from models.hazards.display import hazard_json, listing
from models.hazards.records import READ_HAZARDS, REPORT_HAZARDS
from models.hazards.report import report_options, snapshot

_KEY = key_header("重发同一条")


class WhereQuery(SensedPosition):
    """Where the phone is, what it scanned, or which place was picked; and what one is about to say."""

    scan: str = Field(default="", max_length=512)
    company: Id | None = None
    what: str = Field(default="", max_length=400)
    grid: Id | None = None


class GridQuery(BaseModel):
    """Below which place."""

    parent: Id | None = None
    company: Id | None = None


class HazardsQuery(BaseModel):
    """Which hazards: what I reported, or those of my unit."""

    box: Literal["mine", "open", "closed"] = "mine"
    cursor: str | None = Field(default=None, max_length=40)
    limit: int = Field(default=20, ge=1, le=100)


class SnapBody(Body, SensedPosition):
    """A photo or some words, and where."""

    what: str = Field(default="", max_length=2000)
    photos: list[Id] = Field(default_factory=list, max_length=30)
    grid: Id | None = None
    scan: str | None = Field(default=None, max_length=512)
    equipment: Id | None = None
    place: str | None = Field(default=None, max_length=500)
    found_at: datetime | None = None
    company: Id | None = None
    duplicate_of: Id | None = None


def _snapped(actor: Actor, data: Json, key: str) -> tuple[Json, bool]:
    hazard, created = snapshot.snap(actor, data, key=key)
    return hazard_json.hazard_view(actor, hazard.id), created


def _with_photos(actor: Actor, hazard_id: int, ids: list[int]) -> Json:
    return hazard_json.hazard_view(actor, snapshot.add_own_photos(actor, hazard_id, ids).id)


def _options(actor: Actor, asked: WhereQuery) -> Json:
    return report_options.options(actor, **asked.model_dump())


def _near(actor: Actor, asked: WhereQuery) -> Json:
    likely = snapshot.near(
        actor, asked.what, grid=asked.grid, lng=asked.lng, lat=asked.lat, company=asked.company
    )
    return {"items": hazard_json.likely_json(actor, likely)}


def _page(actor: Actor, asked: HazardsQuery) -> Json:
    if asked.box == "mine":
        rows, following = snapshot.mine(actor, cursor=asked.cursor, limit=asked.limit)
    else:
        rows, following = listing.of_unit(
            actor, open_=asked.box == "open", cursor=asked.cursor, limit=asked.limit
        )
    return {"items": hazard_json.hazards_json(actor, rows), "next": following}


class HazardsHandler(PhoneHandler):
    """`/hazards`."""

    @operation(
        "隐患列表",
        right=READ_HAZARDS,
        system="E07",
        query=HazardsQuery,
        gives={200: HazardsPage},
        refuses=(422,),
    )
    async def get(self) -> None:
        """What I reported, or what is open (closed) at my unit; newest first."""
        self.answer(await self.call(_page, self.actor, self.query, write=False))

    @operation(
        "随手拍", right=REPORT_HAZARDS, system="E07", body=SnapBody, gives={201: HazardOut, 200: HazardOut},
        refuses=(403, 422, 429), headers=(_KEY,),
    )  # fmt: skip
    async def post(self) -> None:
        """201 with the hazard, 200 with the same one when the key is repeated."""
        key = idempotency_key(self.request.headers)
        content, created = await self.call(_snapped, self.actor, self.body.model_dump(), key)
        self.answer(content, 201 if created else 200)


class LatePhotos(Body):
    """Photos that were uploaded and are for nothing yet."""

    photos: list[Id] = Field(min_length=1, max_length=30)


class HazardPhotosHandler(PhoneHandler):
    """`/hazards/{id}/photos`."""

    @operation(
        "给自己报的隐患补照片", right=REPORT_HAZARDS, system="E07", body=LatePhotos, gives={200: HazardOut},
        refuses=(403, 404, 409, 422),
    )  # fmt: skip
    async def post(self, id: int) -> None:
        """Where a photo was refused and the words went without it. The same photos twice are once."""
        ids = [int(each) for each in self.body.photos]
        self.answer(await self.call(_with_photos, self.actor, id, ids))


class OptionsHandler(PhoneHandler):
    """`/hazards/options`: where this may be."""

    @operation(
        "随手拍的位置",
        right=REPORT_HAZARDS,
        system="E07",
        query=WhereQuery,
        gives={200: SnapOptions},
        refuses=(404, 422),
    )
    async def get(self) -> None:
        """Places by label, position and where I work, the likeliest first; likely repeats, criteria, points."""
        self.answer(await self.call(_options, self.actor, self.query, write=False))


class NearHandler(PhoneHandler):
    """`/hazards/near`: what was reported there already."""

    @operation(
        "附近相似的隐患",
        right=READ_HAZARDS,
        system="X07",
        query=WhereQuery,
        gives={200: LikelyHazards},
        refuses=(404,),
    )
    async def get(self) -> None:
        """The likest first, at most five."""
        self.answer(await self.call(_near, self.actor, self.query, write=False))


class GridHandler(PhoneHandler):
    """`/grid`: one level at a time."""

    @operation(
        "网格", right=READ_GRID, system="E01", query=GridQuery, gives={200: PlacesBelow}, refuses=(404,)
    )
    async def get(self) -> None:
        """The places right under one, or the top."""
        asked: GridQuery = self.query
        found: Any = await self.call(rules.children, self.actor, asked.parent, asked.company, write=False)
        self.answer({"items": found})


routes = [
    Route("/api/mp/v1/hazards", HazardsHandler),
    Route("/api/mp/v1/hazards/options", OptionsHandler),
    Route("/api/mp/v1/hazards/near", NearHandler),
    Route("/api/mp/v1/hazards/{id}/photos", HazardPhotosHandler),
    # On the console the ledger has an action for it.
    *at(PhoneHandler, "/api/mp/v1", (*HAZARDS, ("/hazards/{id}/withdraw", TakeBackDoor))),
    Route("/api/mp/v1/grid", GridHandler),
]
