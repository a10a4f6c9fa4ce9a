"""Who does not take an answer holds no memory and no connection without end (issue 9, X10)."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from tornado.iostream import StreamClosedError
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from handlers.web.base import JsonHandler
from handlers.web.guards import sending
from handlers.web.guards.sending import Resumed, Unsent
from handlers.web.lanes import LaneServer

LARGE = 12 * 1024 * 1024  # more than the system's own buffers take
MOST = 20 * 1024 * 1024
ASK = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n"


class _Large(RequestHandler):
    def get(self) -> None:
        """Many bytes at once."""
        self.finish(bytes(LARGE))


@pytest.fixture
def server(io_loop: Any) -> Iterator[LaneServer]:
    """A server on the test's loop; `port` is where it listens."""

    async def made() -> LaneServer:
        application = Application([("/large", _Large)], log_function=lambda _: None)
        new = LaneServer(application, path="/hot", serve=lambda *_: None, unsent=Unsent(MOST))
        sock, new.port = bind_unused_port()
        new.add_sockets([sock])
        return new

    found: LaneServer = io_loop.run_sync(made)
    yield found
    found.stop()
    io_loop.run_sync(found.close_all_connections, timeout=10)


async def _asked(server: LaneServer) -> socket.socket:
    """A client that has asked and takes nothing yet."""
    loop, line = asyncio.get_running_loop(), socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    await loop.sock_connect(line, ("127.0.0.1", server.port))
    await loop.sock_sendall(line, ASK)
    await asyncio.sleep(0.1)
    return line


async def _came(line: socket.socket) -> int:
    """How many bytes come until the end, or until all has come."""
    came = 0
    with line:
        while came < LARGE:
            piece = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(line, 1 << 20), 5)
            if not piece:
                break
            came += len(piece)
    return came


def _held(server: LaneServer) -> int:
    return sum(stream.unsent for stream in server.unsent._streams)


@pytest.mark.gen_test(timeout=60)
async def test_answers_that_nobody_takes_are_bounded_for_all_together(server: LaneServer) -> None:
    lines = [await _asked(server) for _ in range(8)]
    assert 0 < _held(server) <= MOST
    assert await _came(lines[-1]) >= LARGE  # who takes what they asked for gets it
    assert await _came(lines[0]) < LARGE
    for line in lines:
        line.close()
    await asyncio.sleep(0.1)
    assert _held(server) == 0
    assert server.counted.total == 0


@pytest.mark.gen_test(timeout=60)
async def test_whose_client_takes_nothing_for_long_is_closed_and_a_slow_one_is_not(
    server: LaneServer, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sending, "STALLED_AFTER", 0.5)
    stalled = await _asked(server)
    server.unsent.sweep()
    assert _held(server) > 0
    began = time.monotonic()
    while time.monotonic() < began + 0.6:
        await asyncio.sleep(0.1)
    slow = await _asked(server)
    server.unsent.sweep()
    assert server.counted.total == 1
    assert await _came(slow) >= LARGE
    assert await _came(stalled) < LARGE


def test_a_client_that_left_amid_a_download_is_no_failure() -> None:
    handler = cast(JsonHandler, SimpleNamespace(request_id="1", request=SimpleNamespace(path="/file")))
    with capture_logs() as lines:
        JsonHandler.log_exception(handler, StreamClosedError, StreamClosedError(), None)
        JsonHandler.log_exception(handler, ValueError, ValueError(), None)
    assert [line["event"] for line in lines] == ["unhandled"]


@pytest.mark.gen_test(timeout=20)
async def test_a_client_that_is_gone_when_it_is_written_to_is_no_failure() -> None:
    """The write itself finds out that the connection is dead: the last word of a live connection, say."""
    here, there = socket.socketpair()
    here.setblocking(False)
    stream = Resumed(here, b"", lambda: None, Unsent(MOST))
    there.close()
    written = stream.write(b"the last word")
    with pytest.raises(StreamClosedError):
        await written
    assert stream.closed() and stream.unsent == 0
