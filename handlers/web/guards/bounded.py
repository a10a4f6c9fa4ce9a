"""What is sent to routes that read no large bodies (callbacks, pages, addresses that are none): refused with words.

A JSON handler bounds its own body, as it knows who asks (`handlers.web.base`). All others take what the server takes of
anybody. Who sends more is answered at once, and what is still on its way is read and dropped for a while: a connection that is closed
before that is reset, and the answer is lost with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import orjson
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

from handlers.web.guards.receiving import DROPPED_FOR, DROPPED_MOST, announced, too_large
from handlers.web.statuses import error_json

_REFUSED = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
Heads = Callable[[HTTPHeaders], tuple[HTTPHeaders, str]]


class Bounded(HTTPMessageDelegate):
    """A request whose body ends at `most` bytes, unless its handler reads it in pieces and so bounds it itself.

    `heads` gives, of the request's headers, those of an answer and the request's id.
    """

    def __init__(
        self, delegate: HTTPMessageDelegate, connection: HTTPConnection, most: int, heads: Heads
    ) -> None:
        self._delegate, self._most, self._heads = delegate, most, heads
        self._connection: Any = connection
        self._headers = HTTPHeaders()
        self._came = 0
        self._bounds = self._refused = self._answered = False

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """Refuse what says that it is too long."""
        self._headers = headers
        prepared = self._delegate.headers_received(start_line, headers)
        self._bounds = (
            prepared is None
        )  # else the handler has begun, and lets the body come when it knows who asks
        length = announced(headers)
        if self._bounds and length != 0:
            self._connection.set_max_body_size(DROPPED_MOST)
            if length is not None and length > self._most:
                self._refuse()
        return prepared

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Pass on what fits; drop the rest."""
        self._came += len(chunk)
        if self._bounds and self._came > self._most:
            self._refuse()
        return None if self._refused else self._delegate.data_received(chunk)

    def finish(self) -> None:
        """It is here whole: let it be answered, unless it was."""
        if not self._refused:
            self._delegate.finish()
        elif not self._answered:
            self._end()

    def on_connection_close(self) -> None:
        """Pass on."""
        self._delegate.on_connection_close()

    def _refuse(self) -> None:
        if self._refused:
            return
        self._refused = True
        headers, request_id = self._heads(self._headers)
        content = orjson.dumps(error_json(too_large(self._most), request_id))
        headers["X-Request-Id"] = request_id
        headers["Content-Length"] = str(len(content))
        self._connection.set_body_timeout(DROPPED_FOR)
        self._connection.write_headers(
            ResponseStartLine("HTTP/1.1", _REFUSED.value, _REFUSED.phrase), headers, content
        )
        if "Expect" in self._headers:  # nothing is on its way
            self._end()

    def _end(self) -> None:
        self._answered = True
        self._connection.finish()
