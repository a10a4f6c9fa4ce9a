"""What the ledgers of ways say of their rows: whether one is broken, and who forged what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.core.security.actor import Actor
from models.messages.channels.ledgers import _forged, _tone
from models.messages.channels.records import WecomApp

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("values", "tone"),
    [
        ({}, "plain"),
        ({"last_ok_at": NOON}, "plain"),
        ({"last_error_at": NOON}, "bad"),
        ({"last_error_at": NOON, "last_ok_at": NOON - SECOND}, "bad"),
        ({"last_error_at": NOON, "last_ok_at": NOON}, "plain"),
        ({"last_error_at": NOON, "last_ok_at": NOON + SECOND}, "plain"),
        ({"last_error_at": NOON, "enabled": False}, "plain"),
    ],
)
def test_a_way_whose_last_try_failed_is_red_while_it_is_on(values: dict[str, Any], tone: str) -> None:
    assert _tone(WecomApp(**values), None) == tone


def test_forged_callbacks_are_told_where_there_were_any() -> None:
    rows = [WecomApp(id=1, forged=3, forged_at=NOON, forged_why="签名不对"), WecomApp(id=2)]
    assert _forged(Actor(None, "管理员"), rows) == {1: "3 次，最近 2026-11-24 12:00：签名不对"}
