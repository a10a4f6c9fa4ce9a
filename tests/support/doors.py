"""The application in the test's own process, for pytest-tornado: `app`, and callers of both doors."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.web import Application

from models.core.config import config, configure
from tests.support.answer_schemas import check_answer
from tests.support.kept_connection import KeptConnection
from tests.support.prepared_rows import lay_standards


@dataclass
class Answer:
    """What a door answered."""

    status: int
    json: Any
    headers: Any
    body: bytes

    @property
    def code(self) -> str:
        """The error's code."""
        return str(self.json["error"]["code"])


Call = Callable[..., Awaitable[Answer]]
# An application has seven hundred routes and `re` keeps 512 patterns: each was made anew for each test, in 40 ms.
re._MAXCACHE = 4096  # type: ignore[attr-defined]


@pytest.fixture
def app(database: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Application]:
    """The real application on the test's database, with standards and built-in roles.

    `@pytest.mark.installed(…)` on a test says further settings.
    """
    # Here, because importing the roof declares every ledger, which a test of one rule need not wait for.
    from server import application
    from server.settings import Settings

    before = config()
    mark = request.node.get_closest_marker("installed")
    # A second factor is asked for by the tests that are about it.
    settings = Settings(
        data_dir=tmp_path, secret_key=before.secret_key, threads=8, static_dir=tmp_path / "dist",
        outside_hosts=list(before.outside_hosts),
        **{"second_factor": "off", "separate_administrators": False, **(mark.kwargs if mark else {})},
    )  # fmt: skip
    configure(settings.config())
    lay_standards()
    built = application.build(settings)
    yield built
    built.settings["caller"].close()
    configure(before)


@pytest.fixture
def http_server(app: Application, io_loop: IOLoop, _unused_port: Any) -> Iterator[HTTPServer]:
    """pytest-tornado's server, as in production: the fast lane stands before the application."""
    from server import application

    server = application.server_of(app)
    server.add_socket(_unused_port[0])
    yield server
    server.stop()
    io_loop.run_sync(server.close_all_connections, timeout=5)


async def _fetch(
    client: AsyncHTTPClient | KeptConnection, url: str, method: str, headers: dict[str, str], body: Any
) -> Answer:
    content = body if isinstance(body, (bytes, str)) or body is None else orjson.dumps(body)
    if content is None and method in ("POST", "PUT", "PATCH"):
        content = b""
    found = await client.fetch(
        url, method=method, headers=headers, body=content, raise_error=False, follow_redirects=False
    )
    try:
        parsed = orjson.loads(found.body) if found.body else None
    except orjson.JSONDecodeError:
        parsed = None
    check_answer(method, urlsplit(url).path, found.code, found.headers.get("Content-Type", ""), parsed)
    return Answer(found.code, parsed, found.headers, found.body or b"")


@pytest.fixture
def phone(app: Application, http_client: Any, base_url: str) -> Call:
    """Calls the phone door: `await phone("GET", "/today", token=…, json=…, headers=…)`."""

    async def call(
        method: str, path: str, *, token: str = "", json: Any = None, headers: Any = None
    ) -> Answer:
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        return await _fetch(
            http_client, f"{base_url}/api/mp/v1{path}", method, {**sent, **(headers or {})}, json
        )

    return call


class Desk:
    """A console with its own cookies."""

    def __init__(self, client: AsyncHTTPClient | KeptConnection, base: str) -> None:
        self._client, self._base = client, base
        self.cookies: dict[str, str] = {}

    async def __call__(self, method: str, path: str, *, json: Any = None, headers: Any = None) -> Answer:
        """Call the console door, with the cookies and the XSRF token that it gave before."""
        if method != "GET" and "_xsrf" not in self.cookies:
            await self("GET", "/session")
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if "_xsrf" in self.cookies:
            sent["X-XSRFToken"] = self.cookies["_xsrf"]
        url = f"{self._base}/api/console/v1{path}"
        found = await _fetch(self._client, url, method, {**sent, **(headers or {})}, json)
        for line in found.headers.get_list("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return found

    async def sign_in(self, login: str, password: str) -> Answer:
        """Sign in and keep the session."""
        return await self("POST", "/session", json={"login": login, "password": password})


@pytest.fixture
def desk(app: Application, http_client: Any, base_url: str) -> Callable[[], Desk]:
    """Makes consoles, each with its own cookies."""
    return lambda: Desk(http_client, base_url)


@pytest.fixture
def walker(
    app: Application, http_server: HTTPServer, base_url: str, io_loop: IOLoop
) -> Iterator[Callable[[], Desk]]:
    """Makes consoles for thousands of requests one after the other: each keeps its connection."""
    kept: list[KeptConnection] = []

    def make() -> Desk:
        kept.append(KeptConnection(base_url))
        return Desk(kept[-1], base_url)

    yield make
    for one in kept:
        one.close()
