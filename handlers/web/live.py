"""What both doors' live connections share: who is connected, and what is pushed to whom."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import orjson
import structlog
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from handlers.web.calling import Caller
from models.administration.actors import actor_for_token
from models.core.actor import Actor
from models.core.errors import AnbanError, Unavailable
from models.core.ledger import ledger_named
from models.messages import mine

log = structlog.get_logger("live")
RECHECK_SECONDS = 60.0
SIGNED_OUT = 4401
COME_AGAIN = 1012  # "service restart": clients open the connection again


class Hub:
    """The open live connections of this process."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self.open: set[LiveSocket] = set()
        self._waiting: set[int] = set()
        self._counting: asyncio.Task[None] | None = None

    def push(self, news: dict[str, Any]) -> None:
        """Pass on a piece of news of the relay to those whom it concerns.

        `{"ledger", "id", "company_id"}`: a row changed, for who may read it. `{"accounts": […]}`: these people's
        messages changed; they get the number of unread ones.
        """
        if "accounts" in news:
            self._waiting.update(news["accounts"])
            self._count()
        elif "ledger" in news:
            self._push_change(news)

    def missed(self) -> None:
        """News were lost while Redis was away: whoever is connected comes anew, and looks at everything once."""
        for socket in list(self.open):
            socket.close(COME_AGAIN, "news were missed")

    def _push_change(self, news: dict[str, Any]) -> None:
        ledger = ledger_named(news["ledger"])
        if ledger is None:
            return
        message = orjson.dumps({"type": "changed", "ledger": ledger.name, "id": str(news["id"])})
        for socket in list(self.open):
            if socket.lists and news["company_id"] in socket.actor.companies(ledger.rights["read"]):
                socket.send(message)

    def _count(self) -> None:
        """Count for all who wait, one round at a time: news that come meanwhile make the next round."""
        if self._counting is None or self._counting.done():
            self._counting = asyncio.ensure_future(self._rounds())

    async def _rounds(self) -> None:
        while self._waiting:
            accounts, self._waiting = self._waiting, set()
            sockets = [socket for socket in self.open if socket.actor.account_id in accounts]
            try:
                await self.tell_unread(sockets)
            except Exception as error:
                log.warning("unread_not_counted", error=type(error).__name__)

    async def tell_unread(self, sockets: list[LiveSocket]) -> None:
        """Tell these connections how many messages are unread."""
        if not sockets:
            return
        actors = {socket.actor.account_id: socket.actor for socket in sockets}
        unread = await self._call(mine.unread_of, list(actors.values()), write=False)
        for socket in sockets:
            count = unread.get(socket.actor.account_id or 0)
            if count is not None:
                socket.send(orjson.dumps({"type": "messages", "unread": count}))


class LiveSocket(WebSocketHandler):
    """A live connection of one door. Once somebody is known by their token, `join` lets news come."""

    door: ClassVar[str]
    lists: ClassVar[bool]  # whether changed rows of ledgers are pushed
    actor: Actor
    _token = ""
    _watch: asyncio.Task[None] | None = None

    @property
    def hub(self) -> Hub:
        """The process's connections."""
        hub: Hub = self.settings["hub"]
        return hub

    async def recognise(self, token: str) -> bool:
        """Find out who this is; False if nobody. Raises Unavailable."""
        call: Caller = self.settings["caller"]
        try:
            self.actor = await call(actor_for_token, token, door=self.door, write=False)
        except Unavailable:
            raise  # that says nothing about who it is
        except AnbanError:
            return False
        self._token = token
        return True

    def join(self) -> None:
        """Say hello and take part."""
        self.hub.open.add(self)
        self.send(orjson.dumps({"type": "hello"}))
        self._watch = asyncio.ensure_future(self._stay())

    async def _stay(self) -> None:
        """Tell what is unread now, then close when the session has ended."""
        try:
            await self.hub.tell_unread([self])
        except Exception as error:
            log.warning("unread_not_counted", error=type(error).__name__)
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                known = await self.recognise(self._token)
            except Unavailable:
                continue
            if not known:
                self.close(SIGNED_OUT, "signed out")
                return

    def send(self, message: bytes) -> None:
        """Write, unless the other side is gone."""
        try:
            self.write_message(message)
        except WebSocketClosedError:
            self.hub.open.discard(self)

    def on_message(self, message: str | bytes) -> None:
        """Nothing is expected."""

    def on_close(self) -> None:
        """Leave."""
        self.hub.open.discard(self)
        if self._watch is not None:
            self._watch.cancel()
