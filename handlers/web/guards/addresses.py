"""Whose address a request comes from: the connection's own, or what a proxy says that the settings name.

Nobody else is believed. Of a chain of proxies the last address that is no trusted proxy's counts, as whatever stands
left of it was sent by the client.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Iterable
from typing import Any

from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The networks whose machines are believed about addresses."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        """`networks`: addresses, or networks as 10.0.0.0/8. Raises ValueError for what is neither."""
        self._networks: list[Network] = [ipaddress.ip_network(each, strict=False) for each in networks]

    def __contains__(self, address: str) -> bool:
        if not self._networks:
            return False
        found = _parsed(address)
        return found is not None and any(found in network for network in self._networks)

    def client_of(self, peer: str, headers: HTTPHeaders) -> str:
        """The client's address for a request that `peer` sent."""
        if peer not in self:
            return peer
        chain = [part.strip() for part in headers.get("X-Forwarded-For", "").split(",")]
        for each in reversed(chain):
            found = _parsed(each)
            if found is None:
                return peer
            if each not in self:
                return str(found)
        return peer


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


class Addressed(HTTPMessageDelegate):
    """A request of a trusted proxy: its context has the client's address and protocol as long as it is read."""

    def __init__(self, delegate: HTTPMessageDelegate, connection: HTTPConnection, proxies: Proxies) -> None:
        self._delegate, self._proxies = delegate, proxies
        self._context: Any = connection.context  # type: ignore[attr-defined]
        self._own = self._context.remote_ip, self._context.protocol

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """Say who asks, then go on."""
        self._context.remote_ip = self._proxies.client_of(self._own[0], headers)
        protocol = headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip()
        if protocol in ("http", "https"):
            self._context.protocol = protocol
        return self._delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Pass on."""
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        """Pass on, and forget for the connection's next request."""
        self._delegate.finish()
        self._context.remote_ip, self._context.protocol = self._own

    def on_connection_close(self) -> None:
        """Pass on."""
        self._delegate.on_connection_close()
        self._context.remote_ip, self._context.protocol = self._own
