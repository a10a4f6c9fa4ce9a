"""One call of the platform's API: read, checked against faults and limits, answered, and kept for the wire view."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tornado.httputil import HTTPFile
from tornado.web import RequestHandler

from bots.sandbox.core.faults import Fate
from bots.sandbox.core.people import Agent
from bots.sandbox.core.platform import Platform
from bots.sandbox.core.wire import mask, mask_query
from bots.sandbox.wecom.errors import ApiRefused

# An escape of JSON: a backslash that is not itself escaped, u, four digits. “C:\\users” is none.
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass
class SandboxCall:
    """What a function of the API gets. `agent` is the token's app; `notes` go to the wire view."""

    platform: Platform
    query: dict[str, str]
    body: dict[str, Any]
    fate: Fate
    base: str
    file: HTTPFile | None = None
    agent: Agent | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def app(self) -> Agent:
        """The app of the token, on calls that need one."""
        assert self.agent is not None
        return self.agent


@dataclass(frozen=True)
class Blob:
    """An answer that is a file."""

    data: bytes
    name: str
    mime: str


Function = Callable[[SandboxCall], "dict[str, Any] | Blob | Awaitable[dict[str, Any]]"]


@dataclass(frozen=True)
class Api:
    """One function of the API: how it is called, and whether it wants a token."""

    methods: tuple[str, ...]
    function: Function
    token: bool = True


class ApiHandler(RequestHandler):
    """Serves one `Api`."""

    def initialize(self, platform: Platform, api: Api) -> None:
        self.platform, self.api = platform, api

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def check_xsrf_cookie(self) -> None:
        """Callers are programs, with tokens."""

    async def get(self) -> None:
        """By GET."""
        await self._serve()

    async def post(self) -> None:
        """By POST."""
        await self._serve()

    async def _serve(self) -> None:
        began = time.monotonic()
        fate = self.platform.faults.meet(self.request.path)
        call = SandboxCall(
            self.platform, self._query(), {}, fate, f"{self.request.protocol}://{self.request.host}"
        )
        if fate.slow and fate.slow_early:
            await asyncio.sleep(fate.slow)
        answer: dict[str, Any] | Blob
        if fate.cut and fate.cut_early:
            answer = {"（故障）": "连接中断，什么也没有发生"}
        elif fate.error:
            self.set_status(fate.error)
            answer = {"（故障）": f"HTTP {fate.error}"}
        else:
            answer = self._answer(call)
        if fate.slow and not fate.slow_early:
            await asyncio.sleep(fate.slow)
        self._note(call, answer, (time.monotonic() - began) * 1000)
        if fate.cut:
            self.detach().close()
        elif fate.error:
            self.finish("<html><body>Bad Gateway</body></html>")
        else:
            self._write(answer)

    def _answer(self, call: SandboxCall) -> dict[str, Any] | Blob:
        try:
            self._check_method()
            self._check_pace()
            if self.api.token:
                self._check_token(call)
            self._read_body(call)
            answer = self.api.function(call)
        except ApiRefused as refused:
            answer = refused.as_json(self._hint())
        except (AttributeError, KeyError, TypeError, ValueError) as odd:
            # A field of a kind that nobody would send on purpose: the platform names no field then.
            call.notes.append(f"{type(odd).__name__}: {odd}"[:200])
            answer = ApiRefused(40035).as_json(self._hint())
        assert isinstance(answer, dict | Blob)
        return answer

    def _hint(self) -> str:
        return f"{int(self.platform.clock.now())}_{secrets.token_hex(8)}"

    def _check_method(self) -> None:
        if self.request.method not in self.api.methods:
            raise ApiRefused(43001 if self.api.methods == ("GET",) else 43002)

    def _check_pace(self) -> None:
        now, path = self.platform.clock.now(), self.request.path
        if "/webhook/" in path:
            return
        allowed = self.platform.api_calls.take(path, now)
        if not self.platform.address_calls.take(self.request.remote_ip, now) or not allowed:
            raise ApiRefused(45009)

    def _check_token(self, call: SandboxCall) -> None:
        call.agent = self.platform.tokens.check(call.query.get("access_token", ""))
        if call.fate.token:
            self.platform.tokens.revoke(call.agent.agent_id)
            raise ApiRefused(40014)

    def _query(self) -> dict[str, str]:
        return {name: self.get_query_argument(name) for name in self.request.query_arguments}

    def _read_body(self, call: SandboxCall) -> None:
        if self.request.method != "POST":
            return
        files = [file for group in self.request.files.values() for file in group]
        if files:
            call.file = files[0]
            return
        text = self.request.body
        if not text:
            raise ApiRefused(44002)
        if self.api.token and _ESCAPE.search(text):
            raise ApiRefused(40033)
        try:
            body = json.loads(text)
        except ValueError as broken:
            raise ApiRefused(47001) from broken
        if not isinstance(body, dict):
            raise ApiRefused(47001)
        call.body = body

    def _unread(self) -> Any:
        """What was asked in a call that was refused before it was read."""
        with contextlib.suppress(ValueError):
            return json.loads(self.request.body or b"{}")
        return {}

    def _write(self, answer: dict[str, Any] | Blob) -> None:
        if isinstance(answer, Blob):
            self.set_header("Content-Type", answer.mime)
            self.set_header("Content-Disposition", f'attachment; filename="{_ascii(answer.name)}"')
            self.finish(answer.data)
            return
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        # Not awaited: whoever hung up before the answer was there is no error.
        self.finish(json.dumps(answer, ensure_ascii=False))

    def _note(self, call: SandboxCall, answer: dict[str, Any] | Blob, milliseconds: float) -> None:
        shown: Any = call.body or self._unread()
        if call.file is not None:
            shown = {"（文件）": call.file.filename, "字节": len(call.file.body)}
        self.platform.wire.note(
            self.platform.clock.now(),
            "in",
            self.request.method or "",
            self.request.path,
            query=mask_query(call.query),
            request=mask(shown),
            status=self.get_status(),
            answer={"（文件）": answer.name, "字节": len(answer.data)}
            if isinstance(answer, Blob)
            else mask(answer),
            milliseconds=milliseconds,
            faults=list(call.fate.names),
            notes=call.notes,
        )


class UnknownHandler(RequestHandler):
    """An address that the platform does not have."""

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed here."""

    def prepare(self) -> None:
        self.set_status(404)
        self.finish({"errcode": 404, "errmsg": "404 not found"})
        return


def _ascii(name: str) -> str:
    return "".join(letter if letter.isascii() and letter not in '"\\\r\n' else "_" for letter in name)
