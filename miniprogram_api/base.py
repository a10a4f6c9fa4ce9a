"""The base of the phone's handlers: a bearer token says who asks."""

from __future__ import annotations

from handlers.web.base import JsonHandler
from miniprogram_api.clocking_in.scanning import bearer
from models.administration.accounts.actors import arrive
from models.core.security.actor import Actor


class PhoneHandler(JsonHandler):
    """Answers the phone. Nothing is told by a cookie, so nothing can be forged across sites."""

    door = "phone"

    def check_xsrf_cookie(self) -> None:
        """A bearer token is never sent by a foreign page."""

    async def authenticate(self) -> Actor:
        token = bearer(self.request.headers)
        return await self.call.plain(arrive, token, self.door)
