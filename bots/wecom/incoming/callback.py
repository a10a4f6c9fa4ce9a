"""The door that WeCom knocks at: `/bots/wecom/{app}` (L01)."""

from __future__ import annotations

import asyncio
import hashlib
from functools import partial
from math import ceil
from typing import Any, TypeVar

import structlog
from tornado.web import RequestHandler

from bots.incoming import outcomes
from bots.wecom.incoming import receiving
from handlers.web.calling import Caller
from models.administration.sign_in.throttling import source_of
from models.core.db.connection import in_transaction

T = TypeVar("T")
log = structlog.get_logger("wecom")
WITHIN = 4.0  # seconds; the platform hangs up after five
_SIGNED = ("msg_signature", "timestamp", "nonce")
_at_work: dict[tuple[int, str, bytes], asyncio.Future[Any]] = {}


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

    #: Which kind of request its GETs are for the limits: each costs a question to a platform, or a picture.
    load = "address_public"

    def prepare(self) -> None:
        """Refuse an address that asks too often. Callbacks are signed, and a platform brings thousands."""
        wait = 0.0
        if self.request.method != "POST":
            wait = self.settings["limits"].take(self.load, source_of(self.request.remote_ip))
        if wait:
            self.set_status(429)
            self.set_header("Retry-After", str(ceil(wait)))
            self.finish("")

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
    """Takes callbacks, and answers them within the platform's five seconds, however slow the database is."""

    async def get(self, app_id: str) -> None:
        """The check of the address: the bare echo, without anything around it."""
        self._answer(await self.call.plain(partial(receiving.verify, int(app_id), self.said)))

    async def post(self, app_id: str) -> None:
        """A message or an event. What could not even be written down in time is refused: it will be brought again."""
        until = asyncio.get_running_loop().time() + WITHIN
        taken = await _within(until, self._keeping(int(app_id)))
        if taken is None:
            log.warning("callback_slow", app=int(app_id))
            self._answer(receiving.Answer(503))
        elif isinstance(taken, receiving.KeptPress):
            self._answer(await self._decided(taken, until))
        else:
            self._answer(taken)

    def _keeping(self, app_id: int) -> asyncio.Future[receiving.Answer | receiving.KeptPress]:
        """Writing it down; the same that is brought again meanwhile waits for the first."""
        mark = (app_id, self.said("msg_signature"), hashlib.sha256(self.request.body).digest())
        there = _at_work.get(mark)
        if there is None:
            query = {name: self.said(name) for name in _SIGNED}
            request = receiving.CallbackRequest(app_id, query, self.request.body)
            there = _at_work[mark] = self.settings["callbacks"].put(request)
            there.add_done_callback(lambda _: _at_work.pop(mark, None))
        return there

    async def _decided(self, kept: receiving.KeptPress, until: float) -> receiving.Answer:
        # What is decided by a rule takes longer, and must not hold up the answers to an alarm.
        lane = "decisions" if kept.by_rule else "presses"
        deciding: asyncio.Future[receiving.Answer] = self.settings[lane].put(kept)
        answer = await _within(until, deciding)
        if answer is not None:
            return answer
        log.warning("press_slow", app=kept.app_id, inbound=kept.row_id)
        call = self.call
        deciding.add_done_callback(
            lambda done: done.cancelled() or call.pool.submit(in_transaction, outcomes.put_off, kept.row_id)
        )
        return receiving.Answer()

    def _answer(self, answer: receiving.Answer) -> None:
        self.set_status(answer.status)
        self.finish(answer.body)


async def _within(until: float, work: asyncio.Future[T]) -> T | None:
    """What comes of `work`, or None when it takes longer; it goes on all the same."""
    await asyncio.wait({work}, timeout=max(0.0, until - asyncio.get_running_loop().time()))
    return work.result() if work.done() else None
