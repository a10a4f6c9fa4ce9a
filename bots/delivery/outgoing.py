"""The one way by which the program calls others: HTTP and SMTP, to known places only, bounded in time and size (I5).

Before each call the address is looked up in `models.messages.channels.allowed_addresses`, and the name is resolved here: what leads into
the house (private, loopback, link-local, …) is refused unless the server's settings name it, and the connection goes
to the very address that was looked at. No redirect is followed.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import smtplib
import socket
import ssl
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from models.messages.channels import allowed_addresses

TIMEOUT = (3.0, 8.0)  # seconds to connect, and between two pieces of the answer
LONGEST = 30.0  # seconds for a whole answer
LARGEST = 24 * 1024 * 1024  # bytes; a file may have 20 MB


class AddressRefused(Exception):
    """A place that no request of ours goes to; the text says why, for who set it up."""


class AnswerTooLarge(Exception):
    """The answer has more bytes than anything that we ask for."""


def place_of(kind: str, address: str) -> allowed_addresses.AllowedHost:
    """Where `address` leads. Raises Refused for what is no known platform's and not in the server's settings."""
    place = allowed_addresses.allowed(kind, address)
    if place is None:
        raise AddressRefused(allowed_addresses.refusal(kind, address))
    return place


def addresses_of(host: str, port: int, *, named: bool) -> list[str]:
    """The IP addresses to connect to. Raises Refused where the name leads into the house, OSError where nowhere."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not named and not all(map(_is_outside, found)):
        raise AddressRefused(f"“{host}”指向内部网络的地址，系统不向它发送。请检查服务器的域名解析")
    return list(dict.fromkeys(found))


def _is_outside(address: str) -> bool:
    read = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(read, ipaddress.IPv6Address):
        inner = read.ipv4_mapped or read.sixtofour or (read.teredo or (None, None))[1]
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        if read in _TRANSLATED:
            return _is_outside(str(ipaddress.IPv4Address(int(read) & 0xFFFFFFFF)))
    return read.is_global and not read.is_multicast


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind NAT64


class OutgoingSession(requests.Session):
    """Connections to one place, for any number of threads."""

    def __init__(self, place: allowed_addresses.AllowedHost) -> None:
        super().__init__()
        # A proxy of the environment leads out of the house; what listens here is not out there.
        self.trust_env = not _is_here(place.host)
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(place.named, pool_connections=4, pool_maxsize=32))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Adapter(HTTPAdapter):
    """Resolves once, looks at the address, and connects to that one."""

    def __init__(self, named: bool, **options: Any) -> None:
        self._named = named
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """As requests does, with connections of ours. What goes through a proxy is resolved by the proxy."""
        super().init_poolmanager(*args, **options)
        plain = type("Plain", (_Plain,), {"named": self._named})
        secure = type("Secure", (_Secure,), {"named": self._named})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


class _Plain(HTTPConnection):
    named = False

    def _new_conn(self) -> socket.socket:
        return _looked_at(self, super()._new_conn)


class _Secure(HTTPSConnection):
    named = False

    def _new_conn(self) -> socket.socket:
        return _looked_at(self, super()._new_conn)


def _looked_at(connection: Any, connect: Any) -> socket.socket:
    """Connect to the address that was looked at; certificates and headers go on by the name."""
    name = connection._dns_host
    try:
        addresses = addresses_of(name.rstrip("."), connection.port, named=connection.named)
    except socket.gaierror as error:
        raise NameResolutionError(name, connection, error) from error
    try:
        for address in addresses[:-1]:
            connection._dns_host = address
            with contextlib.suppress(NewConnectionError, ConnectTimeoutError):  # the next one may be there
                return _socket(connect)
        connection._dns_host = addresses[-1]
        return _socket(connect)
    finally:
        connection._dns_host = name


def _socket(connect: Any) -> socket.socket:
    made: socket.socket = connect()
    return made


def read(answer: requests.Response) -> bytes:
    """The body of a streamed answer. Raises TooLarge, requests.Timeout."""
    until = time.monotonic() + LONGEST
    pieces, size = [], 0
    with answer:
        for piece in answer.iter_content(64 * 1024):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise AnswerTooLarge
            if time.monotonic() > until:
                raise requests.Timeout("the whole answer took too long")
    return b"".join(pieces)


def post(kind: str, base: str, path: str, **body: Any) -> tuple[int, Mapping[str, Any]]:
    """POST `data=` or `json=` to a path below a base address; gives the status and the JSON object of the answer.

    What is no JSON object is an empty one. Raises Refused, requests.RequestException.
    """
    place = place_of(kind, base)
    with OutgoingSession(place) as session:
        answer = session.post(
            f"{base.rstrip('/')}{path}", timeout=TIMEOUT, allow_redirects=False, stream=True, **body
        )
        try:
            said = json.loads(read(answer).decode("utf-8", "replace"))
        except (ValueError, AnswerTooLarge):
            said = {}
    return answer.status_code, said if isinstance(said, dict) else {}


class _Resolving:
    """For smtplib: connects to the address that was looked at, with the certificate of the name."""

    named = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connect = super()._get_socket  # type: ignore[misc]  # smtplib's own hook
        addresses = addresses_of(host, port, named=self.named)
        for address in addresses[:-1]:
            with contextlib.suppress(OSError):  # the next one may be there
                return _socket(partial(connect, address, port, timeout))
        return _socket(partial(connect, addresses[-1], port, timeout))


def smtp(host: str, port: int, *, tls: bool, context: ssl.SSLContext, seconds: float) -> smtplib.SMTP:
    """A connection to a mail server. Raises Refused, OSError, smtplib.SMTPException."""
    place = place_of(allowed_addresses.MAIL, f"{host}:{port}")
    base = smtplib.SMTP_SSL if tls else smtplib.SMTP
    kind = type("Smtp", (_Resolving, base), {"named": place.named})
    made: smtplib.SMTP = kind(host, port, timeout=seconds, **({"context": context} if tls else {}))
    return made
