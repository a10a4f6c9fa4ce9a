"""Accidents on the console: reporting one, its board, and what one does from it (G02)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.doors.accidents import ACCIDENTS, REPORTING, ReportDoor
from handlers.web.operations import Route, operation
from handlers.web.shapes.accidents import AlarmsOut, BoardOut, BoardQuery
from handlers.web.shared import at
from models.accidents import ledgers
from models.accidents.alarm.interrupt import alarms
from models.accidents.display.board import board


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
    async def get(self, id: int) -> None:
        """Who was told by which way with what success; counts of all, a page of people."""
        asked: BoardQuery = self.query
        found = await self.call(board, self.actor, id, **asked.model_dump(), write=False)
        self.answer(found)


class AlarmsHandler(ConsoleHandler):
    """`/accidents/alarms`."""

    @operation("正在发生的事故", right="accidents.read", system="G02", gives={200: AlarmsOut})
    async def get(self) -> None:
        """What breaks in on any page: open accidents that wait for my answer, and those of the last hour that I may read."""
        self.answer(await self.call(alarms, self.actor, write=False))


# `/accidents` itself is the ledger's, whose form knows neither receivers nor a key.
routes = [
    *at(ConsoleHandler, "/api/console/v1", (("/accidents/reports", ReportDoor), *REPORTING, *ACCIDENTS)),
    Route("/api/console/v1/accidents/alarms", AlarmsHandler),
    Route("/api/console/v1/accidents/{id}/board", BoardHandler, ledgers.ACCIDENTS),
]
