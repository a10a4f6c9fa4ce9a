"""An HTTP server that answers one hot route straight from the connection.

Tornado's general machinery (stream, header objects, handler, timers, two changes of the poll set a request) costs
several times what deciding a scan does. So a connection begins in a `Lane`, which reads with llhttp and answers the
one route it is for. Whatever else comes (another route, a body that is no whole, a wish to close, a pipelined
request, nonsense) goes with all its bytes to Tornado, and the connection stays there.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from functools import lru_cache, partial
from http import HTTPStatus
from itertools import islice
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPMessageDelegate
from tornado.ioloop import PeriodicCallback
from tornado.netutil import add_accept_handler

from handlers.web.base import answer_headers, request_id_of, server_time
from handlers.web.guards.addresses import Addressed, Proxies
from handlers.web.guards.bounded import Bounded
from handlers.web.guards.connections import Connections
from handlers.web.guards.headers import guard
from handlers.web.guards.receiving import FILE_MOST
from handlers.web.guards.sending import STALLED_AFTER, Resumed, Unsent
from models.administration.sign_in.throttling import source_of

#: A request that is larger goes to Tornado, which reads it in pieces.
WHOLE = 64 * 1024
#: So long may the rest of a request take to come, in seconds: then Tornado waits for a body that is under way, and who
#: has not even sent the headers is cut off.
PATIENCE = 8.0
#: Who has not asked for anything yet is waited for so long; after an answer, the server's idle time holds.
FIRST_WITHIN = 15.0
_LONG = len(str(WHOLE))  # digits of a body's length that may be too many
_SWEEP_EVERY = 5_000  # milliseconds
_LOOKED_AT = 64  # oldest connections, when one has to go for another

Headers = dict[str, str]  # by lower-case name
Serve = Callable[["Lane", Headers, bytes], None]


class LaneServer(HTTPServer):
    """HTTPServer whose connections begin in a lane for POST `path`.

    `serve(lane, headers, body)` must lead to exactly one `lane.answer(status, content, request_id)`, now or later.
    """

    def initialize(
        self, *args: Any, path: str, serve: Serve, proxies: Proxies | None = None,
        connections: Connections | None = None, unsent: Unsent | None = None, https: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        """What HTTPServer takes; the route of the lane; who is believed about addresses, and how many may come."""
        super().initialize(*args, **kwargs)
        self.path, self.serve, self.https = path.encode(), serve, https
        self._proxies = proxies or Proxies()
        self.counted = connections or Connections(proxies=proxies)
        self.unsent = unsent or Unsent()
        self._lanes: dict[Lane, None] = {}  # in the order in which they came
        self._accepting: list[Callable[[], None]] = []
        self._most = kwargs.get("max_body_size") or FILE_MOST
        self._idle = kwargs.get("idle_connection_timeout") or 3600.0
        self._sweeper = PeriodicCallback(self._sweep, _SWEEP_EVERY)

    def add_sockets(self, sockets: Any) -> None:
        """Begin to accept connections on listening sockets."""
        self._listening = list(sockets)
        self._accepting += [add_accept_handler(each, self._accept) for each in self._listening]
        self._sweeper.start()

    def stop(self) -> None:
        """Accept no more."""
        self._sweeper.stop()
        for stop in self._accepting:
            stop()
        self._accepting.clear()
        for each in self._listening:
            each.close()
        super().stop()

    async def close_all_connections(self) -> None:
        """Let what is being answered be answered, then close."""
        for _ in range(100):
            for lane in [each for each in self._lanes if not each.busy]:
                lane.close()
            if not self._lanes:
                break
            await asyncio.sleep(0.05)
        await super().close_all_connections()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """As HTTPServer, with bounds, and only a proxy that the settings name is believed about addresses."""
        bare = super().start_request(server_conn, request_conn)
        delegate = Bounded(bare, request_conn, self._most, self._heads)
        if request_conn.context.remote_ip not in self._proxies:  # type: ignore[attr-defined]
            return delegate
        return Addressed(delegate, request_conn, self._proxies)

    def _heads(self, asked: HTTPHeaders) -> tuple[HTTPHeaders, str]:
        """Of a request's headers: those of an answer, and the request's id."""
        headers = answer_headers()
        guard(headers, https=self.https)
        headers["X-Server-Time"] = server_time()
        return headers, request_id_of(asked)

    def _accept(self, connection: socket.socket, address: Any) -> None:
        peer = _peer(address)
        full = self.counted.full_for(peer)
        if full is not None and not self._make_room(full):
            connection.close()
            return
        self.counted.came(peer)
        lane = Lane(self, connection, address)
        self._lanes[lane] = None
        lane.open()

    def _make_room(self, source: str) -> bool:
        """Close one of the oldest connections that nothing is being done for, of `source` if it is not empty."""
        mine = (
            lane for lane in self._lanes if not lane.busy and source in ("", source_of(_peer(lane.address)))
        )
        oldest = list(islice(mine, _LOOKED_AT))
        silent = [lane for lane in oldest if not lane.asked]
        for lane in (silent or oldest)[:1]:
            lane.close()
            return True
        return False

    def leave(self, lane: Lane) -> None:
        """The lane is closed, or its connection went to Tornado."""
        self._lanes.pop(lane, None)

    def gone(self, address: Any) -> None:
        """A connection was closed, here or by Tornado."""
        self.counted.gone(_peer(address))

    def take_over(self, connection: socket.socket, address: Any, read: bytes) -> None:
        """Let Tornado go on with a connection of which `read` was read already."""
        closed = partial(self.gone, address)
        stream = Resumed(connection, read, closed, self.unsent, max_buffer_size=self.max_buffer_size)
        self.handle_stream(stream, address)

    def _sweep(self) -> None:
        now = time.monotonic()
        for lane in list(self._lanes):
            if lane.unsent:
                waits = STALLED_AFTER
            elif not lane.busy:
                waits = self._idle if lane.asked else min(FIRST_WITHIN, self._idle)
            else:
                continue
            if lane.since < now - waits:
                lane.close()
        self.unsent.sweep()


class Lane:
    """One connection as long as it asks for nothing but the hot route. `busy` while an answer is awaited."""

    __slots__ = (
        "_ahead",
        "_body",
        "_connection",
        "_done",
        "_fd",
        "_headed",
        "_headers",
        "_loop",
        "_mine",
        "_open",
        "_parser",
        "_raw",
        "_server",
        "_timer",
        "_url",
        "address",
        "asked",
        "busy",
        "since",
        "unsent",
    )  # fmt: skip

    def __init__(self, server: LaneServer, connection: socket.socket, address: Any) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server, self._connection, self.address = server, connection, address
        self._fd = connection.fileno()
        self._loop = asyncio.get_running_loop()
        self._parser = HttpRequestParser(self)
        self._open = True
        self.busy = self.asked = False
        self.since = time.monotonic()
        self._ahead = self.unsent = b""
        self._timer: asyncio.TimerHandle | None = None
        self._forget()

    def open(self) -> None:
        """Begin to read."""
        self._loop.add_reader(self._fd, self._readable)

    def close(self) -> None:
        """Close the connection; an answer that comes later is dropped."""
        if self._open:
            self._let_go()
            self._connection.close()
            self._server.gone(self.address)

    def answer(
        self, status: HTTPStatus, content: bytes, request_id: str, *, retry_after: int | None = None
    ) -> None:
        """Answer the request that is being served with `content`, which is JSON."""
        if not self._open:
            return
        head = _head(status, int(time.time()), server_time(), self._server.https)
        if retry_after is not None:
            head += b"Retry-After: %d\r\n" % retry_after
        data = b"%bX-Request-Id: %b\r\nContent-Length: %d\r\n\r\n%b" % (
            head, request_id.encode("ascii"), len(content), content,
        )  # fmt: skip
        self._send(data)

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._done:  # a request sent ahead, of which perhaps only a piece is here
            self._mine = False

    def on_url(self, url: bytes) -> None:
        self._url += url  # it comes in pieces where packets cut it

    def on_header(self, name: bytes, value: bytes) -> None:
        known = name.decode("latin1").lower()
        # Twice the same, or what needs a conversation before the answer: Tornado knows what to do.
        if known in self._headers or known in ("expect", "transfer-encoding"):
            self._mine = False
        self._headers[known] = value.decode("latin1")

    def on_headers_complete(self) -> None:
        self._headed = True
        if self._url != self._server.path or self._parser.get_method() != b"POST":
            self._mine = False
        elif len(self._headers.get("content-length", "")) >= _LONG:
            self._mine = False  # which Tornado refuses before it comes

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._done or not self._parser.should_keep_alive() or self._parser.get_http_version() != "1.1":
            self._mine = False
        self._done = True

    # From the socket and back.

    def _readable(self) -> None:
        try:
            data = self._connection.recv(WHOLE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.close()
        elif self.busy:
            # Sent before the answer to the last request came; looked at after it.
            self._ahead += data
            if len(self._ahead) > WHOLE:
                self._loop.remove_reader(self._fd)
        else:
            self._read(data)

    def _read(self, data: bytes) -> None:
        self._raw += data
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._mine = False
        if not self._mine or len(self._raw) > WHOLE:
            self._hand_over()
        elif self._done:
            headers, body = self._headers, self._body
            self._forget()
            self.busy = self.asked = True
            self._server.serve(self, headers, body)
        elif self._timer is None:
            self._timer = self._loop.call_later(PATIENCE, self._late)

    def _forget(self) -> None:
        """Nothing is read of the next request yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._raw = self._url = self._body = b""
        self._headers: Headers = {}
        self._mine, self._done, self._headed = True, False, False

    def _late(self) -> None:
        if self._headed:
            self._hand_over()
        else:
            self.close()

    def _hand_over(self) -> None:
        self._let_go()
        self._server.take_over(self._connection, self.address, self._raw)

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._open = False
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._server.leave(self)

    def _send(self, data: bytes) -> None:
        try:
            sent = self._connection.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self.close()
            return
        if sent:
            self.since = time.monotonic()
        self.unsent = data[sent:]
        if not self.unsent:
            self._settle()
            return
        self._loop.add_writer(self._fd, self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self._fd)
        self._send(self.unsent)

    def _settle(self) -> None:
        """An answer is out: read on."""
        self.busy = False
        self.since = time.monotonic()
        if self._ahead:
            data, self._ahead = self._ahead, b""
            self._loop.add_reader(self._fd, self._readable)
            self._read(data)


def _peer(address: Any) -> str:
    return str(address[0]) if isinstance(address, tuple) else "unknown"


@lru_cache(maxsize=16)
def _head(status: HTTPStatus, second: int, stamp: str, https: bool) -> bytes:
    """The part of an answer's head that all answers of one second share."""
    headers = answer_headers()
    guard(headers, https=https)
    headers["X-Server-Time"] = stamp
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{k}: {v}" for k, v in headers.get_all()), ""]
    return "\r\n".join(lines).encode("latin1")
