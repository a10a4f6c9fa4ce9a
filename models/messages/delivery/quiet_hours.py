"""When a message may go out: quiet hours, which accidents pass, and windows in which small news gather (K01)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache

from models.core import clock
from models.core.config import config
from models.messages.records import LOW, URGENT


def earliest(urgency: int, moment: datetime, *, gather: bool = False) -> datetime:
    """The first moment from `moment` on at which a message of `urgency` may go out.

    Urgent ones at once. With `gather` a message of low urgency waits for the end of its window, so that all of
    a window are due together and `bundling` can make one of them.
    """
    if urgency >= URGENT:
        return moment
    if gather and urgency <= LOW and config().bundle_minutes:
        moment = _end_of_window(moment, config().bundle_minutes * 60)
    return until(moment) or moment


def until(moment: datetime) -> datetime | None:
    """When the quiet hours end that `moment` lies in, or None outside of them."""
    hours = _hours(config().quiet_hours)
    if hours is None:
        return None
    begin, end = hours
    local = clock.local(moment)
    at = local.time()
    quiet = begin <= at < end if begin < end else (at >= begin or at < end)
    if not quiet:
        return None
    day = local.date() + timedelta(days=1 if at >= end else 0)
    return datetime.combine(day, end, local.tzinfo).astimezone(moment.tzinfo)


@lru_cache(maxsize=8)
def _hours(text: str) -> tuple[time, time] | None:
    first, _, last = text.partition("-")
    if not last or first == last:
        return None
    return time.fromisoformat(first), time.fromisoformat(last)


def _end_of_window(moment: datetime, seconds: int) -> datetime:
    passed = moment.timestamp() % seconds
    return moment + timedelta(seconds=seconds - passed)
