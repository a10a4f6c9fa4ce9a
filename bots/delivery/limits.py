"""How often a platform lets itself be called, kept in Redis so that all processes share it (L01).

Windows slide and are exact: a take is counted to the millisecond, all of it or nothing, by one Lua script. On WeCom what
is too much for one member is dropped without a word (reference §1.5), so it must never be sent at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models.core import clock

#: A call needs time to arrive: two that leave 60 s apart may arrive within 60 s. Windows are longer by this (s).
MARGIN = 1.0
_SCRIPT = Path(__file__).with_name("limits.lua").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Window:
    """At most `most` within any `seconds`."""

    most: int
    seconds: float


#: What the platform grants, by the first part of a scope (official figures: reference §1.5).
RATES: Mapping[str, tuple[Window, ...]] = {
    "member": (Window(30, 60), Window(1000, 3600)),  # one member by one app; the rest is dropped silently
    "api": (Window(10_000, 60), Window(150_000, 3600)),  # one corp, one interface
    "robot": (Window(20, 60),),  # refused tries count, too
    "ip": (Window(20_000, 60), Window(600_000, 3600)),  # all that leaves this installation
    "appchat_member": (Window(200, 60), Window(10_000, 86_400)),
    "appchat": (Window(20_000, 60),),  # person-times of one corp
}


def member(corp_id: str, agent_id: int, user_id: str) -> str:
    """The scope of what one app sends to one member. WeCom doesn't tell upper from lower case in a userid."""
    return f"member:{corp_id}:{agent_id}:{user_id.lower()}"


def api(corp_id: str, path: str) -> str:
    """The scope of one interface of one corp, such as `message/send`."""
    return f"api:{corp_id}:{path}"


def robot(key: str) -> str:
    """The scope of a group robot. Its key is a secret, so it isn't named."""
    return f"robot:{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def ip(host: str) -> str:
    """The scope of everything that goes to one platform from here."""
    return f"ip:{host}"


class SendLimits:
    """Counts what was sent. `redis` is a client (redis-py, or fakeredis where embedded), `now` the clock."""

    def __init__(
        self,
        redis: Any,
        *,
        now: Callable[[], datetime] = clock.now,
        rates: Mapping[str, Sequence[Window]] = RATES,
        margin: float = MARGIN,
        prefix: str = "{anban:limits}",  # the braces keep all in one slot of a Redis cluster
    ) -> None:
        self._script = redis.register_script(_SCRIPT)
        self._now = now
        self._rates = rates
        self._margin = margin
        self._prefix = prefix

    def take(self, scope: str, n: int = 1) -> float:
        """Count `n` in all windows of `scope` and give 0.0; or count nothing and give the seconds to wait.

        Raises ValueError for a scope without rates, and for an `n` that could never pass.
        """
        return self.take_all([(scope, n)])

    def take_all(self, wanted: Iterable[tuple[str, int]]) -> float:
        """As `take`, for several scopes at once: counted in all of them, or in none. The longest wait decides."""
        together: dict[str, int] = {}
        for scope, n in wanted:
            together[scope] = together.get(scope, 0) + n
        return max(self._run(list(together.items()), "all"), default=0.0)

    def take_each(self, scopes: Sequence[str], n: int = 1) -> list[float]:
        """As `take` for each of `scopes` by itself, in one go; the answers are in their order."""
        return self._run([(scope, n) for scope in scopes], "each")

    def used(self, scope: str) -> list[tuple[int, Window]]:
        """How much of each window of `scope` is used, for the health of a way. Counts nothing."""
        counts = self._run([(scope, 0)], "used")
        return list(zip([int(count) for count in counts], self._windows(scope), strict=True))

    def _windows(self, scope: str) -> Sequence[Window]:
        windows = self._rates.get(scope.partition(":")[0])
        if not windows:
            raise ValueError(f"no rates for {scope.partition(':')[0]!r}")
        return windows

    def _run(self, wanted: Sequence[tuple[str, int]], mode: str) -> list[float]:
        if not wanted:
            return []
        keys: list[str] = []
        numbers: list[int] = []
        for group, (scope, n) in enumerate(wanted, 1):
            for window in self._windows(scope):
                if n < 0 or n > window.most:
                    raise ValueError(f"{n} at once never pass {window.most} in {window.seconds} s")
                keys.append(f"{self._prefix}:{scope}:{window.seconds:g}")
                numbers += [group, n, window.most, round((window.seconds + self._margin) * 1000)]
        now = round(self._now().timestamp() * 1000)
        answers = self._script(keys=keys, args=[mode, now, *numbers])
        return [float(answer) if mode == "used" else float(answer) / 1000 for answer in answers]
