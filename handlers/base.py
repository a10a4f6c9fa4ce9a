"""The base of the console's handlers: a session cookie says who asks."""

from __future__ import annotations

from datetime import datetime

from handlers.web.base import JsonHandler
from models.administration.actors import arrive
from models.core.actor import Actor
from models.core.errors import Unauthenticated

COOKIE = "anban_session"


class ConsoleHandler(JsonHandler):
    """Answers the console. Changes are guarded by Tornado's XSRF token in the header `X-XSRFToken`."""

    door = "console"

    def token(self) -> str:
        """The session's token; raises Unauthenticated if there is none."""
        token = self.get_cookie(COOKIE)
        if not token:
            raise Unauthenticated(cause="您还没有登录，或者已经退出", advice="请登录后再试")
        return token

    async def authenticate(self) -> Actor:
        token = self.token()
        return await self.call.plain(arrive, token, self.door)

    async def prepare(self) -> None:
        # Reading the token makes Tornado set its cookie, which the sign-in form needs before anything else.
        _ = self.xsrf_token
        await super().prepare()

    def keep(self, token: str, expires_at: datetime) -> None:
        """Set the session cookie: out of reach of scripts and of other sites."""
        self.set_cookie(
            COOKIE,
            token,
            expires=expires_at,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.settings["secure_cookies"],
        )
