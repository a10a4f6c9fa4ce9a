"""Two Tornado processes on one port, the way the floors (and the product) are served for measuring."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import uvloop
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application


def serve(
    port: int, processes: int, make_app: Callable[[], Awaitable[Application]], *, quick: bool = False
) -> None:
    """Serve the application on the loopback port with so many processes, until SIGTERM; `quick`: on uvloop.

    Every process binds for itself with SO_REUSEPORT, so that the kernel spreads the connections; one socket
    shared after a fork lets whichever process wakes first accept nearly all of a burst.
    """
    children = []
    for _ in range(processes - 1):
        pid = os.fork()
        if pid == 0:
            children = []
            break
        children.append(pid)
    try:
        (uvloop.run if quick else asyncio.run)(_serve(port, make_app))
    finally:
        for pid in children:
            os.kill(pid, signal.SIGTERM)
        for pid in children:
            os.waitpid(pid, 0)


async def _serve(port: int, make_app: Callable[[], Awaitable[Application]]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = HTTPServer(await make_app())
    server.add_sockets(bind_sockets(port, "127.0.0.1", backlog=1024, reuse_port=True))
    await stop.wait()
    server.stop()
    await server.close_all_connections()
