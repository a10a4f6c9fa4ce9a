"""Ledgers on the phone: the 工作台, and the rows of every ledger that has a phone face, from its declaration alone."""

from __future__ import annotations

from typing import Any

from handlers.web import schemas
from handlers.web.doors.ledgers import (
    AttachmentDoor,
    AttachmentsDoor,
    RowDoor,
    RowsDoor,
    ValuesBody,
    row_routes,
)
from handlers.web.doors.photos import SizeQuery
from handlers.web.operations import SIGNED_IN, Route, operation
from handlers.web.requests.bodies import checked
from handlers.web.requests.once import idempotency_key, key_header
from handlers.web.requests.uploads import FILE
from handlers.web.shapes.ledgers.ledgers import AttachmentOut, LedgersOut
from miniprogram_api.base import PhoneHandler
from models.core.files import attachments, mime, photos, stored
from models.core.ledger import all_ledgers
from models.core.ledger.changes import once
from models.core.ledger.reading.describe import describe, on_the_phone
from models.core.security.actor import Actor

_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
PATH = "/api/mp/v1/ledgers"


class LedgersHandler(PhoneHandler):
    """`/ledgers`: my 工作台."""

    @operation("工作台", right=SIGNED_IN, gives={200: LedgersOut})
    async def get(self) -> None:
        """The ledgers that my phone has, as the console describes them, with their phone face."""
        self.answer({"items": await self.call(_described, self.actor, write=False)})


def _described(actor: Actor) -> list[dict[str, Any]]:
    return [describe(ledger, actor) for ledger in on_the_phone(actor)]


class PictureDoor(AttachmentDoor):
    """`P/{id}/attachments/{attachment}`: a file, a picture also in a small size."""

    @operation(
        "下载附件", right="ledger:read", query=SizeQuery, gives={200: _BINARY, 304: None}, produces=mime.ATTACHABLE,
        refuses=(404,),
    )  # fmt: skip
    async def get(self, id: int, attachment: int) -> None:
        """The file; of a picture the asked size."""
        name, kind, kept = await self.call(attachments.locate, self.actor, self.ledger, id, attachment)
        asked: SizeQuery = self.query
        if kind in mime.PICTURES and asked.size != "full":
            size, kind_of_size = photos.version(
                asked.size, kind, webp=mime.WEBP in self.request.headers.get("Accept", "")
            )
            self.set_header("Vary", "Accept")
            if not self.has_already(size, kept):
                self.answer_file(name, kind_of_size, await self.call.plain(photos.drawn, size, kept, kind))
            return
        if not self.has_already(stored.SHOWN, kept):
            self.answer_file(name, kind, await self.call.plain(attachments.shown, kept, kind))


class NewRowDoor(RowsDoor):
    """`P`: the list, and a new row, made once however often it is sent."""

    @operation(
        "新增",
        right="ledger:create",
        system="X01",
        body=schemas.create_schema,
        headers=(key_header("同一条"),),
        gives={201: schemas.made_schema},
        refuses=(409, 422),
    )
    async def post(self) -> None:
        """A new row; the same again under its key gives the row that is there."""
        body = checked(ValuesBody, self.body)
        key = idempotency_key(self.request.headers)
        self.answer(await self.call(once.create, self.actor, self.ledger, body.values, key=key), 201)


class NewFileDoor(AttachmentsDoor):
    """`P/{id}/attachments`: the files of a row, and a new one, attached once however often it is sent."""

    @operation(
        "上传附件",
        right="ledger:edit",
        system="X01",
        body=FILE,
        consumes="multipart/form-data",
        headers=(key_header("同一个文件"),),
        gives={201: AttachmentOut},
        refuses=(400, 404, 413, 415, 422, 429),
    )
    async def post(self, id: int) -> None:
        """Attach a file to a row; the same again under its key gives the one that is there."""
        key = idempotency_key(self.request.headers)
        file = await self.looked_at(id)
        self.answer(await self.call(once.attach, self.actor, self.ledger, id, *file, key=key), 201)


class PutRowDoor(RowDoor):
    """`P/{id}`: one row. Mini-programs know no PATCH."""

    put = RowDoor.patch


_OWN = {AttachmentDoor: PictureDoor, AttachmentsDoor: NewFileDoor, RowsDoor: NewRowDoor, RowDoor: PutRowDoor}


def ledger_routes() -> list[Route]:
    """The routes of all ledgers that have a phone face."""
    routes = [Route(PATH, LedgersHandler)]
    for ledger in all_ledgers():
        face = ledger.phone
        if face is not None:
            buttons = [action for action in ledger.actions if action.name in face.actions]
            routes += row_routes(PhoneHandler, ledger, f"{PATH}/{ledger.name}", buttons, _OWN)
    return routes
