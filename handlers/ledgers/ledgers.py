"""The console's routes of every ledger, from its declaration alone."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.ledgers.bulk import bulk_routes
from handlers.ledgers.editions import edition_routes
from handlers.ledgers.files import file_routes
from handlers.ledgers.library import library_routes
from handlers.web.doors.ledgers import row_routes
from handlers.web.operations import SIGNED_IN, Route, operation
from handlers.web.shapes.ledgers.ledgers import FoundRows, LedgersOut, RightsOut
from models.administration.roles.role_editor import rights_on_offer
from models.core.ledger import all_ledgers
from models.core.ledger.reading.describe import describe, readable_ledgers
from models.core.ledger.reading.search import search
from models.core.security.actor import Actor


class LedgersHandler(ConsoleHandler):
    """`/ledgers`: what there is for me."""

    @operation("台账目录", right=SIGNED_IN, gives={200: LedgersOut})
    async def get(self) -> None:
        """The declarations of the ledgers that I may read, with my rights filled in."""
        self.answer({"items": await self.call(_described, self.actor, write=False)})


def _described(actor: Actor) -> list[dict[str, Any]]:
    return [describe(ledger, actor) for ledger in readable_ledgers(actor)]


class SearchQuery(BaseModel):
    """What to look for."""

    q: str = Field(default="", max_length=100)


class SearchHandler(ConsoleHandler):
    """`/search`: by name, phone or number, whatever each ledger declares."""

    @operation("查找", right=SIGNED_IN, query=SearchQuery, gives={200: FoundRows}, refuses=(422,))
    async def get(self) -> None:
        """The first rows of every ledger that I may read."""
        self.answer({"items": await self.call(search, self.actor, self.query.q, write=False)})


class RightsHandler(ConsoleHandler):
    """`/rights`: what the role editor offers."""

    @operation("权限清单", right="roles.read", system="J04", gives={200: RightsOut})
    async def get(self) -> None:
        """Every right and every scope."""
        self.answer(rights_on_offer())


def ledger_routes() -> list[Route]:
    """The routes of all declared ledgers."""
    routes = [
        Route("/api/console/v1/ledgers", LedgersHandler),
        Route("/api/console/v1/rights", RightsHandler),
        Route("/api/console/v1/search", SearchHandler),
    ]
    for ledger in all_ledgers():
        path = f"/api/console/v1/{ledger.name}"
        routes += file_routes(ledger, path)
        routes += library_routes(ledger, path)
        routes += bulk_routes(ledger, path)
        routes += row_routes(ConsoleHandler, ledger, path, ledger.actions)
        routes += edition_routes(ledger, path)
    return routes
