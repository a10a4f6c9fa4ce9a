"""The base of every JSON handler: who asks, may they, what did they send, and how a refusal is answered."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import quote

import orjson
import structlog
from pydantic import BaseModel
from tornado.httputil import HTTPHeaders, HTTPInputError, format_timestamp, parse_body_arguments
from tornado.iostream import StreamClosedError
from tornado.web import Finish, HTTPError, RequestHandler, stream_request_body

from handlers.web import refusals
from handlers.web.calling import Caller
from handlers.web.guards import receiving
from handlers.web.guards.headers import NOTHING
from handlers.web.guards.limits import RequestLimits, kind_of
from handlers.web.operations import PUBLIC, SIGNED_IN, Operation, row_ids
from handlers.web.requests import bodies
from handlers.web.statuses import error_for_status, error_json, http_status, status_of
from models.administration.sign_in.session_states import must_change_password
from models.administration.sign_in.throttling import source_of
from models.core import clock, errors
from models.core.fields import moment_text
from models.core.files import disk
from models.core.ledger import Ledger
from models.core.logs.origin import came_from
from models.core.row_ids import known_id
from models.core.security.actor import Actor, missing_right
from models.core.security.crypto import Undecipherable

log = structlog.get_logger("web")
JSON = "application/json; charset=UTF-8"

_process = secrets.token_hex(10)
_counter = itertools.count()


def request_id_of(headers: Mapping[str, str]) -> str:
    """The id that a request came with, if it is usable, or a new one: which process, its how manieth request."""
    given = headers.get("x-request-id")
    if given and given.isascii() and 8 <= len(given) <= 64 and given.isprintable():
        return given
    return f"{_process}{next(_counter):012x}"


def answer_headers() -> HTTPHeaders:
    """The headers that all JSON answers of this second share, as a copy."""
    return _headers(int(time.time()), clock.ahead()).copy()


@lru_cache(maxsize=4)
def _headers(second: int, ahead: int) -> HTTPHeaders:
    return HTTPHeaders(
        {
            "Date": format_timestamp(second),
            "Content-Type": JSON,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": NOTHING,
            "Referrer-Policy": "no-referrer",
            **({"X-Clock-Ahead": str(ahead)} if ahead else {}),
        }
    )


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return moment_text(datetime.fromtimestamp(seconds, UTC)) or ""


def server_time() -> str:
    """The present second as the header X-Server-Time has it."""
    return _second(int(clock.now().timestamp()))


@stream_request_body
class JsonHandler(RequestHandler):
    """Answers JSON. `door` is the name that the trail and the actor carry."""

    door: ClassVar[str] = "console"
    actor: Actor

    def initialize(
        self, ledger: Ledger | None = None, described: Mapping[str, Operation] | None = None
    ) -> None:
        """`ledger`: the one that this route serves; `described`: what the route says of its methods."""
        self.ledger = ledger
        self._described = described or {}
        self.request_id = request_id_of(self.request.headers)

    def clear(self) -> None:
        """Begin an answer. As in Tornado, but the headers that all answers of a second share are made once."""
        self._headers = answer_headers()
        self._write_buffer = []
        self._status_code, self._reason = 200, "OK"
        self.set_default_headers()

    @property
    def call(self) -> Caller:
        """Runs a rule in a transaction on a worker thread: `await self.call(rule, self.actor, …)`."""
        caller: Caller = self.settings["caller"]
        return caller

    @property
    def described(self) -> Operation:
        """What the running method says about itself."""
        method = (self.request.method or "").lower()
        found = self._described.get(method) or getattr(getattr(self, method, None), "operation", None)
        if found is None or not found.offered_by(self.ledger):
            raise HTTPError(405)
        return found

    async def prepare(self) -> None:
        """Find out who asks and refuse before anything is read; then let the body come."""
        described: Operation | None = None
        try:
            described = self.described
            await self.admit(described)
            self._query(described)
            length = receiving.announced(self.request.headers)
            self._receiver = receiving.Receiver(self.settings["budget"], receiving.most_of(described), length)
        except (errors.AnbanError, HTTPError) as error:
            await self._refuse_unread(error)
            return
        if length == 0:
            self._read_body(described, b"")
        elif await self._received(described):
            self._read_body(described, self._receiver.whole())

    async def admit(self, described: Operation) -> None:
        """Refuse who asks too often, is not known, or lacks the right. Nothing of the body is there yet."""
        limits: RequestLimits = self.settings["limits"]
        source = source_of(self.request.remote_ip)
        if not described.rule_decides:
            limits.check("address", source)
        kind = kind_of(described, self.request.method or "", self.request.query)
        right = described.right_for(self.ledger)
        came_from(self.request.remote_ip)
        if right == PUBLIC:
            limits.check(kind, source)
        elif not described.rule_decides:
            self.actor = await self.authenticate()
            await limits.check_all(kind, self.actor.account_id)
            if self.actor.must_change_password and not described.before_password_change:
                raise must_change_password()
            if right != SIGNED_IN and right not in self.actor.rights:
                raise await self.call(missing_right, right, self.actor, write=False)
        for name in row_ids(getattr(type(self), (self.request.method or "").lower())):
            self.path_kwargs[name] = known_id(self.path_kwargs[name])

    def data_received(self, chunk: bytes) -> None:
        """A piece of the body. Of a refused request it is dropped."""
        if self._receiver is not None:
            self._receiver.add(chunk)

    async def _received(self, described: Operation) -> bool:
        """Let the body come, and wait for its end; False if the client has gone, or was told that it is too much."""
        files = described.consumes != "application/json"
        stopped = self._receiver.stopped = asyncio.get_running_loop().create_future()
        self._let_come(receiving.FILE_PATIENCE if files else receiving.PATIENCE)
        body = self.request._body_future
        await asyncio.wait({body, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stopped.done():
            await self._refuse_unread(self._receiver.fault)
            return False
        try:
            body.result()
        except StreamClosedError:
            self._receiver.drop()
            return False
        return True

    def _let_come(self, seconds: float) -> None:
        connection: Any = self.request.connection
        connection.set_max_body_size(
            receiving.DROPPED_MOST
        )  # what is too much is dropped, and refused in words
        connection.set_body_timeout(seconds)
        if self._prepared_future is not None:
            self._prepared_future.set_result(None)  # which Tornado waits for before it reads on
            self._prepared_future = None

    async def _nothing_comes(self) -> None:
        """Let a request without a body end before it is answered: else Tornado closes the connection after the answer,
        and whoever asks for the next thing on it is cut off.
        """
        self._let_come(receiving.DROPPED_FOR)
        with suppress(StreamClosedError):
            await self.request._body_future

    async def _refuse_unread(self, error: errors.AnbanError | HTTPError) -> None:
        """Answer at once, and drop for a while what is still being sent: else the answer would be lost on its way."""
        length = receiving.announced(self.request.headers)
        if length == 0:
            await self._nothing_comes()
        if length == 0 or "Expect" in self.request.headers:  # nothing is on its way
            raise error
        refused = error if isinstance(error, errors.AnbanError) else error_for_status(error.status_code)
        self._say_when(refused)
        content = self._prepared(error_json(refused, self.request_id), http_status(error))
        self.set_header("Content-Length", str(len(content)))
        self.write(content)
        await self.flush()
        self._let_come(receiving.DROPPED_FOR)
        await asyncio.wait({self.request._body_future}, timeout=receiving.DROPPED_FOR)
        self.finish()

    def _query(self, described: Operation) -> None:
        if described.query is not None:
            given = {
                name: values[-1].decode("utf-8", "replace")
                for name, values in self.request.query_arguments.items()
            }
            self.query = bodies.checked(described.query, given)

    def _read_body(self, described: Operation, content: bytes) -> None:
        """Check what was sent, as the route describes it."""
        self.request.body = content
        if described.consumes != "application/json":
            kind = self.request.headers.get("Content-Type", "")
            try:
                parse_body_arguments(kind, content, self.request.body_arguments, self.request.files)
            except HTTPInputError:
                raise HTTPError(400) from None
        elif isinstance(described.body, type) and issubclass(described.body, BaseModel):
            self.body = bodies.parse_body(described.body, content)
        elif described.body is not None:
            data = {} if described.may_be_empty and not content else bodies.parse_json(content)
            if not isinstance(data, dict):
                raise bodies.BadRequest(
                    "内容应是一个 JSON 对象", code="not_an_object", advice="请用 {…} 的形式提交"
                )
            self.body = data

    body: Any
    query: Any
    _receiver: Any = None

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """A part of the address, of which nothing is known yet: what is no UTF-8 is no row's id and no code either."""
        return value.decode("utf-8", "replace")

    async def authenticate(self) -> Actor:
        """The actor, or Unauthenticated. Each door knows its own way."""
        raise NotImplementedError

    def answer(self, content: Any, status: int = 200) -> None:
        """Finish with `content` (JSON data or a pydantic model)."""
        self.finish(self._prepared(content, status))

    def _prepared(self, content: Any, status: int) -> bytes:
        if isinstance(content, BaseModel):
            content = content.model_dump(mode="json")
        self.set_status(status)
        self.set_header("X-Request-Id", self.request_id)
        self.set_header("X-Server-Time", server_time())
        return orjson.dumps(content, default=str)

    def answer_nothing(self) -> None:
        """Finish with 204."""
        self.set_status(204)
        self.clear_header("Content-Type")
        self.set_header("X-Request-Id", self.request_id)
        self.set_header("X-Server-Time", server_time())
        self.finish()

    def answer_file(self, name: str, mime: str, content: bytes) -> None:
        """Finish with a file to be downloaded under `name`."""
        self.file_headers(name, mime)
        self.finish(content)

    def has_already(self, kind: str, name: str) -> bool:
        """Whether the browser has this kept file already; then that is answered (304), and nothing is read.

        It never changes, so the browser keeps it and asks each time: a right that was taken away ends that.
        """
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Etag", f'"{hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()[:32]}"')
        if not self.check_etag_header():
            return False
        self.set_status(304)
        self.finish()
        return True

    def compute_etag(self) -> str | None:
        """As Tornado, where the handler has not named one."""
        return self._headers.get("Etag") or super().compute_etag()

    def file_headers(self, name: str, mime: str) -> None:
        """The headers of a download: whatever is in it, no browser runs it as a page of ours."""
        self.set_header("Content-Type", mime)
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}")
        self.set_header("Content-Security-Policy", f"sandbox; {NOTHING}")
        self.set_header("X-Request-Id", self.request_id)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        exception = kwargs.get("exc_info", (None, None, None))[1]
        if exception is not None and not isinstance(exception, errors.AnbanError) and disk.is_full(exception):
            exception = errors.StorageFull()
        exception = errors.Unopened() if isinstance(exception, Undecipherable) else exception
        if isinstance(exception, errors.AnbanError):
            error, status = exception, status_of(exception)
        else:
            error, status = error_for_status(status_code), status_code
        self._say_when(error)
        self.answer(error_json(error, self.request_id), status)

    def _say_when(self, error: errors.AnbanError) -> None:
        """The headers of a refusal."""
        if isinstance(error, (errors.TooMany, errors.Unavailable)):
            self.set_header("Retry-After", str(error.retry_after))
        if isinstance(error, errors.Forbidden) and hasattr(self, "actor"):
            refusals.count(self.call, self.actor, error)
        self.set_header("Content-Type", JSON)

    def log_exception(self, kind: Any, value: Any, trace: Any) -> None:
        if isinstance(value, (errors.AnbanError, HTTPError, Finish, StreamClosedError)):
            return  # of the last one the client has gone
        if disk.is_full(value):
            log.warning("disk_full", path=self.request.path)
            return
        log.error(
            "unhandled", request_id=self.request_id, path=self.request.path, exc_info=(kind, value, trace)
        )

    def on_finish(self) -> None:
        if self._receiver is not None:
            self._receiver.drop()
        watch = self.settings.get("on_finish")
        if watch is not None:
            watch(self)


class NotFoundHandler(JsonHandler):
    """Any address under `/api/` that there is not."""

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here, so nothing is to be protected."""

    @property
    def described(self) -> Operation:
        """Nothing is here."""
        raise HTTPError(404)
