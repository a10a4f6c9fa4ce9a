"""Editions of a row that takes effect after approval, and who has read them (B02, B03)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from handlers.web.shapes.values import Value
from models.core.ledger import Ledger
from models.tasks.publication import reading
from models.tasks.publication.editions import editions


class EditionChange(BaseModel):
    """One thing that an edition says otherwise than the one that it replaces."""

    field: str
    title: str
    old: Value
    new: Value


class DecisionOut(BaseModel):
    """What somebody decided of an edition."""

    step: str
    outcome: str
    comment: str
    at: str
    by: str
    refused: bool


class EditionOut(BaseModel):
    """One edition; `this` is the one that was asked for."""

    id: str
    edition: int
    standing: str
    title: str
    tone: str
    this: bool
    why: str
    end_reason: str
    in_force_at: str | None
    ended_at: str | None
    changes: list[EditionChange]
    decisions: list[DecisionOut]


class EditionsOut(BaseModel):
    """All editions of a row, the newest first."""

    items: list[EditionOut]


class ReaderOut(BaseModel):
    """Somebody whom an edition concerns, or who has read it."""

    person: str
    name: str
    unit: str
    department: str
    read_at: str | None


class ReadingOut(BaseModel):
    """How an edition is read. Numbers and people are for who may export the ledger; `more` people are not listed.

    `later`: not in force yet, and to be read once it is.
    """

    asked: bool
    later: bool
    mine: str | None
    may_mark: bool
    read: int | None
    unread: int | None
    items: list[ReaderOut]
    more: int


class _LedgerHandler(ConsoleHandler):
    ledger: Ledger


class EditionsHandler(_LedgerHandler):
    """`P/{id}/editions`."""

    @operation("各版", right="ledger:read", system="B03", gives={200: EditionsOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """Every edition, with what is different and who decided."""
        self.answer(await self.call(editions, self.actor, self.ledger, id, write=False))


class ReadingHandler(_LedgerHandler):
    """`P/{id}/reading`."""

    @operation("阅读情况", right="ledger:read", system="B02", gives={200: ReadingOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """Whether I have read it; who has and who has not, for who may see that."""
        self.answer(await self.call(reading.of_row, self.actor, self.ledger, id, write=False))

    @operation("我已阅读", right="ledger:read", system="B02", gives={200: ReadingOut}, refuses=(404, 409))
    async def post(self, id: int) -> None:
        """I have read this edition."""
        self.answer(await self.call(reading.mark, self.actor, self.ledger, id))


def edition_routes(ledger: Ledger, path: str) -> list[Route]:
    """The routes of a ledger whose rows take effect after approval; none for others."""
    if ledger.published is None:
        return []
    routes = [Route(f"{path}/{{id}}/editions", EditionsHandler, ledger)]
    if ledger.published.is_read:
        routes.append(Route(f"{path}/{{id}}/reading", ReadingHandler, ledger))
    return routes
