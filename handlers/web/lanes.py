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
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from tornado.httpserver import HTTPServer
from tornado.ioloop import PeriodicCallback
from tornado.iostream import IOStream
from tornado.netutil import add_accept_handler

from handlers.web.base import answer_headers, server_time

#: A request that is larger goes to Tornado, which reads it in pieces.
WHOLE = 64 * 1024
#: So long may the rest of a request take to come before Tornado waits for it instead, in seconds.
PATIENCE = 5.0

Headers = dict[str, str]  # by lower-case name
Serve = Callable[["Lane", Headers, bytes], None]


class LaneServer(HTTPServer):
    """HTTPServer whose connections begin in a lane for POST `path`.

    `serve(lane, headers, body)` must lead to exactly one `lane.answer(status, content, request_id)`, now or later.
    """

    def initialize(self, *args: Any, path: str, serve: Serve, **kwargs: Any) -> None:
        """What HTTPServer takes, and the route of the lane."""
        super().initialize(*args, **kwargs)
        self.path, self.serve = path.encode(), serve
        self._lanes: set[Lane] = set()
        self._accepting: list[Callable[[], None]] = []
        self._idle = kwargs.get("idle_connection_timeout") or 3600.0
        self._sweeper = PeriodicCallback(self._sweep, 60_000)

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

    def _accept(self, connection: socket.socket, address: Any) -> None:
        lane = Lane(self, connection, address)
        self._lanes.add(lane)
        lane.open()

    def leave(self, lane: Lane) -> None:
        """The lane is closed, or its connection went to Tornado."""
        self._lanes.discard(lane)

    def take_over(self, connection: socket.socket, address: Any, read: bytes) -> None:
        """Let Tornado go on with a connection of which `read` was read already."""
        self.handle_stream(_Resumed(connection, read, max_buffer_size=self.max_buffer_size), address)

    def _sweep(self) -> None:
        before = time.monotonic() - self._idle
        for lane in [each for each in self._lanes if not each.busy and each.since < before]:
            lane.close()


class _Resumed(IOStream):
    """A stream of which the first bytes were read by somebody else."""

    def __init__(self, connection: socket.socket, read: bytes, **kwargs: Any) -> None:
        self._read_before = memoryview(read)
        super().__init__(connection, **kwargs)

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        before = self._read_before
        if not before:
            return super().read_from_fd(buf)
        size = min(len(buf), len(before))
        buf[:size] = before[:size]
        self._read_before = before[size:]
        return size


class Lane:
    """One connection as long as it asks for nothing but the hot route. `busy` while an answer is awaited."""

    __slots__ = (
        "_address", "_ahead", "_body", "_connection", "_done", "_fd", "_headers", "_loop", "_mine", "_open",
        "_parser", "_raw", "_server", "_timer", "_unsent", "_url", "busy", "since",
    )  # fmt: skip

    def __init__(self, server: LaneServer, connection: socket.socket, address: Any) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server, self._connection, self._address = server, connection, address
        self._fd = connection.fileno()
        self._loop = asyncio.get_running_loop()
        self._parser = HttpRequestParser(self)
        self._open = True
        self.busy = False
        self.since = time.monotonic()
        self._ahead = self._unsent = b""
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

    def answer(self, status: HTTPStatus, content: bytes, request_id: str) -> None:
        """Answer the request that is being served with `content`, which is JSON."""
        if not self._open:
            return
        head = _head(status, int(time.time()), server_time())
        data = b"%bX-Request-Id: %b\r\nContent-Length: %d\r\n\r\n%b" % (
            head, request_id.encode("ascii"), len(content), content,
        )  # fmt: skip
        self._send(data)

    # What the parser calls.

    def on_url(self, url: bytes) -> None:
        self._url += url  # it comes in pieces where packets cut it

    def on_header(self, name: bytes, value: bytes) -> None:
        known = name.decode("latin1").lower()
        # Twice the same, or what needs a conversation before the answer: Tornado knows what to do.
        if known in self._headers or known in ("expect", "transfer-encoding"):
            self._mine = False
        self._headers[known] = value.decode("latin1")

    def on_headers_complete(self) -> None:
        if self._url != self._server.path or self._parser.get_method() != b"POST":
            self._mine = False

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
            self.busy = True
            self._server.serve(self, headers, body)
        elif self._timer is None:
            self._timer = self._loop.call_later(PATIENCE, self._hand_over)

    def _forget(self) -> None:
        """Nothing is read of the next request yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._raw = self._url = self._body = b""
        self._headers: Headers = {}
        self._mine, self._done = True, False

    def _hand_over(self) -> None:
        self._let_go()
        self._server.take_over(self._connection, self._address, self._raw)

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
        if sent == len(data):
            self._settle()
            return
        self._unsent = data[sent:]
        self._loop.add_writer(self._fd, self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self._fd)
        self._send(self._unsent)

    def _settle(self) -> None:
        """An answer is out: read on."""
        self.busy = False
        self.since = time.monotonic()
        if self._ahead:
            data, self._ahead = self._ahead, b""
            self._loop.add_reader(self._fd, self._readable)
            self._read(data)


@lru_cache(maxsize=16)
def _head(status: HTTPStatus, second: int, stamp: str) -> bytes:
    """The part of an answer's head that all answers of one second share."""
    headers = answer_headers()
    headers["X-Server-Time"] = stamp
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{k}: {v}" for k, v in headers.get_all()), ""]
    return "\r\n".join(lines).encode("latin1")
