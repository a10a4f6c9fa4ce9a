"""The base of the console's handlers: a session cookie says who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tornado.web import HTTPError, RequestHandler

from handlers.web.base import JsonHandler
from handlers.web.guards import xsrf
from handlers.web.operations import Operation
from models.administration.accounts.actors import arrive
from models.administration.sign_in import known_devices
from models.core import clock
from models.core.errors import Unauthenticated
from models.core.security.actor import Actor

COOKIE = "anban_session"
_DEVICE = "anban_device"
_XSRF = "_xsrf"
#: A page says so of what it asks by itself, without its user: that is no use of the session.
BACKGROUND = "X-Anban-Background"


def cookie_name(handler: RequestHandler, name: str) -> str:
    """How a cookie is called: over TLS so that the browser holds no other site of the domain for us."""
    return f"__Host-{name}" if handler.settings["secure_cookies"] else name


class ConsoleHandler(JsonHandler):
    """Answers the console. Changes are guarded by the session's XSRF token in the header `X-XSRFToken`."""

    door = "console"

    def token(self) -> str:
        """The session's token; raises Unauthenticated if there is none."""
        token = self._cookie(COOKIE)
        if not token:
            raise Unauthenticated(cause="您还没有登录，或者已经退出", advice="请登录后再试")
        return token

    async def authenticate(self) -> Actor:
        token = self.token()
        used = BACKGROUND not in self.request.headers
        return await self.call.plain(arrive, token, self.door, used)

    def check_xsrf_cookie(self) -> None:
        """`admit` looks, where the answer still reaches who is sending a body."""

    async def admit(self, described: Operation) -> None:
        session, kept = self._cookie(COOKIE), self._cookie(_XSRF)
        if self.request.method in ("GET", "HEAD"):
            self._offer(session, kept)
        elif not xsrf.is_right(self.request.headers.get(xsrf.HEADER, ""), session, kept):
            raise HTTPError(403)
        await super().admit(described)

    @property
    def known_device(self) -> str | None:
        """What earlier sign-ins left in this browser."""
        return self._cookie(_DEVICE)

    def keep(self, token: str, expires_at: datetime) -> None:
        """Set the session cookie: out of reach of scripts and of other sites; and the token that belongs to it."""
        self._set(COOKIE, token, expires=expires_at, httponly=True)
        self._offer(token, None)

    def keep_device(self, token: str) -> None:
        """Have the browser known at the next sign-in."""
        if token:
            self._set(_DEVICE, token, expires=clock.now() + known_devices.lasts(), httponly=True)

    def forget(self) -> None:
        """Take the session cookie away; the browser stays known."""
        self.clear_cookie(cookie_name(self, COOKIE), path="/", secure=self.settings["secure_cookies"])

    def _offer(self, session: str | None, kept: str | None) -> None:
        wanted = xsrf.token_for(session, kept)
        if wanted != kept:
            self._set(_XSRF, wanted)  # a script of the page reads it

    def _cookie(self, name: str) -> str | None:
        return self.get_cookie(cookie_name(self, name))

    def _set(self, name: str, value: str, **more: Any) -> None:
        self.set_cookie(
            cookie_name(self, name), value, path="/", samesite="Lax", secure=self.settings["secure_cookies"], **more
        )  # fmt: skip
