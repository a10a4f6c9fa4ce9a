"""Boards on the phone: how things stand now (I02)."""

from __future__ import annotations

from handlers.web.doors.boards import board_routes
from miniprogram_api.base import PhoneHandler

routes = board_routes(PhoneHandler, "/api/mp/v1/boards")
