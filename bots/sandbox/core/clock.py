"""The sandbox's own time: the system's, put forward as far as somebody wants."""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970. All limits and expiries of the sandbox go by it.

    `shared`: Anban goes by it too, as in the demo; else Anban's is the system's, and envelopes carry that. `zone`: where the
    phones are, by which the page shows it.
    """

    def __init__(self, ahead: float = 0) -> None:
        self.ahead = ahead
        self.shared = False
        self.zone = "Asia/Shanghai"

    def now(self) -> float:
        """The sandbox's present moment, in seconds since 1970."""
        return time.time() + self.ahead

    def forward(self, seconds: float) -> None:
        """Put it forward; raises ValueError for a step back, which would make tickets young again."""
        if not 0 <= seconds <= 400 * 86400:
            raise ValueError("the clock goes forward only, by 400 days at most")
        self.ahead += seconds
