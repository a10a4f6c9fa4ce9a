"""Photos at both doors: uploaded before there is anything to attach them to, and shown (G02, E07, H03, X06)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from handlers.web.base import JsonHandler
from handlers.web.operations import SIGNED_IN, operation
from handlers.web.requests.uploads import FILE, upload
from handlers.web.shapes.reports import PhotoIdOut
from handlers.web.shared import Shared
from models.core.files import mime as kinds
from models.core.files import photos

_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


class PhotosQuery(BaseModel):
    """What the photo is for."""

    ledger: str = Field(default="accidents", max_length=40)


class SizeQuery(BaseModel):
    """How large: the whole, for a screen (1,080 pixels), for a list (256 pixels, 14 kB at most)."""

    size: photos.Size = "full"


class PhotosDoor(JsonHandler):
    """`/photos`: before there is a report, or an answer to a task."""

    @operation(
        "上传照片", right=SIGNED_IN, system="G02", query=PhotosQuery, body=FILE, consumes="multipart/form-data",
        gives={201: PhotoIdOut}, refuses=(403, 409, 413, 415, 422, 429),
    )  # fmt: skip
    async def post(self) -> None:
        """JPEG, PNG or WebP up to 10 MB; name its id within a day. The ledger says which right it needs."""
        asked: PhotosQuery = self.query
        photos.may_upload(self.actor, asked.ledger)
        name, content = upload(self)
        photo = await self.call.looking(photos.look, content)
        kept = await self.call(photos.upload_for, self.actor, asked.ledger, name, photo)
        self.answer({"id": str(kept.id)}, 201)


class PhotoDoor(JsonHandler):
    """`/photos/{id}`."""

    @operation(
        "查看照片", right=SIGNED_IN, system="G02", query=SizeQuery, gives={200: _BINARY, 304: None},
        produces=kinds.PICTURES, refuses=(404,),
    )  # fmt: skip
    async def get(self, id: int) -> None:
        """The picture: my own that waits, or of a row that I may read.

        A `thumbnail` is WebP for who accepts it by name, else JPEG.
        """
        asked: SizeQuery = self.query
        name, mime, kept = await self.call(photos.locate, self.actor, id, write=False)
        kind, mime_of_size = photos.version(
            asked.size, mime, webp=kinds.WEBP in self.request.headers.get("Accept", "")
        )
        self.set_header("Vary", "Accept")
        if not self.has_already(kind, kept):
            content = await self.call.plain(photos.drawn, kind, kept, mime)
            self.answer_file(name, mime_of_size, content)


PHOTOS: Shared = (
    ("/photos", PhotosDoor),
    ("/photos/{id}", PhotoDoor),
)
