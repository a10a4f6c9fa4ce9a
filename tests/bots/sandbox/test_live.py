"""A page that goes away while it is told something: nobody else notices, and nothing is left in the log (L07)."""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
from types import SimpleNamespace
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from bots.sandbox.core.feed import Feed
from bots.sandbox.core.live import LiveHandler

_HELLO = (
    b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def _until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


async def _cut_off_while_told() -> list[dict[str, Any]]:
    """What the loop had to say of a page whose line broke before the news was through."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, told: complaints.append(told))
    feed = Feed()
    server = HTTPServer(Application([("/live", LiveHandler, {"platform": SimpleNamespace(feed=feed)})]))
    listening, port = bind_unused_port()
    server.add_socket(listening)
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(_HELLO)
    await _until(lambda: feed.onlookers)
    feed.tell_all({"type": "people", "much": "人" * 20_000_000})  # more than any buffer on the way holds
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()  # and with it the line is reset
    await _until(lambda: not feed.onlookers)
    feed.tell_all({"type": "clock"})
    await asyncio.sleep(0)
    gc.collect()
    server.stop()
    await server.close_all_connections()
    return complaints


def test_a_page_that_is_cut_off_leaves_no_complaint() -> None:
    assert asyncio.run(_cut_off_while_told()) == []
