"""Moments and days as people read them: one form wherever something is told, on a card, in a list or in a message."""

from __future__ import annotations

from datetime import date, datetime

from models.core import clock

_DAYS = {-1: "昨天", 0: "今天", 1: "明天"}


def day(value: date | None) -> str:
    """A day: 今天, 昨天, 明天, else 2026-12-03; empty for none. The fronts write it so, too."""
    if value is None:
        return ""
    return _DAYS.get((value - clock.today()).days) or f"{value:%Y-%m-%d}"


def when(moment: datetime | None) -> str:
    """A moment: 今天 18:00, 明天 09:30, 2026-12-03 18:00; empty for none."""
    if moment is None:
        return ""
    at = clock.local(moment)
    return f"{day(at.date())} {at:%H:%M}"


def stamp(moment: datetime) -> str:
    """A moment in a text that is kept and read some other day: 2026-11-22 08:02."""
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"
