"""What an error of a platform means for what was to be sent: later, by another way, or never (L01)."""

from __future__ import annotations

from models.messages.delivery.deliveries import LIMITED, NETWORK, PLATFORM, Failure


def limited(reason: str, seconds: float) -> Failure:
    """It was too much for now; the platform, or our own count, says how long to wait."""
    return Failure(LIMITED, reason, seconds, True)


def unreachable(reason: str) -> Failure:
    """Nobody answered. Tried again, later each time."""
    return Failure(NETWORK, reason, 2.0, True)


def busy(code: int | str, reason: str) -> Failure:
    """The platform says that it can't just now. Tried again, later each time."""
    return Failure(f"{PLATFORM}.{code}"[:40], reason, 3.0, True)


def never(code: int | str, reason: str) -> Failure:
    """It will not work by this way: the next one is taken."""
    return Failure(str(code)[:40], reason, None, True)
