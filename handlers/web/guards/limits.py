"""How often: by account and by address, for each kind of request. No honest use comes near these.

One number for each account and kind is kept in the process (the moment until which its share is spent, GCRA), so a
question costs a microsecond. What is dear besides, exports and uploads, is counted in Redis too, for all processes of
the installation together; where Redis is away the process's own count holds. The gate is limited by account alone: at
shift change thousands scan behind one address.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from handlers.web.operations import PUBLIC, Operation
from models.core.errors import TooMany

_MEMORY = 50_000
#: At most so many within so many seconds. `address…`: of one address; all others: of one account.
DEFAULTS: Mapping[str, str] = {
    "read": "1200/60",
    "write": "300/60",
    "search": "240/60",
    "export": "60/600",
    "upload": "600/600",
    "password": "20/600",
    "gate": "240/60",
    "address": "12000/20",
    "address_public": "3000/60",
    "address_picture": "6000/60",
    "address_report": "30/600",
}
SHARED = frozenset({"export", "upload", "password", "address_report"})
Tally = Callable[[str, int], Awaitable[int | None]]


@dataclass(frozen=True)
class RateLimit:
    """At most `most` within any `seconds`, and as many at once."""

    most: int
    seconds: float

    @staticmethod
    def read(text: str) -> RateLimit:
        """From text such as 300/60. Raises ValueError."""
        most, _, seconds = text.partition("/")
        rate = RateLimit(int(most), float(seconds))
        if rate.most < 1 or rate.seconds <= 0:
            raise ValueError(f"{text!r}: write as 300/60, at most 300 within 60 seconds")
        return rate


def rates(given: Mapping[str, str]) -> dict[str, RateLimit]:
    """All rates, `given` ones instead of the usual. Raises ValueError for an unknown kind or no rate."""
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        raise ValueError(f"no such kinds of requests: {', '.join(unknown)}; there are {', '.join(DEFAULTS)}")
    return {kind: RateLimit.read(text) for kind, text in {**DEFAULTS, **given}.items()}


class RequestLimits:
    """Counts by kind and key. `tally(key, seconds)` counts for all processes: how many there were, None if unknown."""

    def __init__(
        self, given: Mapping[str, str] | None = None, *, tally: Tally | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        found = rates(given or {})
        self._steps = {kind: (rate.seconds / rate.most, rate.seconds) for kind, rate in found.items()}
        self._rates, self._tally, self._now = found, tally, now
        self._spent: dict[tuple[str, Any], float] = {}

    def take(self, kind: str, key: Any) -> float:
        """Count one and give 0; or count nothing and give the seconds to wait."""
        step, span = self._steps[kind]
        now, spent = self._now(), self._spent
        until = spent.get((kind, key), 0.0)
        if until < now:
            until = now
        wait = until + step - now - span
        if wait > 1e-9:
            return wait
        if len(spent) > _MEMORY:
            self._forget(now)
        spent[kind, key] = until + step
        return 0.0

    def check(self, kind: str, key: Any) -> None:
        """Count one. Raises TooMany."""
        wait = self.take(kind, key)
        if wait:
            raise too_often(wait)

    async def check_all(self, kind: str, key: Any) -> None:
        """Count one here, and if it is dear for all processes together. Raises TooMany."""
        self.check(kind, key)
        if self._tally is None or kind not in SHARED:
            return
        rate = self._rates[kind]
        count = await self._tally(f"{kind}:{key}", ceil(rate.seconds))
        if count is not None and count > rate.most:
            raise too_often(rate.seconds / rate.most)

    def _forget(self, now: float) -> None:
        self._spent = {key: until for key, until in self._spent.items() if until > now}
        if len(self._spent) > _MEMORY:  # a flood of keys: who is left out begins anew
            self._spent = dict(list(self._spent.items())[_MEMORY // 2 :])


def too_often(wait: float) -> TooMany:
    """The refusal for more than the share."""
    seconds = max(1, ceil(wait))
    return TooMany(
        "操作太频繁", cause="短时间内请求太多", advice=f"请 {seconds} 秒后再试", retry_after=seconds
    )


def kind_of(described: Operation, method: str, query: str) -> str:
    """Which kind of request a method of a route is."""
    if described.load:
        return described.load
    if described.right == PUBLIC:
        return "address_public"
    if described.consumes != "application/json":
        return "upload"
    if method in ("GET", "HEAD"):
        return "search" if query.startswith("q=") or "&q=" in query else "read"
    return "write"
