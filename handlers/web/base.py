"""The base of every JSON handler: who asks, may they, what did they send, and how a refusal is answered."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
import structlog
from pydantic import BaseModel
from tornado.httputil import HTTPHeaders, format_timestamp
from tornado.web import Finish, HTTPError, RequestHandler

from handlers.web import bodies
from handlers.web.calling import Caller
from handlers.web.operations import PUBLIC, SIGNED_IN, Operation
from models.administration.session_states import must_change_password
from models.core import clock, errors
from models.core.actor import Actor, missing_right
from models.core.fields import moment_text
from models.core.ledger import Ledger

log = structlog.get_logger("web")
JSON = "application/json; charset=UTF-8"

STATUS: tuple[tuple[type[errors.AnbanError], int], ...] = (
    (bodies.BadRequest, 400),
    (bodies.TooLarge, 413),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
)


def status_of(error: errors.AnbanError) -> int:
    """The HTTP status of a refusal; a rule may name a closer one in `error.status`."""
    return error.status or next((status for kind, status in STATUS if isinstance(error, kind)), 400)


_PLAIN = {
    HTTPStatus.BAD_REQUEST: ("bad_request", "请求无法识别", "请求的格式不对", "请刷新页面后再试"),
    HTTPStatus.FORBIDDEN: ("xsrf", "页面已过期", "安全校验没有通过", "请刷新页面后再试"),
    HTTPStatus.NOT_FOUND: ("not_found", "没有这个地址", "链接写错了，或者内容已被移走", "请从首页重新进入"),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        "不支持这种操作",
        "这个地址不接受该方法",
        "请刷新页面后再试",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "内容太大", "超过了允许的大小", "请减少内容后再提交"),
}


def error_for_status(status: int) -> errors.AnbanError:
    """What is answered where Tornado itself refused, or where something of ours broke."""
    code, title, cause, advice = _PLAIN.get(
        HTTPStatus(status),
        (
            "server_error",
            "系统出了点问题",
            "不是您的操作有误，问题已被记录",
            "请稍后再试，仍不行请联系管理员",
        ),
    )
    return errors.AnbanError(title, code=code, cause=cause, advice=advice)


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
    return _headers(int(time.time())).copy()


def error_json(error: errors.AnbanError, request_id: str) -> dict[str, Any]:
    """A refusal as both doors answer it."""
    return {"error": {**error.as_json(), "request_id": request_id}}


@lru_cache(maxsize=4)
def _headers(second: int) -> HTTPHeaders:
    return HTTPHeaders(
        {
            "Date": format_timestamp(second),
            "Content-Type": JSON,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
    )


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return moment_text(datetime.fromtimestamp(seconds, UTC)) or ""


def server_time() -> str:
    """The present second as the header X-Server-Time has it."""
    return _second(int(clock.now().timestamp()))


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
        if found is None:
            raise HTTPError(405)
        if not found.offered_by(self.ledger):
            raise HTTPError(405)
        return found

    async def prepare(self) -> None:
        """Find out who asks, and refuse before anything is done."""
        described = self.described
        right = described.right_for(self.ledger)
        if right != PUBLIC and not described.rule_decides:
            self.actor = await self.authenticate()
            if self.actor.must_change_password and not described.before_password_change:
                raise must_change_password()
            if right != SIGNED_IN and right not in self.actor.rights:
                raise missing_right(right)
        if isinstance(described.body, type) and issubclass(described.body, BaseModel):
            self.body = bodies.parse_body(described.body, self.request.body)
        elif described.body is not None and described.consumes == "application/json":
            data = bodies.parse_json(self.request.body)
            if not isinstance(data, dict):
                raise bodies.BadRequest(
                    "内容应是一个 JSON 对象", code="not_an_object", advice="请用 {…} 的形式提交"
                )
            self.body = data
        if described.query is not None:
            given = {
                name: values[-1].decode("utf-8", "replace")
                for name, values in self.request.query_arguments.items()
            }
            self.query = bodies.checked(described.query, given)

    body: Any
    query: Any

    async def authenticate(self) -> Actor:
        """The actor, or Unauthenticated. Each door knows its own way."""
        raise NotImplementedError

    def answer(self, content: Any, status: int = 200) -> None:
        """Finish with `content` (JSON data or a pydantic model)."""
        if isinstance(content, BaseModel):
            content = content.model_dump(mode="json")
        self.set_status(status)
        self.set_header("X-Request-Id", self.request_id)
        self.set_header("X-Server-Time", server_time())
        self.finish(orjson.dumps(content, default=str))

    def answer_nothing(self) -> None:
        """Finish with 204."""
        self.set_status(204)
        self.clear_header("Content-Type")
        self.set_header("X-Request-Id", self.request_id)
        self.set_header("X-Server-Time", server_time())
        self.finish()

    def answer_file(self, name: str, mime: str, content: bytes) -> None:
        """Finish with a file to be downloaded under `name`."""
        from urllib.parse import quote

        self.set_header("Content-Type", mime)
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}")
        self.set_header("X-Request-Id", self.request_id)
        self.finish(content)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        exception = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(exception, errors.AnbanError):
            error, status = exception, status_of(exception)
        else:
            error, status = error_for_status(status_code), status_code
        if isinstance(error, (errors.TooMany, errors.Unavailable)):
            self.set_header("Retry-After", str(error.retry_after))
        self.set_header("Content-Type", JSON)
        self.answer(error_json(error, self.request_id), status)

    def log_exception(self, kind: Any, value: Any, trace: Any) -> None:
        if isinstance(value, (errors.AnbanError, HTTPError, Finish)):
            return
        log.error(
            "unhandled", request_id=self.request_id, path=self.request.path, exc_info=(kind, value, trace)
        )

    def on_finish(self) -> None:
        watch = self.settings.get("on_finish")
        if watch is not None:
            watch(self)


class NotFoundHandler(JsonHandler):
    """Any address under `/api/` that there is not."""

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here, so nothing is to be protected."""

    async def prepare(self) -> None:
        raise HTTPError(404)
