"""How a way is doing, on its own record: when it last worked, and what was wrong the last time it did not (L01, L06)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core import clock

_EVERY = timedelta(seconds=10)


def note(via: Any, error: str = "") -> None:
    """Write down how a call went; in a transaction. A success is written at most every ten seconds."""
    kind, now = type(via), clock.now()
    mine = kind.id == via.id
    if error:
        kind.update(last_error=error[:300], last_error_at=now).where(mine).execute()
        return
    stale = kind.last_ok_at.is_null() | (kind.last_ok_at < now - _EVERY)
    kind.update(last_ok_at=now).where(mine, stale).execute()
