"""Accidents at both doors: reporting one, whom that may tell, answering, the legal duties (G02). The doors add who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.web.base import JsonHandler
from handlers.web.operations import SIGNED_IN, operation
from handlers.web.requests.once import idempotency_key, key_header
from handlers.web.shapes.accidents import AccidentOut, AnswerBody, DutyBody
from handlers.web.shapes.reports import (
    ChoosablePeople,
    MadeOut,
    PeopleQuery,
    ReportBody,
    ReportedOut,
    ReportOptionsOut,
    SamePlaceOut,
    UnitOfReport,
)
from handlers.web.shared import Shared
from models.accidents import access, report_options, rules
from models.accidents.alarm.contacts import with_contact
from models.accidents.display.accident_json import accident_json, reported_json
from models.core.errors import AnbanError
from models.core.security.actor import Actor

Json = dict[str, Any]


def _report(actor: Actor, data: Json, key: str) -> tuple[Json, bool]:
    accident, created = rules.report(actor, data, key=key)
    return reported_json(actor, accident, data["photos"]) | {"created": created}, created


def after(actor: Actor, rule: Callable[..., Any], accident_id: int, *args: Any) -> Json:
    """The accident as it is after a rule did something to it."""
    rule(actor, accident_id, *args)
    return accident_json(actor, access.find(actor, accident_id))


class ReportRefusals(JsonHandler):
    """A door where somebody reports: whatever refuses them gives a number to call."""

    def _say_when(self, error: AnbanError) -> None:
        """Of whatever kind the refusal of a report is, it has a number to call."""
        if self.request.method == "POST":
            with_contact(error)
        super()._say_when(error)


class ReportDoor(ReportRefusals):
    """A new flash report; each door has a path of its own for it."""

    @operation(
        "上报事故",
        right=SIGNED_IN,
        system="G02",
        body=ReportBody,
        gives={201: MadeOut, 200: MadeOut},
        refuses=(409, 422, 429),
        headers=(key_header("重发同一份快报"),),
        before_password_change=True,
    )
    async def post(self) -> None:
        """201 with the accident, 200 with the same one when the key is repeated. Anybody who is signed in may: who belongs
        to no unit reports as a stranger, and gets nothing of the unit back."""
        key = idempotency_key(self.request.headers)
        content, created = await self.call(_report, self.actor, self.body.model_dump(), key)
        self.answer(content, 201 if created else 200)


class SamePlaceDoor(JsonHandler):
    """`/accidents/same-place`."""

    @operation(
        "是否已有人报告",
        right="accidents.report",
        system="G02",
        body=ReportBody,
        gives={200: SamePlaceOut},
        refuses=(422,),
    )
    async def post(self) -> None:
        """Open reports that may be of the same accident as what is being filled in; asked before it is sent."""
        headers = self.request.headers
        key = idempotency_key(headers) if "Idempotency-Key" in headers else None
        data = self.body.model_dump()
        found = await self.call(rules.same_place, self.actor, data, key=key, write=False)
        self.answer({"items": found})


def _added(actor: Actor, accident_id: int, data: Json) -> Json:
    accident = rules.add_to(actor, accident_id, data)
    return reported_json(actor, accident, data["photos"])


class AdditionsDoor(JsonHandler):
    """`/accidents/{id}/additions`."""

    @operation(
        "补充到已报告的事故",
        right="accidents.report",
        system="G02",
        body=ReportBody,
        gives={200: ReportedOut},
        refuses=(404, 409, 422, 429),
    )
    async def post(self, id: int) -> None:
        """What a further witness says, as a 续报 of the first report; the same again adds nothing."""
        self.answer(await self.call(_added, self.actor, id, self.body.model_dump()))


class TellAllDoor(JsonHandler):
    """`/accidents/{id}/telling`."""

    @operation(
        "通知全部接收人",
        right="accidents.edit",
        system="G02",
        gives={200: AccidentOut},
        refuses=(404, 409),
    )
    async def post(self, id: int) -> None:
        """Tell everybody of a report that was told to those who judge it alone."""
        self.answer(await self.call(after, self.actor, rules.pass_on, id))


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
        self.answer(await self.call(report_options.options, self.actor, unit=asked.unit, write=False))


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
        found = await self.call(report_options.people, self.actor, q=asked.q, unit=asked.unit, write=False)
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
    async def post(self, id: int) -> None:
        """收到, 已在现场 or 需要支援."""
        self.answer(await self.call(after, self.actor, rules.answer, id, self.body.answer))


class InsteadDoor(JsonHandler):
    """`/accidents/{id}/stands-for/{notice}`."""

    @operation(
        "代人回应事故通知",
        right="accidents.read",
        system="X04",
        gives={200: AccidentOut},
        refuses=(403, 404, 409),
    )
    async def post(self, id: int, notice: int) -> None:
        """Answer for one in whose stead I was told; it counts for that one alone."""
        self.answer(await self.call(after, self.actor, rules.answer_instead, id, notice))


class ComingDoor(JsonHandler):
    """`/accidents/{id}/coming`."""

    @operation(
        "回应需要支援",
        right="accidents.read",
        system="G02",
        body=AnswerBody,
        gives={200: AccidentOut},
        refuses=(403, 404, 422),
    )
    async def post(self, id: int) -> None:
        """`received`: I am coming; `on_site`: I am there. Whoever called hears it by name."""
        self.answer(await self.call(after, self.actor, rules.answer_call, id, self.body.answer))


class DutyDoor(JsonHandler):
    """`/accidents/{id}/duties/{sequence}`."""

    @operation(
        "完成法定报告",
        right="accidents.edit",
        system="G02",
        body=DutyBody,
        gives={200: AccidentOut},
        refuses=(404, 422),
    )
    async def post(self, id: int, sequence: int) -> None:
        """Note that it was reported to whom the law says: when really, by whom, how."""
        done = self.body.model_dump()
        self.answer(await self.call(after, self.actor, rules.do_duty, id, sequence, done))


#: What is named comes before what is numbered.
REPORTING: Shared = (
    ("/accidents/options", OptionsDoor),
    ("/accidents/people", PeopleDoor),
    ("/accidents/same-place", SamePlaceDoor),
)
ACCIDENTS: Shared = (
    ("/accidents/{id}/answers", AnswersDoor),
    ("/accidents/{id}/stands-for/{notice}", InsteadDoor),
    ("/accidents/{id}/coming", ComingDoor),
    ("/accidents/{id}/additions", AdditionsDoor),
    ("/accidents/{id}/telling", TellAllDoor),
    ("/accidents/{id}/duties/{sequence}", DutyDoor),
)
