"""Rows of ledgers at both doors, from their declarations alone. The doors add who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, Field

from handlers.web import schemas
from handlers.web.base import JsonHandler
from handlers.web.operations import Operation, Route, operation
from handlers.web.requests.bodies import checked
from handlers.web.requests.uploads import FILE, upload
from handlers.web.shapes.jobs import Job
from handlers.web.shapes.ledgers.ledgers import (
    AttachmentOut,
    AttachmentsOut,
    GroupingsOut,
    HistoryOut,
    OptionsOut,
    ProbeFound,
    RelatedOut,
)
from models.core.errors import Invalid
from models.core.files import attachments, mime, signatures, stored
from models.core.files.content_check import Examined
from models.core.ledger import Action, FormProbe, Ledger
from models.core.ledger.changes import actions, editing, probes
from models.core.ledger.groupings import groupings, takes_groups
from models.core.ledger.reading import listing, options
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.related import related_lists

_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


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


class LedgerDoor(JsonHandler):
    """Base: the ledger is told by the route, who asks by the door."""

    ledger: Ledger


class RowsDoor(LedgerDoor):
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


class RowDoor(LedgerDoor):
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


class HistoryDoor(LedgerDoor):
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


class OptionsDoor(LedgerDoor):
    """`P/options/{field}`."""

    @operation("可选项", right="ledger:read", query=PickQuery, gives={200: OptionsOut}, refuses=(404,))
    async def get(self, field: str) -> None:
        """What a reference field can be set to."""
        asked: PickQuery = self.query
        found = await self.call(
            options.options, self.actor, self.ledger, field, asked.q or "", asked.limit, write=False
        )
        self.answer(found)


class GroupingsDoor(LedgerDoor):
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


class ActionDoor(LedgerDoor):
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


class ProbeDoor(LedgerDoor):
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


class RelatedDoor(LedgerDoor):
    """`P/{id}/related`: what hangs on a row."""

    @operation("相关", right="ledger:read", gives={200: RelatedOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """The first rows of each ledger that I may read and whose rows name this one, with how many there are."""
        self.answer({"items": await self.call(related_lists, self.actor, self.ledger, id, write=False)})


class AttachmentsDoor(LedgerDoor):
    """`P/{id}/attachments`."""

    @operation("附件", right="ledger:read", gives={200: AttachmentsOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """What is attached to a row."""
        self.answer({"items": await self.call(attachments.list_of, self.actor, self.ledger, id, write=False)})

    @operation(
        "上传附件",
        right="ledger:edit",
        body=FILE,
        consumes="multipart/form-data",
        gives={201: AttachmentOut},
        refuses=(400, 404, 413, 415, 422, 429),
    )
    async def post(self, id: int) -> None:
        """Attach a file to a row."""
        file = await self.looked_at(id)
        self.answer(await self.call(attachments.add, self.actor, self.ledger, id, *file), 201)

    async def looked_at(self, id: int) -> tuple[str, Examined]:
        """Name and examined content of the upload, once it is known that the row may have one."""
        await self.call(attachments.may_add, self.actor, self.ledger, id, write=False)
        name, content = upload(self)
        return name, await self.call.looking(attachments.look, content)


class AttachmentDoor(LedgerDoor):
    """`P/{id}/attachments/{attachment}`."""

    @operation(
        "下载附件",
        right="ledger:read",
        gives={200: _BINARY, 304: None},
        produces=mime.ATTACHABLE,
        refuses=(404,),
    )
    async def get(self, id: int, attachment: int) -> None:
        """The file."""
        name, mime, kept = await self.call(attachments.locate, self.actor, self.ledger, id, attachment)
        if not self.has_already(stored.SHOWN, kept):
            self.answer_file(name, mime, await self.call.plain(attachments.shown, kept, mime))

    @operation("删除附件", right="ledger:edit", gives={204: None}, refuses=(404, 409))
    async def delete(self, id: int, attachment: int) -> None:
        """Take the file away."""
        await self.call(attachments.delete, self.actor, self.ledger, id, attachment)
        self.answer_nothing()


class SignatureDoor(LedgerDoor):
    """`P/{id}/signatures/{field}`: a signature that somebody drew."""

    @operation(
        "签名", right="ledger:read", gives={200: _BINARY, 304: None}, produces=(mime.PNG,), refuses=(404,)
    )
    async def get(self, id: int, field: str) -> None:
        """The signature in a field of the row, as a PNG."""
        name = await self.call(signatures.locate, self.actor, self.ledger, id, field, write=False)
        if not self.has_already(stored.SIGNATURES, name):
            self.answer_file("签名.png", mime.PNG, await self.call.plain(signatures.read, name))


@cache
def handler(door: type[JsonHandler], shared: type[LedgerDoor]) -> type[JsonHandler]:
    """One of these, asked by whom the door finds out."""
    return type(shared.__name__.replace("Door", "Handler"), (door, shared), {"__doc__": shared.__doc__})


def row_routes(
    door: type[JsonHandler],
    ledger: Ledger,
    path: str,
    offered: Sequence[Action],
    own: Mapping[type[LedgerDoor], type[LedgerDoor]] | None = None,
) -> list[Route]:
    """The routes of a ledger's rows at a door: files, the buttons `offered`, pick lists, list, row, what hangs on it.

    `own`: what the door puts in the place of one of these.
    """

    def at(end: str, shared: type[LedgerDoor], **options: Any) -> Route:
        return Route(f"{path}{end}", handler(door, (own or {}).get(shared, shared)), ledger, **options)

    # Fixed words first: `{id}` would take them too.
    found = []
    if ledger.attachments:
        found += [
            at("/{id}/attachments", AttachmentsDoor),
            at("/{id}/attachments/{attachment}", AttachmentDoor),
        ]
    if signatures.signed_fields(ledger.record):
        found.append(at("/{id}/signatures/{field}", SignatureDoor))
    for action in offered:
        said = {"post": action_operation(action)}
        found.append(at(f"/actions/{action.name}", ActionDoor, options={"action": action}, described=said))
    for probe in ledger.probes:
        said = {"post": probe_operation(probe)}
        found.append(at(f"/probes/{probe.name}", ProbeDoor, options={"probe": probe}, described=said))
    found.append(at("/options/{field}", OptionsDoor))
    if takes_groups(ledger):
        found.append(at("/groupings/{field}", GroupingsDoor))
    return [
        *found,
        at("", RowsDoor),
        at("/{id}", RowDoor),
        at("/{id}/history", HistoryDoor),
        at("/{id}/related", RelatedDoor),
    ]
