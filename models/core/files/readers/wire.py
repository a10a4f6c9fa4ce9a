"""What is said between server and reader: frames of JSON or bytes over a socket; files go as open descriptors.

JSON and nothing else: whatever a hostile file makes of a reader, it can only send data back.
"""

from __future__ import annotations

import os
import socket
import struct
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import orjson

_HEAD = struct.Struct("!cI")
JSON, BYTES, DONE, REFUSED, FAILED, READY = b"J", b"B", b"D", b"R", b"F", b"O"
MAX_FRAME = 64 * 1024 * 1024


class Closed(ConnectionError):
    """The other side is gone."""


class TooMuch(ValueError):
    """A frame is larger than any that is sent."""


def send(to: socket.socket, kind: bytes, content: bytes = b"") -> None:
    """Send one frame."""
    to.sendall(_HEAD.pack(kind, len(content)))
    if content:
        to.sendall(content)


def receive(source: socket.socket, most: int = MAX_FRAME) -> tuple[bytes, bytes]:
    """One frame: its kind and content. Raises Closed, TooMuch, and TimeoutError as the socket does."""
    kind, length = _HEAD.unpack(_exactly(source, _HEAD.size))
    if length > most:
        raise TooMuch(length)
    return kind, _exactly(source, length)


def _exactly(source: socket.socket, length: int) -> bytes:
    parts = bytearray(length)
    view, at = memoryview(parts), 0
    while at < length:
        got = source.recv_into(view[at:])
        if not got:
            raise Closed
        at += got
    view.release()
    return bytes(parts)


def ask(to: socket.socket, file: int, request: dict[str, Any]) -> None:
    """Send a request together with an open file."""
    socket.send_fds(to, [b"F"], [file])
    send(to, JSON, orjson.dumps(request))


def asked(source: socket.socket) -> tuple[dict[str, Any], BinaryIO] | None:
    """The next request and its file, at its beginning; None where the other side is gone."""
    mark, files, _flags, _address = socket.recv_fds(source, 1, 1)
    if not mark or not files:
        return None
    file = os.fdopen(files[0], "rb")
    file.seek(0)
    _kind, request = receive(source)
    return orjson.loads(request), file


def as_file(source: bytes | str | Path | BinaryIO) -> BinaryIO:
    """A source as an open file that has a descriptor: bytes in memory where the system can, else in a nameless file."""
    if isinstance(source, (str, Path)):
        return open(source, "rb")
    if not isinstance(source, bytes):
        return source
    in_memory = hasattr(os, "memfd_create")
    number = os.memfd_create("upload", os.MFD_CLOEXEC) if in_memory else _nameless()
    file: BinaryIO = os.fdopen(number, "w+b")
    file.write(source)
    file.flush()
    return file


def _nameless() -> int:
    number, name = tempfile.mkstemp()
    os.unlink(name)
    return number
