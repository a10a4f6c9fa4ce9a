"""The door that WeCom knocks at: `/bots/wecom/{app}` (L01)."""

from __future__ import annotations

from functools import partial
from typing import Any

from tornado.web import RequestHandler

from bots.wecom import receiving
from handlers.web.calling import Caller
from models.core.errors import Unavailable


class ChatHandler(RequestHandler):
    """The base of the chat door. Who asks is said by signatures, never by a cookie."""

    door = "chat"

    def set_default_headers(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here on the strength of a cookie."""

    @property
    def call(self) -> Caller:
        """Runs a rule on a worker thread."""
        caller: Caller = self.settings["caller"]
        return caller

    def said(self, name: str) -> str:
        """A parameter of the address, empty if there is none."""
        return self.get_query_argument(name, "", strip=False) or ""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_default_headers()
        self.finish("")

    def on_finish(self) -> None:
        watch = self.settings.get("on_finish")
        if watch is not None:
            watch(self)


class CallbackHandler(ChatHandler):
    """Takes callbacks, and answers them within the platform's five seconds."""

    async def get(self, app_id: str) -> None:
        """The check of the address: the bare echo, without anything around it."""
        self._answer(await self.call.plain(partial(receiving.verify, int(app_id), self.said)))

    async def post(self, app_id: str) -> None:
        """A message or an event."""
        request = receiving.Request(int(app_id), self.said, self.request.body)
        try:
            answer = await self.settings["callbacks"].submit(request)
        except Unavailable:
            answer = receiving.Answer(503)  # it is delivered again in five seconds
        self._answer(answer)

    def _answer(self, answer: receiving.Answer) -> None:
        self.set_status(answer.status)
        self.finish(answer.body)
