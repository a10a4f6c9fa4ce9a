"""How answers go out: who does not take what they asked for holds neither memory nor a connection without end.

An answer lies in memory until the client has taken it. Somebody who asks for a picture of 5 MB on many connections and
reads none of them fills the machine; so what is unsent is bounded for all connections together, and in time for each.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import structlog
from tornado.iostream import IOStream

#: So long may a client take nothing of an answer, in seconds.
STALLED_AFTER = 30.0
_LARGE = 64 * 1024  # what a stream may leave unsent without the others being looked at

log = structlog.get_logger("web")


class Unsent:
    """The streams of a server, and how many bytes all of them may hold that were not taken yet."""

    def __init__(self, most: int = 128 * 1024 * 1024) -> None:
        self.most = most
        self._streams: set[Resumed] = set()

    def join(self, stream: Resumed) -> None:
        """One was opened."""
        self._streams.add(stream)

    def leave(self, stream: Resumed) -> None:
        """One was closed."""
        self._streams.discard(stream)

    def bound(self) -> None:
        """Close those whose clients take the least, until what is unsent is no more than it may be."""
        waiting = [stream for stream in self._streams if stream.unsent]
        total = sum(stream.unsent for stream in waiting)
        if total <= self.most:
            return
        now = time.monotonic()
        waiting.sort(key=lambda stream: stream.pace(now))
        closed = 0
        for stream in waiting:
            if total <= self.most:
                break
            total -= stream.unsent
            closed += 1
            stream.close()
        log.warning("answers_not_taken", closed=closed)

    def sweep(self) -> None:
        """Close those whose clients have taken nothing for too long."""
        late = time.monotonic() - STALLED_AFTER
        for stream in [each for each in self._streams if each.unsent and each.taken_at < late]:
            stream.close()


class Resumed(IOStream):
    """A stream of which the first bytes were read by somebody else. `closed()` is called once, when it is."""

    def __init__(
        self, connection: socket.socket, read: bytes, closed: Callable[[], None], unsent: Unsent, **kwargs: Any
    ) -> None:  # fmt: skip
        self._read_before = memoryview(read)
        self._tell: Callable[[], None] | None = closed
        self._among = unsent
        self._begin()
        super().__init__(connection, **kwargs)
        unsent.join(self)

    def _begin(self) -> None:
        #: When the client last took something, and how much since when: of what is unsent now.
        self.taken_at = self._since = time.monotonic()
        self._taken = 0

    def pace(self, now: float) -> float:
        """How many bytes a second the client takes, since something is unsent."""
        return self._taken / max(0.01, now - self._since)

    @property
    def unsent(self) -> int:
        """How many bytes the client has not taken; none of a stream that is closed, which a write may find out."""
        return len(self._write_buffer or b"")

    def write(self, data: bytes | memoryview) -> Any:
        """As IOStream; what is too much for all of them together goes at once."""
        if not self.unsent:
            self._begin()
        written = super().write(data)
        if self.unsent > _LARGE:
            self._among.bound()
        return written

    def write_to_fd(self, data: memoryview) -> int:
        sent = super().write_to_fd(data)
        if sent:
            self.taken_at = time.monotonic()
            self._taken += sent
        return sent

    def close_fd(self) -> None:
        super().close_fd()
        self._among.leave(self)
        if self._tell is not None:
            self._tell()
            self._tell = None

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        before = self._read_before
        if not before:
            return super().read_from_fd(buf)
        size = min(len(buf), len(before))
        buf[:size] = before[:size]
        self._read_before = before[size:]
        return size
