"""My messages in the console (K01)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.doors.messages import MESSAGES
from handlers.web.shared import at

routes = at(ConsoleHandler, "/api/console/v1", MESSAGES)
