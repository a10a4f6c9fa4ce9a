"""Accidents at both doors: reporting one, whom that may tell, answering, the legal duties (G02). The doors add who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.web.accident_shapes import AccidentOut, AnswerBody, DutyBody
from handlers.web.base import JsonHandler
from handlers.web.once import idempotency_key, key_header
from handlers.web.operations import operation
from handlers.web.report_shapes import (
    ChoosablePeople,
    MadeOut,
    PeopleQuery,
    ReportBody,
    ReportOptionsOut,
    UnitOfReport,
)
from handlers.web.shared import Shared
from models.accidents import finding, options, rules
from models.accidents.views import accident_json, reported_json
from models.core.actor import Actor

Json = dict[str, Any]


def _report(actor: Actor, data: Json, key: str) -> tuple[Json, bool]:
    accident, created = rules.report(actor, data, key=key)
    return reported_json(actor, accident, data["photos"]) | {"created": created}, created


def after(actor: Actor, rule: Callable[..., Any], accident_id: str, *args: Any) -> Json:
    """The accident as it is after a rule did something to it."""
    rule(actor, accident_id, *args)
    return accident_json(actor, finding.find(actor, accident_id))


class ReportDoor(JsonHandler):
    """A new flash report; each door has a path of its own for it."""

    @operation(
        "上报事故",
        right="accidents.report",
        system="G02",
        body=ReportBody,
        gives={201: MadeOut, 200: MadeOut},
        refuses=(409, 422),
        headers=(key_header("重发同一份快报"),),
    )
    async def post(self) -> None:
        """201 with the accident, 200 with the same one when the key is repeated."""
        key = idempotency_key(self.request.headers)
        content, created = await self.call(_report, self.actor, self.body.model_dump(), key)
        self.answer(content, 201 if created else 200)


class OptionsDoor(JsonHandler):
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


class PeopleDoor(JsonHandler):
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


class AnswersDoor(JsonHandler):
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
        self.answer(await self.call(after, self.actor, rules.answer, id, self.body.answer))


class DutyDoor(JsonHandler):
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
        self.answer(await self.call(after, self.actor, rules.do_duty, id, sequence, self.body.note))


#: What is named comes before what is numbered.
REPORTING: Shared = (("/accidents/options", OptionsDoor), ("/accidents/people", PeopleDoor))
ACCIDENTS: Shared = (
    ("/accidents/{id}/answers", AnswersDoor),
    ("/accidents/{id}/duties/{sequence}", DutyDoor),
)
