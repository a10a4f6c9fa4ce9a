"""The fast lane of clocking in (Q09): POST /clock-ins without what a RequestHandler costs.

At shift change this one route takes nearly all requests, and Tornado's handler machinery (routing, arguments,
cookies, coroutine, template and XSRF set-up) costs more than deciding the scan. So the server's connections pass
through here first: this route is read and answered directly, by the very functions that the handler of the
route uses; everything else goes on to the application.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.web import Application

from handlers.web.base import (
    answer_headers,
    error_for_status,
    error_json,
    request_id_of,
    server_time,
    status_of,
)
from handlers.web.batching import Batcher
from miniprogram_api.scanning import clock_in_json, scan_of
from models.core.errors import AnbanError
from models.duty.gate import Scan
from models.duty.gate.scans import Outcome

log = structlog.get_logger("lane")
PATH = "/api/mp/v1/clock-ins"
Measure = Callable[[int, float], None]


class Lanes(HTTPServerConnectionDelegate):
    """Stands before an application. `measure(status, seconds)` hears of every answer of the lane."""

    def __init__(self, application: Application, measure: Measure) -> None:
        self.application = application
        self.gate: Batcher[Scan, Outcome] = application.settings["gate"]
        self.measure = measure

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Whoever takes the request: known as soon as its first line is read."""
        return _Fork(self, server_conn, request_conn)

    def on_close(self, server_conn: object) -> None:
        """The connection is gone."""
        self.application.on_close(server_conn)


class _Fork(HTTPMessageDelegate):
    """Reads a request's first line and hands everything on to the lane or to the application."""

    def __init__(self, lanes: Lanes, server_conn: object, request_conn: HTTPConnection) -> None:
        self._lanes, self._server, self._conn = lanes, server_conn, request_conn

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> Any:
        self._to = self._choose(start_line)
        # From here on the connection speaks to whom was chosen, without a step in between.
        self.data_received = self._to.data_received  # type: ignore[method-assign]
        self.finish = self._to.finish  # type: ignore[method-assign]
        self.on_connection_close = self._to.on_connection_close  # type: ignore[method-assign]
        return self._to.headers_received(start_line, headers)

    def _choose(self, start_line: RequestStartLine) -> HTTPMessageDelegate:
        if start_line.method == "POST" and start_line.path == PATH:
            return _ClockIn(self._lanes, self._conn)
        return self._lanes.application.start_request(self._server, self._conn)


class _ClockIn(HTTPMessageDelegate):
    """One clock-in request."""

    def __init__(self, lanes: Lanes, connection: HTTPConnection) -> None:
        self._lanes, self._connection = lanes, connection
        self._began = time.monotonic()
        self._chunks: list[bytes] = []
        self._gone = False

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> None:
        self._headers = headers
        self._request_id = request_id_of(headers)

    def data_received(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def finish(self) -> None:
        try:
            scan = scan_of(self._headers, b"".join(self._chunks))
        except AnbanError as error:
            self._refuse(error)
        except Exception:
            self._break()
        else:
            self._lanes.gate.put(scan).add_done_callback(self._decided)

    def on_connection_close(self) -> None:
        # The scan stays decided: the phone asks again with the same key and is told.
        self._gone = True

    def _decided(self, future: asyncio.Future[Outcome]) -> None:
        try:
            outcome = future.result()
            if isinstance(outcome, AnbanError):
                self._refuse(outcome)
            else:
                told = clock_in_json(outcome.record, created=outcome.created)
                self._answer(HTTPStatus.CREATED if outcome.created else HTTPStatus.OK, told)
        except Exception:
            self._break()

    def _refuse(self, error: AnbanError) -> None:
        self._answer(HTTPStatus(status_of(error)), error_json(error, self._request_id))

    def _break(self) -> None:
        log.error("unhandled", request_id=self._request_id, path=PATH, exc_info=True)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        self._answer(status, error_json(error_for_status(status), self._request_id))

    def _answer(self, status: HTTPStatus, content: Any) -> None:
        self._lanes.measure(status, time.monotonic() - self._began)
        if self._gone:
            return
        body = orjson.dumps(content)
        headers = answer_headers()
        headers["X-Request-Id"] = self._request_id
        headers["X-Server-Time"] = server_time()
        headers["Content-Length"] = str(len(body))
        written = self._connection.write_headers(ResponseStartLine("", status, status.phrase), headers, body)
        written.add_done_callback(_settled)
        self._connection.finish()


def _settled(future: asyncio.Future[None]) -> None:
    """Take note of a connection that was lost while its answer was written."""
    if not future.cancelled():
        future.exception()
