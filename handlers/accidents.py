"""The board of an accident on the console, and what one does from it (G02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.base import ConsoleHandler
from handlers.web.accident_shapes import AccidentOut, AnswerBody, BoardOut, BoardQuery, DutyBody
from handlers.web.operations import Route, operation
from models.accidents import finding, rules
from models.accidents.board import board
from models.accidents.ledgers import ACCIDENTS
from models.accidents.views import accident_json
from models.core.actor import Actor


def _after(actor: Actor, rule: Callable[..., Any], accident_id: str, *args: Any) -> dict[str, Any]:
    """The accident as it is after a rule did something to it."""
    rule(actor, accident_id, *args)
    return accident_json(actor, finding.find(actor, accident_id))


class BoardHandler(ConsoleHandler):
    """`/accidents/{id}/board`."""

    @operation(
        "事故看板",
        right="accidents.read",
        system="G02",
        query=BoardQuery,
        gives={200: BoardOut},
        refuses=(404,),
    )
    async def get(self, id: str) -> None:
        """Who was told by which way with what success; counts of all, a page of people."""
        asked: BoardQuery = self.query
        found = await self.call(board, self.actor, id, **asked.model_dump(), write=False)
        self.answer(found)


class AnswersHandler(ConsoleHandler):
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


class DutyHandler(ConsoleHandler):
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


routes = [
    Route("/api/console/v1/accidents/{id}/board", BoardHandler, ACCIDENTS),
    Route("/api/console/v1/accidents/{id}/answers", AnswersHandler, ACCIDENTS),
    Route("/api/console/v1/accidents/{id}/duties/{sequence}", DutyHandler, ACCIDENTS),
]
