"""The flash report on the phone: report, supplement, answer, photos (G02)."""

from __future__ import annotations

from typing import Any

from handlers.web.doors.accidents import ACCIDENTS, REPORTING, ReportDoor, ReportRefusals, after
from handlers.web.operations import PUBLIC, Route, operation
from handlers.web.requests.once import idempotency_key, key_header
from handlers.web.requests.uploads import FILE, upload
from handlers.web.shapes.accidents import AccidentOut
from handlers.web.shapes.reports import (
    EquipmentFound,
    EquipmentQuery,
    PhotoIdOut,
    ReceiptOut,
    ReportedOut,
    UnsignedBody,
)
from handlers.web.shared import at
from miniprogram_api.base import PhoneHandler
from miniprogram_api.shapes.accidents import AccidentsOut, AccidentsQuery, ClosingBody, SupplementBody
from models.accidents import access, photos, report_options, rules
from models.accidents.display.accident_json import accident_json, accidents_json, reported_json
from models.administration.sign_in.throttling import source_of
from models.core.fields import moment_text
from models.core.files.photos import look
from models.core.security.actor import Actor

Json = dict[str, Any]


def _supplement(actor: Actor, accident_id: int, data: Json, version: int) -> Json:
    rules.supplement(actor, accident_id, data, version)
    return reported_json(actor, access.find(actor, accident_id), data.get("photos") or ())


def _page(actor: Actor, cursor: str | None, limit: int) -> Json:
    rows, following = access.list_of(actor, cursor=cursor, limit=limit)
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


class UnsignedHandler(ReportRefusals, PhoneHandler):
    """`/accidents/unsigned`: a report by somebody who is not signed in, or can't be."""

    @operation(
        "不登录上报事故",
        right=PUBLIC,
        system="G02",
        body=UnsignedBody,
        gives={201: ReceiptOut, 200: ReceiptOut},
        refuses=(409, 422, 429),
        headers=(key_header("重发同一份快报"),),
        load="address_report",
    )
    async def post(self) -> None:
        """201 with its number, 200 when the key is repeated; nothing of the unit is told, and it opens nothing."""
        key = idempotency_key(self.request.headers)
        nobody = Actor(account_id=None, name="没有登录的人", door=self.door, request_id=self.request_id)
        source = source_of(self.request.remote_ip)
        accident, created = await self.call(
            rules.report, nobody, self.body.model_dump(), key=key, address=source
        )
        reported_at = moment_text(accident.reported_at)
        self.answer(
            {"number": accident.number, "reported_at": reported_at, "created": created},
            201 if created else 200,
        )


class EquipmentHandler(PhoneHandler):
    """`/accidents/equipment`."""

    @operation(
        "事故涉及的设备",
        right="accidents.report",
        system="G02",
        query=EquipmentQuery,
        gives={200: EquipmentFound},
    )
    async def get(self) -> None:
        """Equipment of one of my units, by its label or by part of its name or number."""
        asked: EquipmentQuery = self.query
        found = await self.call(
            report_options.equipment, self.actor, q=asked.q, scan=asked.scan, unit=asked.unit, write=False
        )
        self.answer(found)


class AccidentHandler(PhoneHandler):
    """`/accidents/{id}`."""

    @operation("事故详情", right="accidents.read", system="G02", gives={200: AccidentOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """Facts, versions, clocks, and who answered."""
        found = await self.call(lambda: accident_json(self.actor, access.find(self.actor, id)), write=False)
        self.answer(found)

    @operation(
        "续报或更正",
        right="accidents.report",
        system="G02",
        body=SupplementBody,
        gives={200: ReportedOut},
        refuses=(404, 409, 422),
    )
    async def put(self, id: int) -> None:
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
    async def post(self, id: int) -> None:
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
        refuses=(404, 409, 413, 415, 422, 429),
    )
    async def post(self, id: int) -> None:
        """JPEG, PNG or WebP up to 10 MB."""
        await self.call(photos.may_add, self.actor, id, write=False)
        name, content = upload(self)
        photo = await self.call.looking(look, content)
        kept = await self.call(photos.add, self.actor, id, name, photo)
        self.answer({"id": str(kept.id)}, 201)


routes = [
    Route("/api/mp/v1/accidents", AccidentsHandler),
    Route("/api/mp/v1/accidents/unsigned", UnsignedHandler),
    *at(PhoneHandler, "/api/mp/v1", REPORTING),
    Route("/api/mp/v1/accidents/equipment", EquipmentHandler),
    Route("/api/mp/v1/accidents/{id}", AccidentHandler),
    *at(PhoneHandler, "/api/mp/v1", ACCIDENTS),
    Route("/api/mp/v1/accidents/{id}/closing", ClosingHandler),
    Route("/api/mp/v1/accidents/{id}/photos", AccidentPhotosHandler),
]
