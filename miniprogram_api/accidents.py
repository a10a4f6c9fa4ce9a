"""The flash report on the phone: report, supplement, answer, photos (G02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.web.accident_shapes import AccidentOut, AnswerBody, DutyBody
from handlers.web.bodies import idempotency_key
from handlers.web.operations import Route, operation
from handlers.web.photo_doors import PhotoIdOut
from handlers.web.uploads import FILE, upload
from miniprogram_api.accident_shapes import (
    AccidentsOut,
    AccidentsQuery,
    ChoosablePeople,
    ClosingBody,
    PeopleQuery,
    ReportBody,
    ReportOptionsOut,
    SupplementBody,
    UnitOfReport,
)
from miniprogram_api.base import PhoneHandler
from models.accidents import finding, options, photos, rules
from models.accidents.views import accident_json, accidents_json
from models.core.actor import Actor

_KEY = ("Idempotency-Key", "1 到 128 个可见 ASCII 字符；重发同一份快报时用同一个", True)
Json = dict[str, Any]


def _report(actor: Actor, data: Json, key: str) -> tuple[Json, bool]:
    accident, created = rules.report(actor, data, key=key)
    return accident_json(actor, accident), created


def _after(actor: Actor, rule: Callable[..., Any], accident_id: str, *args: Any) -> Json:
    """The accident as it is after a rule did something to it."""
    rule(actor, accident_id, *args)
    return accident_json(actor, finding.find(actor, accident_id))


def _page(actor: Actor, cursor: str | None, limit: int) -> Json:
    rows, following = finding.list_of(actor, cursor=cursor, limit=limit)
    return {"items": accidents_json(actor, rows), "next": following}


class AccidentsHandler(PhoneHandler):
    """`/accidents`: mine, and a new one."""

    @operation(
        "上报事故",
        right="accidents.report",
        system="G02",
        body=ReportBody,
        gives={201: AccidentOut, 200: AccidentOut},
        refuses=(409, 422),
        headers=(_KEY,),
    )
    async def post(self) -> None:
        """201 with the accident, 200 with the same one when the key is repeated."""
        key = idempotency_key(self.request.headers)
        content, created = await self.call(_report, self.actor, self.body.model_dump(), key)
        self.answer(content, 201 if created else 200)

    @operation(
        "事故快报列表", right="accidents.read", system="G02", query=AccidentsQuery, gives={200: AccidentsOut}
    )
    async def get(self) -> None:
        """What I reported, was told of, or look after; newest first."""
        asked: AccidentsQuery = self.query
        self.answer(await self.call(_page, self.actor, asked.cursor, asked.limit, write=False))


class OptionsHandler(PhoneHandler):
    """`/accidents/options`."""

    @operation(
        "快报的可选项",
        right="accidents.report",
        system="G02",
        query=UnitOfReport,
        gives={200: ReportOptionsOut},
    )
    async def get(self) -> None:
        """Places, categories, ways, groups and presets of one of my units."""
        asked: UnitOfReport = self.query
        unit = int(asked.unit) if asked.unit else None
        self.answer(await self.call(options.options, self.actor, unit=unit, write=False))


class PeopleHandler(PhoneHandler):
    """`/accidents/people`."""

    @operation(
        "可通知的人",
        right="accidents.report",
        system="G02",
        query=PeopleQuery,
        gives={200: ChoosablePeople},
    )
    async def get(self) -> None:
        """People of the unit by part of the name."""
        asked: PeopleQuery = self.query
        unit = int(asked.unit) if asked.unit else None
        found = await self.call(options.people, self.actor, q=asked.q, unit=unit, write=False)
        self.answer({"items": found})


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
        gives={200: AccidentOut},
        refuses=(404, 409, 422),
    )
    async def put(self, id: str) -> None:
        """Add what has been learnt; 409 says who has changed what meanwhile."""
        data = self.body.model_dump(exclude_unset=True)
        version = data.pop("version")
        self.answer(await self.call(_after, self.actor, rules.supplement, id, data, version))


class AnswersHandler(PhoneHandler):
    """`/accidents/{id}/answers`."""

    @operation(
        "回应事故通知",
        right="accidents.read",
        system="G02",
        body=AnswerBody,
        gives={200: AccidentOut},
        refuses=(404, 409),
    )
    async def post(self, id: str) -> None:
        """收到, 已在现场 or 需要支援."""
        self.answer(await self.call(_after, self.actor, rules.answer, id, self.body.answer))


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
        self.answer(await self.call(_after, self.actor, rules.close, id, self.body.closing))


class DutyHandler(PhoneHandler):
    """`/accidents/{id}/duties/{sequence}`."""

    @operation(
        "完成法定报告",
        right="accidents.edit",
        system="G02",
        body=DutyBody,
        gives={200: AccidentOut},
        refuses=(404,),
    )
    async def post(self, id: str, sequence: str) -> None:
        """Note that it was reported to whom the law says."""
        self.answer(await self.call(_after, self.actor, rules.do_duty, id, sequence, self.body.note))


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
    Route("/api/mp/v1/accidents/options", OptionsHandler),
    Route("/api/mp/v1/accidents/people", PeopleHandler),
    Route("/api/mp/v1/accidents/{id}", AccidentHandler),
    Route("/api/mp/v1/accidents/{id}/answers", AnswersHandler),
    Route("/api/mp/v1/accidents/{id}/closing", ClosingHandler),
    Route("/api/mp/v1/accidents/{id}/duties/{sequence}", DutyHandler),
    Route("/api/mp/v1/accidents/{id}/photos", AccidentPhotosHandler),
]
