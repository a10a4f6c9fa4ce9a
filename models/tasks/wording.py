"""Words that lists, cards and messages of tasks share: when something is due, what a title asks (H02, L01)."""

from __future__ import annotations

from datetime import datetime

from models.core import clock

_DAYS = {-1: "昨天", 0: "今天", 1: "明天"}
_TITLE = 160


def when(moment: datetime | None) -> str:
    """A moment for people: 今天 18:00, 明天 09:30, 12-03 18:00, in another year 2027-01-04 18:00; empty for none."""
    if moment is None:
        return ""
    at, today = clock.local(moment), clock.today()
    day = _DAYS.get((at.date() - today).days)
    if day is None:
        day = f"{at:%m-%d}" if at.year == today.year else f"{at:%Y-%m-%d}"
    return f"{day} {at:%H:%M}"


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
