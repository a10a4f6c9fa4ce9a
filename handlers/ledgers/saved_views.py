"""Views of lists: one's own, and those that are shared with the company (X21)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from handlers.base import ConsoleHandler
from handlers.web.operations import SIGNED_IN, Route, operation
from handlers.web.shapes.ledgers.saved_views import SavedViewOut, SavedViewsOut
from models.core.ledger.saved import views


class WhichLedger(BaseModel):
    """Of which ledger."""

    ledger: str = Field(max_length=40)


class ViewBody(BaseModel):
    """What is to be changed of a view."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=60)
    shared: bool | None = None
    standard: bool | None = None
    q: str | None = Field(default=None, max_length=100)
    filters: dict[str, str | list[str] | dict[str, str]] | None = None
    sort: str | None = Field(default=None, max_length=60)
    columns: list[str] | None = Field(default=None, max_length=100)

    def said(self) -> dict[str, Any]:
        """What was sent, without what was left out."""
        return self.model_dump(exclude_none=True, exclude={"ledger"})


class NewViewBody(ViewBody):
    """A view, and of which ledger."""

    ledger: str = Field(max_length=40)


class SavedViewsHandler(ConsoleHandler):
    """`/saved-views`."""

    @operation(
        "视图",
        right=SIGNED_IN,
        system="X21",
        query=WhichLedger,
        gives={200: SavedViewsOut},
        refuses=(404, 422),
    )
    async def get(self) -> None:
        """My views of a ledger, and those that are shared."""
        found = await self.call(views.views_of, self.actor, self.query.ledger, write=False)
        self.answer({"items": found})

    @operation(
        "保存视图",
        right=SIGNED_IN,
        system="X21",
        body=NewViewBody,
        gives={201: SavedViewOut},
        refuses=(404, 409, 422),
    )
    async def post(self) -> None:
        """Save a view under a name."""
        body: NewViewBody = self.body
        self.answer(await self.call(views.save, self.actor, body.ledger, body.said()), 201)


class SavedViewHandler(ConsoleHandler):
    """`/saved-views/{id}`."""

    @operation(
        "修改视图",
        right=SIGNED_IN,
        system="X21",
        body=ViewBody,
        gives={200: SavedViewOut},
        refuses=(404, 422),
    )
    async def patch(self, id: int) -> None:
        """Change a view; what is left out stays."""
        self.answer(await self.call(views.change, self.actor, id, self.body.said()))

    @operation("删除视图", right=SIGNED_IN, system="X21", gives={204: None}, refuses=(404,))
    async def delete(self, id: int) -> None:
        """Delete a view."""
        await self.call(views.delete, self.actor, id)
        self.answer_nothing()


routes = [
    Route("/api/console/v1/saved-views", SavedViewsHandler),
    Route("/api/console/v1/saved-views/{id}", SavedViewHandler),
]
