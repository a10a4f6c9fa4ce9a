"""Rules of regulations on the console: seen, changed, checked against the text, taken back (X06)."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from handlers.web.parts import Strict
from handlers.web.shapes.ledgers.ledgers import FieldOut
from handlers.web.shapes.values import Value
from models.core.rulebook import EDIT_RULES, READ_RULES, views
from models.core.rulebook import versions as rulebook_versions
from models.core.security.actor import Actor


class RuleProblem(BaseModel):
    """A file or a version that can't be read: what holds instead, and what to do."""

    book: str
    title: str
    what: str
    cause: str
    advice: str


class BookShort(BaseModel):
    """A rulebook in short; `unchecked` are the titles of the parts that nobody has compared with the text."""

    name: str
    title: str
    summary: str
    version: int
    valid_from: date | None
    unchecked: list[str]
    parts_count: int
    problems: list[RuleProblem]


class BooksOut(BaseModel):
    """All rulebooks."""

    items: list[BookShort]


class RuleMark(BaseModel):
    """Who compared a part with which text, and when."""

    by: str
    at: str
    seen: str


class RulePart(BaseModel):
    """Rows that stand on one regulation. `field` describes a row's boxes, as a field of a ledger does."""

    name: str
    title: str
    help: str | None
    basis: str
    article: str
    field: FieldOut
    rows: list[dict[str, Value]]
    mark: RuleMark | None


class RuleVersionOut(BaseModel):
    """One version; `own` names the parts that are other than the program's."""

    number: int
    valid_from: date
    note: str | None
    made_by: str | None
    made_at: str
    origin: str
    state: str
    state_text: str
    own: list[str]


class RuleCheckOut(BaseModel):
    """Somebody compared a part with a text; `holds` for the words that are shown, else they were others or it was taken back."""

    part: str
    by: str
    at: str
    seen: str
    withdrawn_at: str | None
    holds: bool


class BookOut(BookShort):
    """One rulebook at version `shown`; a change is made from `newest`."""

    may_edit: bool
    newest: int
    shown: int
    file: str
    parts: list[RulePart]
    versions: list[RuleVersionOut]
    checks: list[RuleCheckOut]


class VersionQuery(BaseModel):
    """Which version."""

    version: int | None = Field(default=None, ge=0, le=30_000)


class SaveBody(Strict):
    """A new version: what changes of which parts, from when, why; `on` is the newest that the caller knows."""

    on: int = Field(ge=0, le=30_000)
    valid_from: date | None = None
    note: str = Field(max_length=1000)
    parts: dict[str, Any] = Field(max_length=40)


class MarkBody(Strict):
    """A part of a version was compared with the text named in `seen`; null takes that back."""

    part: str = Field(max_length=40)
    version: int = Field(ge=0, le=30_000)
    seen: str | None = Field(default=None, max_length=1000)


class WithdrawBody(Strict):
    """Which version is taken back."""

    version: int = Field(ge=1, le=30_000)


def _save(actor: Actor, name: str, body: SaveBody) -> None:
    book = views.find(actor, name)
    rulebook_versions.save(actor, book, body.parts, on=body.on, valid_from=body.valid_from, note=body.note)


def _mark(actor: Actor, name: str, body: MarkBody) -> None:
    rulebook_versions.mark(actor, views.find(actor, name), body.part, body.version, body.seen)


def _withdraw(actor: Actor, name: str, body: WithdrawBody) -> None:
    rulebook_versions.withdraw(actor, views.find(actor, name), body.version)


class RulesHandler(ConsoleHandler):
    """What the handlers of one rulebook share."""

    async def answer_book(self, name: str) -> None:
        """The rulebook as it is once the change is committed: what is in force is read anew only then."""
        self.answer(await self.call(views.book_json, self.actor, name, write=False))


class BooksHandler(ConsoleHandler):
    """`/rules`."""

    @operation("规则", right=READ_RULES, system="X06", gives={200: BooksOut})
    async def get(self) -> None:
        """Every rulebook: its version, and what nobody has checked."""
        self.answer({"items": await self.call(views.books_json, self.actor, write=False)})


class BookHandler(RulesHandler):
    """`/rules/{name}`."""

    @operation(
        "一套规则", right=READ_RULES, system="X06", query=VersionQuery, gives={200: BookOut}, refuses=(404,)
    )
    async def get(self, name: str) -> None:
        """Parts with rows, basis and article; all versions."""
        asked: VersionQuery = self.query
        self.answer(await self.call(views.book_json, self.actor, name, asked.version, write=False))

    @operation("修改规则", right=EDIT_RULES, system="X06", body=SaveBody, gives={200: BookOut},
               refuses=(404, 409, 422))  # fmt: skip
    async def put(self, name: str) -> None:
        """Make a version; rules that the program can't compute with are refused at the part."""
        await self.call(_save, self.actor, name, self.body)
        await self.answer_book(name)


class MarksHandler(RulesHandler):
    """`/rules/{name}/marks`."""

    @operation(
        "核对原文", right=EDIT_RULES, system="X06", body=MarkBody, gives={200: BookOut}, refuses=(404, 422)
    )
    async def post(self, name: str) -> None:
        """Say that a part was compared with the regulation's text, or take that back."""
        await self.call(_mark, self.actor, name, self.body)
        await self.answer_book(name)


class WithdrawalsHandler(RulesHandler):
    """`/rules/{name}/withdrawals`."""

    @operation("撤回规则版本", right=EDIT_RULES, system="X06", body=WithdrawBody, gives={200: BookOut},
               refuses=(404, 409))  # fmt: skip
    async def post(self, name: str) -> None:
        """Take a version back that is not in force yet."""
        await self.call(_withdraw, self.actor, name, self.body)
        await self.answer_book(name)


routes = [
    Route("/api/console/v1/rules", BooksHandler),
    Route("/api/console/v1/rules/{name}", BookHandler),
    Route("/api/console/v1/rules/{name}/marks", MarksHandler),
    Route("/api/console/v1/rules/{name}/withdrawals", WithdrawalsHandler),
]
