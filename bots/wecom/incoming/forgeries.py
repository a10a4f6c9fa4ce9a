"""Callbacks that were refused, counted on the app's record: apart from its errors, so that no forger hides a real one (L01).

A flood of them writes little: whoever finds that ten seconds have passed writes what came to this process since. What is
not written when a process ends is lost, so the figure says at least how many.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

from models.core import clock
from models.core.db.connection import in_transaction
from models.messages.channels.records import WecomApp

_EVERY = timedelta(seconds=10)
_lock = threading.Lock()
_waiting: Counter[int] = Counter()


def count(app_id: int, why: str) -> None:
    """One more of them; `why` says what was wrong with it, in words. Call it outside of a transaction."""
    with _lock:
        _waiting[app_id] += 1
    in_transaction(_note, app_id, why)


def _note(app_id: int, why: str) -> None:
    now = clock.now()
    app = WecomApp.get_or_none(WecomApp.id == app_id)
    if app is None or (app.forged_at is not None and app.forged_at > now - _EVERY):
        return
    with _lock:
        many = _waiting.pop(app_id, 0)
    if many:
        WecomApp.update(forged=WecomApp.forged + many, forged_at=now, forged_why=why[:60]).where(
            WecomApp.id == app_id
        ).execute()
