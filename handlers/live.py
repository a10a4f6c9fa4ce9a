"""Live lists and unread counts: what changed is pushed to the consoles that may see it."""

from __future__ import annotations

from handlers.base import COOKIE, cookie_name
from handlers.web.live import Hub, LiveSocket
from models.administration.sign_in.throttling import source_of
from models.core.errors import TooMany, Unavailable


class LiveHandler(LiveSocket):
    """`/live`: a WebSocket of the console. Only same-origin pages can open it; the cookie says who."""

    door = "console"
    lists = True

    async def prepare(self) -> None:
        try:
            self.settings["limits"].check("address", source_of(self.request.remote_ip))
        except TooMany as often:
            self.set_status(429)
            self.set_header("Retry-After", str(often.retry_after))
            self.finish()
            return
        try:
            known = await self.recognise(self.get_cookie(cookie_name(self, COOKIE)) or "")
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
