"""A caller that keeps its connection, for walks of thousands of requests.

Tornado's own client connects, and looks up the host, anew for each; that is half of what a short request costs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tornado.httputil import HTTPHeaders


@dataclass
class Told:
    """What was answered."""

    code: int
    body: bytes
    headers: HTTPHeaders = field(default_factory=HTTPHeaders)


class KeptConnection:
    """One connection to a server, made anew where the server has closed it."""

    def __init__(self, base: str, seconds: float = 20) -> None:
        where = urlsplit(base)
        self._host, self._port, self._seconds = where.hostname or "127.0.0.1", where.port or 80, seconds
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def fetch(
        self, url: str, *, method: str, headers: dict[str, str], body: str | bytes | None, **_: Any
    ) -> Told:
        """As Tornado's client does it."""
        where = urlsplit(url)
        return await self.ask(
            method, f"{where.path}?{where.query}" if where.query else where.path, headers, body
        )

    async def ask(self, method: str, address: str, headers: dict[str, str], body: str | bytes | None) -> Told:
        """Ask; 599 where no whole answer came in time."""
        content = body if isinstance(body, bytes) else (body or "").encode()
        lines = [f"{method} {address} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(content)}")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange("\r\n".join([*lines, "", ""]).encode() + content)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            return Told(599, repr(error).encode())

    def close(self) -> None:
        """Let go of the connection."""
        if self._open:
            self._open[1].close()
        self._open = None

    async def _exchange(self, sent: bytes) -> Told:
        if self._open is None:
            self._open = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._open
        writer.write(sent)
        first, _, lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").partition("\r\n")
        code, headers = int(first.split(" ")[1]), HTTPHeaders.parse(lines.removesuffix("\r\n"))
        if headers.get("Transfer-Encoding") == "chunked":
            body = await _chunks(reader)
        else:
            body = b"" if code in (204, 304) else await reader.readexactly(int(headers["Content-Length"]))
        if headers.get("Connection", "").lower() == "close":
            self.close()
        return Told(code, body, headers)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = []
    while size := int(await reader.readline(), 16):
        found.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(found)
