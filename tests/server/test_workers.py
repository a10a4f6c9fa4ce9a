"""Embedded and in production the same work is done: what the loop keeps at, beat asks for too (L08)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from server import celery
from server.workers import works


def test_beat_asks_for_every_work_there_is() -> None:
    call: Any = SimpleNamespace(plain=print)
    news: Any = None
    asked = {entry["args"][0] for entry in celery.app.conf.beat_schedule.values()}
    assert asked == set(works(call, news))
