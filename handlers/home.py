"""The numbers of the first screen, each with the rows behind it (H01)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.web.operations import SIGNED_IN, Route, operation
from models.desk.home import home


class HomeNumberOut(BaseModel):
    """How many rows of the ledger `filters` leave; `exact` is false where there are more than a list counts."""

    ledger: str
    name: str
    title: str
    help: str
    tone: Literal["bad", "warn", "plain"]
    measure: str
    value: int
    exact: bool
    filters: dict[str, list[str] | dict[str, str]]


class HomeGroup(BaseModel):
    """Numbers that belong together."""

    name: Literal["waiting", "today", "watch"]
    title: str
    numbers: list[HomeNumberOut]


class HomeOut(BaseModel):
    """The first screen, as far as one may read the ledgers; a group without a number is not there."""

    groups: list[HomeGroup]


class HomeHandler(ConsoleHandler):
    """`/home`."""

    @operation("首页的数", right=SIGNED_IN, system="H01", gives={200: HomeOut})
    async def get(self) -> None:
        """What waits, how the day stands, what must not be forgotten."""
        self.answer({"groups": await self.call(home, self.actor, write=False)})


routes = [Route("/api/console/v1/home", HomeHandler)]
