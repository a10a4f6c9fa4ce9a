"""Photos in the console, and what proves them (G02, E07, X06)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.web.doors.photos import PHOTOS
from handlers.web.operations import SIGNED_IN, Route, operation
from handlers.web.shared import at
from models.core.files import mime as kinds
from models.core.files import photos, stored

_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


class PhotoPlace(BaseModel):
    """Where, as the camera said, in GCJ-02."""

    lng: float
    lat: float


class FactsOut(BaseModel):
    """What proves a photo."""

    id: str
    sha256: str
    size: int
    at: str
    by: str
    taken_at: str | None
    place: PhotoPlace | None


class PhotoFactsHandler(ConsoleHandler):
    """`/photos/{id}/facts`."""

    @operation("照片的时间和地点", right=SIGNED_IN, system="G02", gives={200: FactsOut}, refuses=(403, 404))
    async def get(self, id: int) -> None:
        """When and where its camera says that it was taken, and the digest of the upload; who asks is noted."""
        self.answer(FactsOut(**await self.call(photos.facts, self.actor, id)))


class PhotoOriginalHandler(ConsoleHandler):
    """`/photos/{id}/original`."""

    @operation(
        "照片原件",
        right=SIGNED_IN,
        system="G02",
        gives={200: _BINARY},
        produces=kinds.PICTURES,
        refuses=(403, 404),
    )
    async def get(self, id: int) -> None:
        """The upload as it came, for evidence; who takes it is noted."""
        name, mime, kept = await self.call(photos.original, self.actor, id)
        self.answer_file(name, mime, await self.call.plain(stored.read, stored.FILES, kept))


routes = [
    *at(ConsoleHandler, "/api/console/v1", PHOTOS),
    Route("/api/console/v1/photos/{id}/facts", PhotoFactsHandler),
    Route("/api/console/v1/photos/{id}/original", PhotoOriginalHandler),
]
