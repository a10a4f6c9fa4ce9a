"""Words that lists, cards and messages of tasks share: when something is due, what a title asks (H02, L01)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from models.core import clock
from models.core.text.date_words import when

_TITLE = 160


def number(value: Any) -> str:
    """A number as one writes it: 12 for 12.0, 12.5 for 12.50; empty for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return ""
    plain = f"{Decimal(str(value)):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def before(moment: datetime | None) -> str:
    """Until when: 今天 18:00前; 已超时，应于 昨天 18:00; empty without a deadline."""
    if moment is None:
        return ""
    return f"{when(moment)}前" if moment >= clock.now() else f"已超时，应于 {when(moment)}"


def asked(verb: str, place: str, title: str, due_at: datetime | None = None, *, most: int = _TITLE) -> str:
    """A title that says what is asked, where, and until when: 【待确认】1号泵房 电缆裸露 · 今天 18:00前.

    The deadline is never cut off, a long title is; on a short line (`most`) the place goes first, as it stands below.
    """
    head, tail = f"【{verb}】", f" · {before(due_at)}" if due_at is not None else ""
    # What it is called says where it is as often as not.
    where = f"{place} " if place and not any(part in title for part in place.split(" · ")) else ""
    room = most - len(head) - len(tail)
    middle = f"{where}{title}"
    if most < _TITLE and len(middle) > room:
        middle = title
    return f"{head}{middle if len(middle) <= room else middle[: room - 1] + '…'}{tail}"
