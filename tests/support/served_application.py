"""The real application over HTTP inside a test's own process: on a loop thread of its own, on the test's database.

Unlike `live_server` it goes by the test's clock, and what it has done can be read from the tables at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tornado.testing import bind_unused_port
from tornado.web import Application


class Served:
    """Listens at `url` until `close`."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="served", daemon=True)
        self._thread.start()
        if not self._up.wait(20):
            raise RuntimeError("the application did not start")
        self.url = f"http://127.0.0.1:{self._port}"

    def _run(self) -> None:
        from server import application

        asyncio.set_event_loop(self._loop)
        self._server = application.server_of(self._application)
        socket, self._port = bind_unused_port()
        self._server.add_socket(socket)
        self._loop.call_soon(self._up.set)
        self._loop.run_forever()

    def close(self) -> None:
        """Stop listening."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.stop()
        await self._server.close_all_connections()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def served(app: Any) -> Iterator[Served]:
    """The real application, listening."""
    running = Served(app)
    yield running
    running.close()
