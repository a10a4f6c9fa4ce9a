"""The flash report on the phone: report, supplement, answer, photos (G02)."""

from __future__ import annotations

from typing import Any

from handlers.web.accident_doors import ACCIDENTS, REPORTING, ReportDoor, after
from handlers.web.accident_shapes import AccidentOut
from handlers.web.operations import Route, operation
from handlers.web.report_shapes import PhotoIdOut, ReportedOut
from handlers.web.shared import at
from handlers.web.uploads import FILE, upload
from miniprogram_api.accident_shapes import AccidentsOut, AccidentsQuery, ClosingBody, SupplementBody
from miniprogram_api.base import PhoneHandler
from models.accidents import finding, photos, rules
from models.accidents.views import accident_json, accidents_json, reported_json
from models.core.actor import Actor

Json = dict[str, Any]


def _supplement(actor: Actor, accident_id: str, data: Json, version: int) -> Json:
    rules.supplement(actor, accident_id, data, version)
    return reported_json(actor, finding.find(actor, accident_id), data.get("photos") or ())


def _page(actor: Actor, cursor: str | None, limit: int) -> Json:
    rows, following = finding.list_of(actor, cursor=cursor, limit=limit)
    return {"items": accidents_json(actor, rows), "next": following}


class AccidentsHandler(PhoneHandler, ReportDoor):
    """`/accidents`: mine, and a new one."""

    @operation(
        "事故快报列表", right="accidents.read", system="G02", query=AccidentsQuery, gives={200: AccidentsOut}
    )
    async def get(self) -> None:
        """What I reported, was told of, or look after; newest first."""
        asked: AccidentsQuery = self.query
        self.answer(await self.call(_page, self.actor, asked.cursor, asked.limit, write=False))


class AccidentHandler(PhoneHandler):
    """`/accidents/{id}`."""

    @operation("事故详情", right="accidents.read", system="G02", gives={200: AccidentOut}, refuses=(404,))
    async def get(self, id: str) -> None:
        """Facts, versions, clocks, and who answered."""
        found = await self.call(lambda: accident_json(self.actor, finding.find(self.actor, id)), write=False)
        self.answer(found)

    @operation(
        "续报或更正",
        right="accidents.report",
        system="G02",
        body=SupplementBody,
        gives={200: ReportedOut},
        refuses=(404, 409, 422),
    )
    async def put(self, id: str) -> None:
        """Add what has been learnt; 409 says who has changed what meanwhile."""
        data = self.body.model_dump(exclude_unset=True)
        version = data.pop("version")
        self.answer(await self.call(_supplement, self.actor, id, data, version))


class ClosingHandler(PhoneHandler):
    """`/accidents/{id}/closing`."""

    @operation(
        "结束事故",
        right="accidents.close",
        system="G02",
        body=ClosingBody,
        gives={200: AccidentOut},
        refuses=(404, 409),
    )
    async def post(self, id: str) -> None:
        """End its handling, with how it ended."""
        self.answer(await self.call(after, self.actor, rules.close, id, self.body.closing))


class AccidentPhotosHandler(PhoneHandler):
    """`/accidents/{id}/photos`."""

    @operation(
        "给事故加照片",
        right="accidents.report",
        system="G02",
        body=FILE,
        consumes="multipart/form-data",
        gives={201: PhotoIdOut},
        refuses=(404, 409, 413, 415),
    )
    async def post(self, id: str) -> None:
        """JPEG, PNG or WebP up to 10 MB."""
        kept = await self.call(photos.add, self.actor, id, *upload(self))
        self.answer({"id": str(kept.id)}, 201)


routes = [
    Route("/api/mp/v1/accidents", AccidentsHandler),
    *at(PhoneHandler, "/api/mp/v1", REPORTING),
    Route("/api/mp/v1/accidents/{id}", AccidentHandler),
    *at(PhoneHandler, "/api/mp/v1", ACCIDENTS),
    Route("/api/mp/v1/accidents/{id}/closing", ClosingHandler),
    Route("/api/mp/v1/accidents/{id}/photos", AccidentPhotosHandler),
]
