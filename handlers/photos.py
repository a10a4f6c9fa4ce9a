"""Photos in the console (G02, E07, X06)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.photo_doors import PHOTOS
from handlers.web.shared import at

routes = at(ConsoleHandler, "/api/console/v1", PHOTOS)
