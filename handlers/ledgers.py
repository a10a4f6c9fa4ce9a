"""The console's routes of every ledger, from its declaration alone."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.ledger_editions import edition_routes
from handlers.ledger_files import file_routes
from handlers.web import schemas
from handlers.web.bodies import checked
from handlers.web.operations import SIGNED_IN, Operation, Route, operation
from handlers.web.shapes.jobs import Job
from handlers.web.shapes.ledgers import (
    FoundRows,
    GroupingsOut,
    HistoryOut,
    LedgersOut,
    OptionsOut,
    ProbeFound,
    RightsOut,
)
from models.administration.roles.role_editor import rights_on_offer
from models.core.errors import Invalid
from models.core.ledger import Action, FormProbe, Ledger, all_ledgers, listing, options
from models.core.ledger.changes import actions, editing, probes
from models.core.ledger.describe import describe, readable_ledgers
from models.core.ledger.groupings import groupings, takes_groups
from models.core.ledger.query import ListQuery
from models.core.ledger.search import search
from models.core.security.actor import Actor


class PageQuery(BaseModel):
    """Which page of a ledger."""

    q: str | None = Field(default=None, max_length=100)
    sort: str | None = Field(default=None, max_length=60)
    cursor: str | None = Field(default=None, max_length=500)
    limit: int = Field(default=50, ge=1, le=200)
    end: str | None = Field(default=None, pattern="^last$")


class PickQuery(BaseModel):
    """What to look for in a pick list."""

    q: str | None = Field(default=None, max_length=60)
    limit: int = Field(default=20, ge=1, le=50)


class TrailQuery(BaseModel):
    """Which page of the trail."""

    cursor: str | None = Field(default=None, max_length=60)


class ValuesBody(BaseModel):
    """The values of a new row."""

    values: dict[str, Any]


class EditBody(BaseModel):
    """New values for a row, and the version that they were made from."""

    version: int = Field(ge=1, le=2_000_000_000)
    values: dict[str, Any]


class ActionBody(BaseModel):
    """The rows that an action is for, and what its dialog asked."""

    ids: list[str] = Field(default_factory=list, max_length=5000)
    values: dict[str, Any] = Field(default_factory=dict)


def filters_of(arguments: dict[str, list[bytes]], ledger: Ledger) -> dict[str, Any]:
    """The `f.…` arguments of a request as filters: lists of values, or {"from", "to"}."""
    kinds = {item.field: item.kind for item in ledger.filters}
    found: dict[str, Any] = {}
    for name, raw in arguments.items():
        if not name.startswith("f."):
            continue
        field, _, side = name[2:].rpartition(".")
        if side not in ("from", "to") or name[2:] in kinds:  # decisions.who is a box of a line
            field, side = name[2:], ""
        ranged = kinds.get(field, "").endswith("_range")
        if field not in kinds or (ranged != (side in ("from", "to"))):
            raise Invalid("没有这个筛选条件", fields={name: "没有这个筛选条件"}, advice="请清除筛选后重试")
        values = [item.decode("utf-8", "replace") for item in raw]
        if ranged:
            found.setdefault(field, {})[side] = values[-1]
        else:
            found[field] = values
    return found


class LedgerHandler(ConsoleHandler):
    """Base: the ledger is told by the route."""

    ledger: Ledger


class RowsHandler(LedgerHandler):
    """`P`: the list, and a new row."""

    @operation(
        "列表",
        right="ledger:read",
        query=PageQuery,
        gives={200: schemas.page_schema},
        refuses=(422,),
        ledger_query=True,
    )
    async def get(self) -> None:
        """A page of rows."""
        asked: PageQuery = self.query
        query = ListQuery.parse(
            self.ledger,
            q=asked.q or "",
            filters=filters_of(self.request.query_arguments, self.ledger),
            sort=asked.sort or "",
            cursor=asked.cursor or "",
            limit=asked.limit,
            end=asked.end or "",
        )
        self.answer(await self.call(listing.list_rows, self.actor, self.ledger, query, write=False))

    @operation(
        "新增",
        right="ledger:create",
        body=schemas.create_schema,
        gives={201: schemas.made_schema},
        refuses=(409, 422),
    )
    async def post(self) -> None:
        """A new row."""
        body = checked(ValuesBody, self.body)
        self.answer(await self.call(editing.create, self.actor, self.ledger, body.values), 201)


class RowHandler(LedgerHandler):
    """`P/{id}`: one row."""

    @operation("详情", right="ledger:read", gives={200: schemas.row_schema}, refuses=(404,))
    async def get(self, id: int) -> None:
        """The row with all its fields."""
        # Seeing a whole ID number is itself noted in the trail, so this is not a mere read.
        self.answer(await self.call(editing.get, self.actor, self.ledger, id))

    @operation(
        "修改",
        right="ledger:edit",
        body=schemas.edit_schema,
        gives={200: schemas.row_schema},
        refuses=(404, 409, 422),
    )
    async def patch(self, id: int) -> None:
        """Change a row of a known version."""
        body = checked(EditBody, self.body)
        self.answer(await self.call(editing.edit, self.actor, self.ledger, id, body.version, body.values))

    @operation("删除", right="ledger:delete", gives={204: None}, refuses=(404, 409))
    async def delete(self, id: int) -> None:
        """Delete a row that nothing hangs on."""
        await self.call(editing.delete, self.actor, self.ledger, id)
        self.answer_nothing()


class HistoryHandler(LedgerHandler):
    """`P/{id}/history`."""

    @operation(
        "修改记录",
        right="ledger:read",
        system="J05",
        query=TrailQuery,
        gives={200: HistoryOut},
        refuses=(404, 422),
    )
    async def get(self, id: int) -> None:
        """Who changed what, newest first."""
        asked: TrailQuery = self.query
        self.answer(
            await self.call(editing.history, self.actor, self.ledger, id, asked.cursor or "", write=False)
        )


class OptionsHandler(LedgerHandler):
    """`P/options/{field}`."""

    @operation("可选项", right="ledger:read", query=PickQuery, gives={200: OptionsOut}, refuses=(404,))
    async def get(self, field: str) -> None:
        """What a reference field can be set to."""
        asked: PickQuery = self.query
        found = await self.call(
            options.options, self.actor, self.ledger, field, asked.q or "", asked.limit, write=False
        )
        self.answer(found)


class GroupingsHandler(LedgerHandler):
    """`P/groupings/{field}`."""

    @operation("可整组选的人", right="ledger:read", gives={200: GroupingsOut}, refuses=(404,))
    async def get(self, field: str) -> None:
        """The groups that a field of people takes with one tap: departments, posts, everybody."""
        self.answer(await self.call(groupings, self.actor, self.ledger, field, write=False))


ACTION_BODY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ids": {"type": "array", "items": {"type": "string"}, "maxItems": 5000},
        "values": {"type": "object"},
    },
}


class ActionHandler(LedgerHandler):
    """`P/actions/{name}`: a button that calls a rule. Each action has a route of its own, with its right."""

    action: Action

    def initialize(self, action: Action, **options: Any) -> None:
        super().initialize(**options)
        self.action = action

    async def post(self) -> None:
        """Do it, all rows or none; a file is made as a job."""
        body = checked(ActionBody, self.body)
        if self.action.gives == "file":
            job = await self.call(
                actions.act_as_job, self.actor, self.ledger, self.action, body.ids, body.values
            )
            self.answer(job, 202)
            return
        self.answer(await self.call(actions.act, self.actor, self.ledger, self.action, body.ids, body.values))


def action_operation(action: Action) -> Operation:
    """What the route of an action says of itself."""
    gives: dict[int, Any] = {202: Job} if action.gives == "file" else {200: schemas.acted_schema}
    refuses = (404, 409, 422, 429) if action.gives == "file" else (404, 409, 422)
    return Operation(action.title, action.right, body=ACTION_BODY, gives=gives, refuses=refuses)


class ProbeHandler(LedgerHandler):
    """`P/probes/{name}`: what a form asks before it is saved. Each probe has a route of its own."""

    probe: FormProbe

    def initialize(self, probe: FormProbe, **options: Any) -> None:
        super().initialize(**options)
        self.probe = probe

    async def post(self) -> None:
        """Ask; nothing is written."""
        body = checked(ValuesBody, self.body)
        found = await self.call(probes.probe, self.actor, self.ledger, self.probe, body.values)
        self.answer(found)


def probe_operation(probe: FormProbe) -> Operation:
    """What the route of a probe says of itself."""
    return Operation(probe.title, probe.right, body=PROBE_BODY, gives={200: ProbeFound}, refuses=(422,))


PROBE_BODY: dict[str, Any] = {
    "type": "object",
    "properties": {"values": {"type": "object"}},
    "required": ["values"],
}


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
        # Fixed words first: `{id}` would take them too.
        routes += file_routes(ledger, path)
        routes += [
            Route(
                f"{path}/actions/{action.name}",
                ActionHandler,
                ledger,
                {"action": action},
                {"post": action_operation(action)},
            )
            for action in ledger.actions
        ]
        routes += [
            Route(
                f"{path}/probes/{probe.name}",
                ProbeHandler,
                ledger,
                {"probe": probe},
                {"post": probe_operation(probe)},
            )
            for probe in ledger.probes
        ]
        routes += [
            Route(f"{path}/options/{{field}}", OptionsHandler, ledger),
            *(
                [Route(f"{path}/groupings/{{field}}", GroupingsHandler, ledger)]
                if takes_groups(ledger)
                else []
            ),
            Route(path, RowsHandler, ledger),
            Route(f"{path}/{{id}}", RowHandler, ledger),
            Route(f"{path}/{{id}}/history", HistoryHandler, ledger),
            *edition_routes(ledger, path),
        ]
    return routes
