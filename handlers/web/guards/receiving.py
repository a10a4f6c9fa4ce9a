"""How bodies come in: nothing is read before it is known who sends it and that they may, and never too much.

A route says what it takes (`Operation.most`), or its kind does: what anybody may send is small, what only who is signed
in may send is larger, files are largest. All bodies that are being read share one budget of memory.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from tornado.httputil import HTTPHeaders

from handlers.web.operations import PUBLIC, Operation
from handlers.web.requests import bodies
from models.core.errors import TooMany

PUBLIC_MOST = 64 * 1024
FILE_MOST = 32 * 1024 * 1024
#: Seconds that a body may take to come: of JSON, and of a file over a poor line.
PATIENCE, FILE_PATIENCE = 20.0, 300.0
#: What is sent to a refused request is read and dropped for so long, or the refusal would not arrive.
DROPPED_FOR = 20.0
#: And no more of it: no client sends as much within that time.
DROPPED_MOST = 1 << 40
_AGAIN_IN = 5


@dataclass
class BodyBudget:
    """Bytes of bodies that may be in memory at once, in this process."""

    most: int = 128 * 1024 * 1024
    used: int = 0

    def take(self, count: int) -> None:
        """Reserve `count` bytes. Raises TooMany."""
        if self.used + count > self.most:
            raise TooMany(
                "现在上传的人太多",
                code="busy",
                cause="同时上传的内容太多",
                advice="请过几秒再试",
                retry_after=_AGAIN_IN,
            )
        self.used += count

    def give_back(self, count: int) -> None:
        """They are free again."""
        self.used -= count


def most_of(described: Operation) -> int:
    """How many bytes a method of a route takes."""
    if described.most is not None:
        return described.most
    if described.consumes != "application/json":
        return FILE_MOST
    nobody_yet = described.right == PUBLIC or described.rule_decides
    return PUBLIC_MOST if nobody_yet else bodies.MAX_JSON


def announced(headers: HTTPHeaders) -> int | None:
    """The length that a request says its body has; None if it does not say."""
    given = headers.get("Content-Length", "")
    if given.isascii() and given.isdecimal():
        return int(given[:18])  # int() refuses thousands of digits; eighteen are too many bytes already
    return None if "Transfer-Encoding" in headers else 0


def too_large(most: int) -> bodies.BodyTooLarge:
    """The refusal for more than a route takes."""
    size = f"{most // 1024} KB" if most < 1024 * 1024 else f"{most // 1024 // 1024} MB"
    return bodies.BodyTooLarge(cause=f"一次最多 {size}", advice="请减少内容后再提交")


class Receiver:
    """One body: its pieces, up to `most` bytes, paid for from the budget until `drop`."""

    def __init__(self, budget: BodyBudget, most: int, length: int | None) -> None:
        """Reserves what was announced. Raises TooLarge, TooMany."""
        if length is not None and length > most:
            raise too_large(most)
        self._budget, self.most = budget, most
        self._reserved = 0
        self._came = 0
        self._pieces: list[bytes] = []
        self.fault: Any = None
        #: Told when the rest is only dropped.
        self.stopped: asyncio.Future[None] | None = None
        self._reserve(length or 0)

    def add(self, piece: bytes) -> None:
        """A piece has come. What is too much is dropped, and `fault` says so."""
        self._came += len(piece)
        if self.fault is None and self._came > self.most:
            self._stop(too_large(self.most))
        if self.fault is None and self._came > self._reserved:
            try:
                self._reserve(self._came - self._reserved)
            except TooMany as error:
                self._stop(error)
        if self.fault is None:
            self._pieces.append(piece)

    def whole(self) -> bytes:
        """All of it. Raises what it was refused for."""
        if self.fault is not None:
            raise self.fault
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def drop(self) -> None:
        """Forget it, and free its memory for others."""
        self._pieces.clear()
        self._budget.give_back(self._reserved)
        self._reserved = 0

    def _reserve(self, count: int) -> None:
        self._budget.take(count)
        self._reserved += count

    def _stop(self, fault: Exception) -> None:
        self.fault = fault
        if self.stopped is not None:
            self.stopped.set_result(None)
        self.drop()
