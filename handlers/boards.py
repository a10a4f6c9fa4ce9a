"""Boards in the console: how things stand now, on a desk and on a wall; and the morning's card, to try it (I02)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.web.doors.boards import board_routes
from handlers.web.operations import Route, operation
from handlers.web.parts import Id, Strict
from models.core.settings import EDIT_SETTINGS
from models.desk.morning.card import try_now


class CardBody(Strict):
    """Of which unit; of one's own unless named."""

    company: Id | None = None


class SentOut(BaseModel):
    """To how many groups it goes."""

    groups: int


class CardHandler(ConsoleHandler):
    """`/board-cards`."""

    @operation(
        "现在发一张驾驶舱卡片", right=EDIT_SETTINGS, system="I02", body=CardBody, gives={200: SentOut},
        refuses=(404, 409, 422, 429), may_be_empty=True,
    )  # fmt: skip
    async def post(self) -> None:
        """A card to the unit's groups at once, to see what it is like."""
        body: CardBody = self.body
        company = None if body.company is None else int(body.company)
        self.answer({"groups": await self.call.plain(try_now, self.actor, company)})


routes = [
    *board_routes(ConsoleHandler, "/api/console/v1/boards"),
    Route("/api/console/v1/board-cards", CardHandler),
]
