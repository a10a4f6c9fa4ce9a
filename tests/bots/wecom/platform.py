"""A small WeCom for the client's tests: it speaks the wire on a port of its own, and does what a test tells it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

SECRET = "s3cret-of-the-app"


@dataclass
class Call:
    """One request as it came in."""

    path: str
    query: dict[str, str]
    body: bytes
    files: dict[str, Any] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


Answer = Callable[[Call, RequestHandler], Any]


class Platform:
    """Tokens are `t1`, `t2` …; the last one given is the valid one. `answers` maps a path to what it answers."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.given = 0
        self.valid = True
        self.refuse_with = 42001
        self.answers: dict[str, Answer] = {}
        self.url = ""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Platform:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        socket, port = bind_unused_port()
        routes = [(r"/cgi-bin/(.*)", _Handler, {"platform": self})]
        # The platform's own log is no business of ours: a test looks into ours for secrets.
        server = HTTPServer(Application(routes, log_function=lambda handler: None))
        server.add_sockets([socket])
        self.url = f"http://127.0.0.1:{port}"
        self._ready.set()
        await self._over.wait()
        server.stop()
        await server.close_all_connections()

    def paths(self) -> list[str]:
        """What was called, in order."""
        return [call.path for call in self.calls]

    def of(self, path: str) -> list[Call]:
        """The calls of one path."""
        return [call for call in self.calls if call.path == path]

    def answer(self, path: str, what: dict[str, Any]) -> None:
        """Answer `path` with this from now on."""
        self.answers[path] = lambda call, handler: what

    def invalidate(self) -> None:
        """What was given so far is not taken any more; what is given from now on is."""
        self.oldest_good = self.given + 1

    oldest_good = 1

    def decide(self, call: Call, handler: RequestHandler) -> Any:
        if call.path == "gettoken":
            if "gettoken" in self.answers:
                return self.answers["gettoken"](call, handler)
            if call.query["corpsecret"] != SECRET:
                return {"errcode": 40001, "errmsg": "invalid credential"}
            self.given += 1
            return {"errcode": 0, "errmsg": "ok", "access_token": f"t{self.given}", "expires_in": 7200}
        if not call.path.startswith("webhook/"):
            number = int(call.query["access_token"].removeprefix("t"))
            if not self.valid or number < self.oldest_good:
                return {"errcode": self.refuse_with, "errmsg": "access_token expired"}
        made = self.answers.get(call.path)
        return made(call, handler) if made else {"errcode": 0, "errmsg": "ok"}


class _Handler(RequestHandler):
    def initialize(self, platform: Platform) -> None:
        self.platform = platform

    async def _any(self, path: str) -> None:
        query = {name: values[-1].decode() for name, values in self.request.query_arguments.items()}
        call = Call(path, query, self.request.body, dict(self.request.files))
        self.platform.calls.append(call)
        said = self.platform.decide(call, self)
        if asyncio.iscoroutine(said):
            said = await said
        if said is not None:
            self.set_header("Content-Type", "application/json; charset=UTF-8")
            self.finish(json.dumps(said, ensure_ascii=False))

    get = post = _any
