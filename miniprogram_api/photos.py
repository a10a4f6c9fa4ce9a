"""Photos on the phone (G02, E07, H03, X06)."""

from __future__ import annotations

from handlers.web.photo_doors import PHOTOS
from handlers.web.task_doors import at
from miniprogram_api.base import PhoneHandler

routes = at(PhoneHandler, "/api/mp/v1", PHOTOS)
