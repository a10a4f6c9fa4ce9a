"""Moments and days as people read them: one form wherever something is told, on a card, in a list or in a message."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from models.core import clock

_DAYS = {-1: "昨天", 0: "今天", 1: "明天"}
_AWAY = {word: days for days, word in _DAYS.items()}
#: A day that stands before a time of day.
_SAID = re.compile(r"(?:今天|昨天|明天|\b\d{4}-\d{2}-\d{2})(?= \d{2}:\d{2})")


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


def said_now(text: str, written: datetime) -> str:
    """A text that was written at that moment, with its moments as they are said today: what was 今天 is 昨天 by now."""
    then = clock.local(written).date()

    def said(found: re.Match[str]) -> str:
        word = found[0]
        if word in _AWAY:
            return day(then + timedelta(days=_AWAY[word]))
        try:
            return day(date.fromisoformat(word))
        except ValueError:
            return word

    return _SAID.sub(said, text)
