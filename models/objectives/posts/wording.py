"""How a work's rhythm is said: 每月 5 日, 每周一, 每季度最后一天 (A05, K05)."""

from __future__ import annotations

from models.objectives.periodic import recurrence
from models.objectives.records import PERIODS, WORK_KINDS

_WEEKDAYS = "一二三四五六日"
PERIOD_TITLES = {choice.value: choice.title for choice in PERIODS}
KIND_TITLES = {choice.value: choice.title for choice in WORK_KINDS}


def rhythm(work: recurrence.Rhythm) -> str:
    """The period and the day within it, in words."""
    title = PERIOD_TITLES[work.period]
    if work.period == recurrence.DAY:
        return title
    if work.period == recurrence.WEEK:
        return f"每周{_WEEKDAYS[(work.day_of or 7) - 1]}"
    if work.day_of == 0:
        return f"{title}最后一天"
    return f"{title} {work.day_of} 日" if work.period == recurrence.MONTH else f"{title}首月 {work.day_of} 日"
