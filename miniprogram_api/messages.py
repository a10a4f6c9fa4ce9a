"""My messages on the phone (K01)."""

from __future__ import annotations

from handlers.web.doors.messages import MESSAGES
from handlers.web.shared import at
from miniprogram_api.base import PhoneHandler

routes = at(PhoneHandler, "/api/mp/v1", MESSAGES)
