"""Who could not be reached (X04)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from handlers.web.shapes.values import Named
from models.messages.channels import unreachable
from models.messages.escalation.records import READ_CHAINS


class LackShown(BaseModel):
    """A way that can't be used for somebody."""

    way: str
    way_text: str
    why: str
    advice: str


class Warned(BaseModel):
    """Somebody whom no way of their presets reaches."""

    person: Named
    company: Named
    places: list[str]
    lacks: list[LackShown]


class WarningsOut(BaseModel):
    """The first of them, and how many there are."""

    items: list[Warned]
    total: int


class WarningsHandler(ConsoleHandler):
    """`/chains/warnings`: people on a chain without a usable way."""

    @operation("通知不到的人", right=READ_CHAINS, system="X04", gives={200: WarningsOut})
    async def get(self) -> None:
        """Found before the alarm."""
        self.answer(await self.call(unreachable.warnings, self.actor, write=False))


routes = [Route("/api/console/v1/chains/warnings", WarningsHandler)]
