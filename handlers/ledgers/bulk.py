"""Many rows of a ledger at once: changed, removed, acted on; first only tried (X21)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from handlers.base import ConsoleHandler
from handlers.web import schemas
from handlers.web.doors.ledgers import filters_of
from handlers.web.operations import Operation, Route, operation
from handlers.web.requests.bodies import checked
from handlers.web.shapes.ledgers.bulk import BulkBegun, BulkPreview
from handlers.web.shapes.ledgers.ledgers import RowCount
from models.core.ledger import Action, Ledger
from models.core.ledger.bulk import preview, running
from models.core.ledger.bulk.chosen import AskedRows, count_of
from models.core.ledger.bulk.offered import actions_for_many, fields_for_many
from models.core.ledger.bulk.records import ACT, DELETE, EDIT
from models.core.ledger.reading.query import ListQuery

_GIVES: dict[int, Any] = {200: {"oneOf": [BulkBegun, BulkPreview]}}
_REFUSES = (404, 409, 422, 429)


class BulkBody(BaseModel):
    """Which rows, and what of them."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(default_factory=list, max_length=5000)
    all: bool = False
    q: str = Field(default="", max_length=100)
    filters: dict[str, Any] = Field(default_factory=dict)
    count: int | None = Field(default=None, ge=0, le=2_000_000_000)
    values: dict[str, Any] = Field(default_factory=dict)
    dry: bool = False

    def asked(self) -> AskedRows:
        """What the rule takes."""
        return AskedRows(self.ids, self.all, self.q, self.filters, self.count, self.values)


class CountQuery(BaseModel):
    """What a list is searched for."""

    q: str | None = Field(default=None, max_length=100)


class _Handler(ConsoleHandler):
    ledger: Ledger
    kind = EDIT

    async def _answer(self, action: str | None = None) -> None:
        body = checked(BulkBody, self.body)
        if body.dry:
            found = await self.call.plain(self._preview, body.asked(), action)
        else:
            found = await self.call(
                running.start, self.actor, self.ledger, self.kind, body.asked(), action=action
            )
        self.answer(found)

    def _preview(self, asked: AskedRows, action: str | None) -> dict[str, Any]:
        return preview.preview(self.actor, self.ledger, self.kind, asked, action=action)


class CountHandler(_Handler):
    """`P/count`."""

    @operation(
        "条数", right="ledger:read", system="X21", query=CountQuery, gives={200: RowCount}, refuses=(422,),
        ledger_query=True,
    )  # fmt: skip
    async def get(self) -> None:
        """How many rows a list's question leaves, counted to the end."""
        filters = filters_of(self.request.query_arguments, self.ledger)
        query = ListQuery.parse(self.ledger, q=self.query.q or "", filters=filters)
        self.answer(await self.call(count_of, self.actor, self.ledger, query, write=False))


class BulkEditHandler(_Handler):
    """`P/bulk/edit`."""

    @operation(
        "批量修改",
        right="ledger:edit",
        system="X21",
        body=schemas.bulk_edit_schema,
        gives=_GIVES,
        refuses=_REFUSES,
    )
    async def post(self) -> None:
        """Give many rows the same values; few are done at once, many are a job."""
        await self._answer()


class BulkDeleteHandler(_Handler):
    """`P/bulk/delete`."""

    kind = DELETE

    @operation(
        "批量删除",
        right="ledger:delete",
        system="X21",
        body=schemas.bulk_schema(),
        gives=_GIVES,
        refuses=_REFUSES,
    )
    async def post(self) -> None:
        """Remove many rows, so that it can be undone for a while where that is possible."""
        await self._answer()


class BulkActionHandler(_Handler):
    """`P/bulk/actions/{name}`: each button has a route of its own, with its right."""

    kind = ACT
    action: Action

    def initialize(self, action: Action, **options: Any) -> None:
        super().initialize(**options)
        self.action = action

    async def post(self) -> None:
        """Press the button for each of many rows."""
        await self._answer(self.action.name)


def _action_operation(action: Action) -> Operation:
    body = schemas.bulk_schema({"type": "object"})
    return Operation(
        f"批量{action.title}", action.right, system="X21", body=body, gives=_GIVES, refuses=_REFUSES
    )


def bulk_routes(ledger: Ledger, path: str) -> list[Route]:
    """The routes by which many rows of a ledger are worked on, as far as it offers that."""
    routes = [Route(f"{path}/count", CountHandler, ledger)]
    if "edit" in ledger.rights and ledger.rules.edit is not None and fields_for_many(ledger):
        routes.append(Route(f"{path}/bulk/edit", BulkEditHandler, ledger))
    if ledger.many and "delete" in ledger.rights and ledger.rules.delete is not None:
        routes.append(Route(f"{path}/bulk/delete", BulkDeleteHandler, ledger))
    for action in actions_for_many(ledger):
        said = {"post": _action_operation(action)}
        at = f"{path}/bulk/actions/{action.name}"
        routes.append(Route(at, BulkActionHandler, ledger, options={"action": action}, described=said))
    return routes
