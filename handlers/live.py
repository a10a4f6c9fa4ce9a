"""Live lists: what changed is pushed to the consoles that may see it."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from handlers.base import COOKIE
from handlers.web.calling import Caller
from models.administration.actors import actor_for_token
from models.core.actor import Actor
from models.core.errors import AnbanError
from models.core.ledger import ledger_named

_RECHECK_SECONDS = 60.0


class Hub:
    """The open live connections of this process."""

    def __init__(self) -> None:
        self.open: set[LiveHandler] = set()

    def push(self, news: dict[str, Any]) -> None:
        """Send `{"ledger", "id", "company_id"}` to everybody whose read right reaches that company."""
        ledger = ledger_named(news["ledger"])
        if ledger is None:
            return
        message = orjson.dumps({"type": "changed", "ledger": ledger.name, "id": str(news["id"])})
        for handler in list(self.open):
            if news["company_id"] in handler.actor.companies(ledger.rights["read"]):
                handler.send(message)


class LiveHandler(WebSocketHandler):
    """`/live`: a WebSocket of the console. Only same-origin pages can open it; the cookie says who."""

    actor: Actor

    async def prepare(self) -> None:
        token = self.get_cookie(COOKIE)
        call: Caller = self.settings["caller"]
        try:
            self.actor = await call(actor_for_token, token or "", door="console", write=False)
        except AnbanError:
            self.set_status(401)
            self.finish()
            return
        self.token = token or ""

    @property
    def hub(self) -> Hub:
        """The process's connections."""
        hub: Hub = self.settings["hub"]
        return hub

    def open(self, *args: str, **kwargs: str) -> None:
        """Say hello and join."""
        self.hub.open.add(self)
        self.send(orjson.dumps({"type": "hello"}))
        self._watch = asyncio.ensure_future(self._recheck())

    async def _recheck(self) -> None:
        """Close when the session has ended or the right is gone."""
        call: Caller = self.settings["caller"]
        while True:
            await asyncio.sleep(_RECHECK_SECONDS)
            try:
                self.actor = await call(actor_for_token, self.token, door="console", write=False)
            except AnbanError:
                self.close(4401, "signed out")
                return

    def send(self, message: bytes) -> None:
        """Write, unless the other side is gone."""
        try:
            self.write_message(message)
        except WebSocketClosedError:
            self.hub.open.discard(self)

    def on_message(self, message: str | bytes) -> None:
        """Nothing is expected from the console."""

    def on_close(self) -> None:
        """Leave."""
        self.hub.open.discard(self)
        watch = getattr(self, "_watch", None)
        if watch is not None:
            watch.cancel()
