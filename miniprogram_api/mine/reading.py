"""What I have to read, on the phone (B02)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from handlers.web.operations import Route, operation
from miniprogram_api.base import PhoneHandler
from models.core.files import attachments, mime, stored
from models.tasks.publication import my_reading

_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


class ToReadOut(BaseModel):
    """An edition that I have to read, or have read (`state`: unread, read)."""

    ledger: str
    id: str
    title: str
    noun: str
    edition: int
    why: str
    in_force_at: str
    state: str


class ToReadList(BaseModel):
    """What I have to read, unread first."""

    items: list[ToReadOut]
    unread: int


class FactOut(BaseModel):
    """One thing that its form says."""

    title: str
    text: str


class NewInEdition(BaseModel):
    """One thing that it says otherwise than the edition before."""

    title: str
    old: str
    new: str


class FileOut(BaseModel):
    """A file of it."""

    id: str
    name: str
    size: int
    mime: str


class EditionToRead(ToReadOut):
    """One edition with all that there is to read: what is new in it, its texts and files, then the small facts."""

    may_mark: bool
    changes: list[NewInEdition]
    texts: list[FactOut]
    facts: list[FactOut]
    files: list[FileOut]


class ReadingListHandler(PhoneHandler):
    """`/reading`."""

    @operation("要我阅读的", right="phone.use", system="B02", gives={200: ToReadList})
    async def get(self) -> None:
        """What I have to read and what I have read."""
        self.answer(await self.call(my_reading.listed, self.actor, write=False))


class ReadingHandler(PhoneHandler):
    """`/reading/{ledger}/{id}`."""

    @operation("阅读文件", right="phone.use", system="B02", gives={200: EditionToRead}, refuses=(404,))
    async def get(self, ledger: str, id: int) -> None:
        """What it says, and its files."""
        self.answer(await self.call(my_reading.one, self.actor, ledger, id, write=False))

    @operation("我已阅读", right="phone.use", system="B02", gives={200: EditionToRead}, refuses=(404, 409))
    async def post(self, ledger: str, id: int) -> None:
        """I have read it."""
        self.answer(await self.call(my_reading.mark, self.actor, ledger, id))


class ReadingFileHandler(PhoneHandler):
    """`/reading/{ledger}/{id}/files/{file}`."""

    @operation(
        "下载文件",
        right="phone.use",
        system="B02",
        gives={200: _BINARY},
        produces=mime.ATTACHABLE,
        refuses=(404,),
    )
    async def get(self, ledger: str, id: int, file: int) -> None:
        """The file."""
        name, kind, kept = await self.call(my_reading.file_of, self.actor, ledger, id, file)
        if not self.has_already(stored.SHOWN, kept):
            self.answer_file(name, kind, await self.call.plain(attachments.shown, kept, kind))


routes = [
    Route("/api/mp/v1/reading", ReadingListHandler),
    Route("/api/mp/v1/reading/{ledger}/{id}", ReadingHandler),
    Route("/api/mp/v1/reading/{ledger}/{id}/files/{file}", ReadingFileHandler),
]
