"""Photos on the phone (G02, E07, X06)."""

from __future__ import annotations

from handlers.web.doors.photos import PHOTOS
from handlers.web.shared import at
from miniprogram_api.base import PhoneHandler

routes = at(PhoneHandler, "/api/mp/v1", PHOTOS)
