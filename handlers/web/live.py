"""What both doors' live connections share: who is connected, and what is pushed to whom."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import Future
from typing import Any, ClassVar

import orjson
import structlog
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from handlers.web.calling import Caller
from handlers.web.guards.connections import Circle
from models.administration.accounts.actors import actor_for_token
from models.core.errors import AnbanError, Unavailable
from models.core.ledger import Ledger, ledger_named
from models.core.security.actor import Actor
from models.messages.inbox import mine

log = structlog.get_logger("live")
RECHECK_SECONDS = 60.0
SIGNED_OUT = 4401
MOST_OF_ACCOUNT = 20
MOST_STRANGERS = 200
TRY_LATER = 1013
COME_AGAIN = 1012  # "service restart": clients open the connection again


class Hub:
    """The open live connections of this process."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self.open: set[LiveSocket] = set()
        #: How often somebody's standing changed: who was recognised before the last time is looked at anew.
        self.changes = 0
        self._asking: set[asyncio.Task[None]] = set()
        self.of_account: Circle[LiveSocket] = Circle(MOST_OF_ACCOUNT)
        self.strangers: Circle[LiveSocket] = Circle(MOST_STRANGERS)  # by source: not yet known who they are
        self._waiting: set[int] = set()
        self._counting: asyncio.Task[None] | None = None

    def push(self, news: dict[str, Any]) -> None:
        """Pass on a piece of news of the relay to those whom it concerns.

        `{"ledger", "id", "ids", "company_id"}`: rows changed, for who may read them; `id` is the newest, 0 for none in
        particular. `{"accounts": […]}`: these people's messages changed; they get the number of unread ones.
        `{"standing": […]}`: a session of these accounts ended, or their rights changed: who they are is asked at once.
        """
        if "standing" in news:
            self._standing_changed(set(news["standing"]))
        elif "accounts" in news:
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
        narrow = []
        for socket in list(self.open):
            actor, right = socket.actor, ledger.rights["read"]
            if not socket.lists or actor.must_change_password:
                continue
            if not news["id"] or news["company_id"] in actor.whole_companies(right):
                if news["company_id"] in actor.companies(right):
                    socket.send(_changed(ledger, news["id"]))
            elif news["company_id"] in actor.companies(right):
                narrow.append(socket)
        if narrow:
            task = asyncio.ensure_future(self._push_narrowly(ledger, news.get("ids") or [], narrow))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _push_narrowly(self, ledger: Ledger, ids: list[int], sockets: list[LiveSocket]) -> None:
        """Tell those whose right ends at a site, a department or themselves of the rows that it reaches."""
        try:
            for socket in sockets:
                newest = await self._call(_newest_seen, socket.actor, ledger, ids, write=False)
                if newest is not None:
                    socket.send(_changed(ledger, newest))
        except Exception as error:
            log.warning("change_not_pushed", error=type(error).__name__)

    def _standing_changed(self, accounts: set[int]) -> None:
        self.changes += 1
        for socket in list(self.open):
            if socket.actor.account_id in accounts:
                socket.look_again()

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
        # A session of one unit is told of that unit's alone, whatever else the account has open.
        for unit in {socket.actor.unit_id for socket in sockets}:
            here = [socket for socket in sockets if socket.actor.unit_id == unit]
            actors = {socket.actor.account_id: socket.actor for socket in here}
            unread = await self._call(mine.unread_of, list(actors.values()), write=False)
            for socket in here:
                count = unread.get(socket.actor.account_id or 0)
                if count is not None:
                    socket.send(orjson.dumps({"type": "messages", "unread": count}))


def _changed(ledger: Ledger, row_id: int) -> bytes:
    return orjson.dumps({"type": "changed", "ledger": ledger.name, "id": str(row_id)})


def _newest_seen(actor: Actor, ledger: Ledger, ids: list[int]) -> int | None:
    """The newest of these rows that the actor may read; 0 if one is gone or they were too many to be named."""
    record = ledger.record
    key = record._meta.primary_key
    there = {row_id for (row_id,) in record.select(key).where(key.in_(ids or [0])).tuples()}
    seen = actor.see(record.select(key), record, ledger.rights["read"]).where(key.in_(sorted(there) or [0]))
    found = max((row_id for (row_id,) in seen.tuples()), default=None)
    return found if found is not None else (0 if len(there) < len(ids) or not ids else None)


class LiveSocket(WebSocketHandler):
    """A live connection of one door. Once somebody is known by their token, `join` lets news come."""

    door: ClassVar[str]
    lists: ClassVar[bool]  # whether changed rows of ledgers are pushed
    actor: Actor
    _token = ""
    _seen_changes = 0
    _look: asyncio.Event | None = None
    _watch: asyncio.Task[None] | None = None

    @property
    def hub(self) -> Hub:
        """The process's connections."""
        hub: Hub = self.settings["hub"]
        return hub

    async def recognise(self, token: str) -> bool:
        """Find out who this is; False if nobody. Raises Unavailable."""
        call: Caller = self.settings["caller"]
        self._seen_changes = self.hub.changes
        try:
            self.actor = await call(actor_for_token, token, door=self.door, write=False)
        except Unavailable:
            raise  # that says nothing about who it is
        except AnbanError:
            return False
        self._token = token
        return True

    def admitted(self) -> bool:
        """Whether who was recognised may take part."""
        return True

    def join(self) -> None:
        """Say hello and take part. Of one account only the latest connections stay."""
        self._look = asyncio.Event()
        self.hub.open.add(self)
        crowded = self.hub.of_account.join(self.actor.account_id, self)
        if crowded is not None:
            crowded.close(TRY_LATER, "too many connections")
        if self.hub.changes != self._seen_changes:
            self.look_again()  # while we asked who this is, somebody's standing changed: perhaps theirs
        self.send(orjson.dumps({"type": "hello"}))
        self._watch = asyncio.ensure_future(self._stay())

    def look_again(self) -> None:
        """Find out anew who this is, at once: their session may have ended, or their rights be others."""
        if self._look is not None:
            self._look.set()

    async def _stay(self) -> None:
        """Tell what is unread now, then close when the session has ended."""
        try:
            await self.hub.tell_unread([self])
        except Exception as error:
            log.warning("unread_not_counted", error=type(error).__name__)
        assert self._look is not None
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), RECHECK_SECONDS)
            self._look.clear()
            try:
                known = await self.recognise(self._token)
            except Unavailable:
                continue  # that says nothing about who it is; looked at again in a while
            if not known or not self.admitted():
                self.hub.open.discard(
                    self
                )  # nothing more is told, however long the other side takes to close
                self.close(SIGNED_OUT, "signed out")
                return

    def send(self, message: bytes) -> None:
        """Write, unless the other side is gone: now, or before it was written."""
        try:
            self.write_message(message).add_done_callback(self._written)
        except WebSocketClosedError:
            self.hub.open.discard(self)

    def _written(self, written: Future[None]) -> None:
        if not written.cancelled() and isinstance(written.exception(), WebSocketClosedError):
            self.hub.open.discard(self)

    def on_message(self, message: str | bytes) -> None:
        """Nothing is expected."""

    def on_close(self) -> None:
        """Leave."""
        self.hub.open.discard(self)
        if self._watch is not None:
            self.hub.of_account.leave(self.actor.account_id, self)
        if self._watch is not None:
            self._watch.cancel()
