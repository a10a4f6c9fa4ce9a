"""Live lists and unread counts: what changed is pushed to the consoles that may see it."""

from __future__ import annotations

from handlers.base import COOKIE
from handlers.web.live import Hub, LiveSocket
from models.core.errors import Unavailable


class LiveHandler(LiveSocket):
    """`/live`: a WebSocket of the console. Only same-origin pages can open it; the cookie says who."""

    door = "console"
    lists = True

    async def prepare(self) -> None:
        try:
            known = await self.recognise(self.get_cookie(COOKIE) or "")
        except Unavailable:
            self.set_status(503)
            self.finish()
            return
        if not known:
            self.set_status(401)
            self.finish()

    def open(self, *args: str, **kwargs: str) -> None:
        """Take part."""
        self.join()


__all__ = ["Hub", "LiveHandler"]
