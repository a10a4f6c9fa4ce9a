"""What a ledger offers as standard: picked, pruned and copied, and taken again when it has moved on (J07)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from models.core.ledger import Ledger
from models.core.ledger.library import updates
from models.core.ledger.library.shelf import shelf
from models.core.ledger.library.taking import MOST, PickedStandard, take


class Fact(BaseModel):
    """Something that a standard says, in words."""

    title: str
    text: str


class StandardLine(BaseModel):
    """A row that comes along with a standard, unless it is left out."""

    part: str
    key: str
    label: str
    facts: list[Fact]


class RowNamed(BaseModel):
    """A row by id and name."""

    id: str
    label: str


class StandardOut(BaseModel):
    """Something that can be picked; `there` is what the unit has of it already, `from` says whose standard it is."""

    source: str
    from_: str = Field(alias="from")
    name: str
    group: str
    sample: bool
    note: str
    facts: list[Fact]
    parts: list[StandardLine]
    there: RowNamed | None


class StandardPart(BaseModel):
    """What comes along with standards, as a whole."""

    name: str
    title: str


class ShelfOut(BaseModel):
    """All that can be picked."""

    title: str
    group_title: str
    groups: list[str]
    parts: list[StandardPart]
    items: list[StandardOut]


class ShelfQuery(BaseModel):
    """For which unit; without it for the one that I work for."""

    company: str | None = Field(default=None, max_length=20)


class LineName(BaseModel):
    """A row of a part of a standard."""

    part: str = Field(max_length=40)
    key: str = Field(max_length=200)


class PickIn(BaseModel):
    """A standard that was picked, without some of what comes along."""

    source: str = Field(max_length=100)
    without: list[LineName] = Field(default_factory=list, max_length=500)


class TakeBody(BaseModel):
    """What was picked, and for which unit."""

    picks: list[PickIn] = Field(min_length=1, max_length=MOST)
    company: str | None = Field(default=None, max_length=20)


class RefusedChoice(BaseModel):
    """What was not taken, and why."""

    name: str
    why: str


class TakenOut(BaseModel):
    """What was made of it."""

    message: str
    made: list[RowNamed]
    refused: list[RefusedChoice]


class StandardChange(BaseModel):
    """One thing that a standard says otherwise: as it was copied, as it is now, and as the row has it; `declined`: the
    unit did not want it."""

    key: str
    title: str
    old: str
    new: str
    mine: str
    declined: bool


class CopyOut(BaseModel):
    """Where a row came from, and what is new there; `may`: I may take it."""

    from_: str = Field(alias="from")
    name: str
    taken_at: str
    standing: str
    may: bool
    changes: list[StandardChange]


class CopyAnswer(BaseModel):
    """Of which standard a row is a copy, if it is one."""

    copy_: CopyOut | None = Field(alias="copy")


class StandardAnswer(BaseModel):
    """What is taken of the standard as it is now, and what is declined, by key; all else stays offered."""

    adopt: list[str] = Field(default_factory=list, max_length=500)
    decline: list[str] = Field(default_factory=list, max_length=500)


class StandardAnswered(BaseModel):
    """What was done, and the row to go on with."""

    message: str
    id: str


class _LedgerHandler(ConsoleHandler):
    ledger: Ledger


class ShelfHandler(_LedgerHandler):
    """`P/library`."""

    @operation(
        "标准库", right="ledger:create", system="J07", query=ShelfQuery, gives={200: ShelfOut}, refuses=(422,)
    )
    async def get(self) -> None:
        """What I can pick for a unit, with what it has already."""
        asked: ShelfQuery = self.query
        self.answer(await self.call(shelf, self.actor, self.ledger, asked.company, write=False))

    @operation(
        "引用标准",
        right="ledger:create",
        system="J07",
        body=TakeBody,
        gives={200: TakenOut},
        refuses=(409, 422),
    )
    async def post(self) -> None:
        """Make rows of what was picked."""
        body: TakeBody = self.body
        picks = [
            PickedStandard(one.source, frozenset((line.part, line.key) for line in one.without))
            for one in body.picks
        ]
        self.answer(await self.call(take, self.actor, self.ledger, picks, body.company))


class CopyHandler(_LedgerHandler):
    """`P/{id}/standard`."""

    @operation("标准有没有更新", right="ledger:read", system="J07", gives={200: CopyAnswer}, refuses=(404,))
    async def get(self, id: int) -> None:
        """Of which standard a row is a copy, and what is new there."""
        self.answer(await self.call(updates.of_row, self.actor, self.ledger, id, write=False))

    @operation(
        "采用标准的更新", right="ledger:edit", system="J07", body=StandardAnswer, gives={200: StandardAnswered},
        refuses=(404, 409, 422),
    )  # fmt: skip
    async def post(self, id: int) -> None:
        """Take some of what is new, decline some by name."""
        body: StandardAnswer = self.body
        self.answer(await self.call(updates.decide, self.actor, self.ledger, id, body.adopt, body.decline))


def library_routes(ledger: Ledger, path: str) -> list[Route]:
    """The routes of a ledger whose rows may be made of standards; none for others."""
    if ledger.library is None:
        return []
    copy = Route(f"{path}/{{id}}/standard", CopyHandler, ledger)
    return [Route(f"{path}/library", ShelfHandler, ledger), copy] if ledger.library.picked_here else [copy]
