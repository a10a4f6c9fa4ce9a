"""When a message may go out: quiet hours, which accidents pass, and windows in which small news gather (K01)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache

from models.core import clock
from models.core.config import config
from models.core.fields import Hours, Integer
from models.core.settings import CompanySetting
from models.messages.records import LOW, URGENT

QUIET_HOURS: CompanySetting[str] = CompanySetting(
    "quiet-hours",
    "消息",
    Hours("免打扰时段", help="这段时间只发紧急消息（事故）；写成 22:00-07:00 的样子，留空是全天都发"),
    default=lambda: config().quiet_hours,
    may_be_empty=True,
    empty="全天都发",
)
BUNDLE_MINUTES: CompanySetting[int] = CompanySetting(
    "bundle-minutes",
    "消息",
    Integer("不急的消息合并", max=720, unit="分钟", help="这么长时间内的不急的消息合成一条发；0 是各发各的"),
    default=lambda: config().bundle_minutes,
    zero="各发各的",
)


def earliest(
    urgency: int, moment: datetime, company_id: int | None = None, *, gather: bool = False
) -> datetime:
    """The first moment from `moment` on at which a message of `urgency` may go out to people of a company.

    Urgent ones at once. With `gather` a message of low urgency waits for the end of its window, so that all of
    a window are due together and `bundling` can make one of them.
    """
    if urgency >= URGENT:
        return moment
    minutes = BUNDLE_MINUTES.of(company_id) if gather and urgency <= LOW else 0
    if minutes:
        moment = _end_of_window(moment, minutes * 60)
    return until(moment, company_id) or moment


def until(moment: datetime, company_id: int | None = None) -> datetime | None:
    """When the quiet hours of a company end that `moment` lies in, or None outside of them."""
    hours = _hours(QUIET_HOURS.of(company_id))
    if hours is None:
        return None
    begin, end = hours
    local = clock.local(moment)
    at, day = local.time(), local.date()
    if begin <= end:
        quiet = begin <= at < end
    else:
        quiet = at >= begin or at < end
        day += timedelta(days=at >= begin)
    return datetime.combine(day, end, local.tzinfo).astimezone(moment.tzinfo) if quiet else None


@lru_cache(maxsize=8)
def _hours(text: str) -> tuple[time, time] | None:
    first, _, last = text.partition("-")
    if not last:
        return None
    return time.fromisoformat(first), time.fromisoformat(last)


def _end_of_window(moment: datetime, seconds: int) -> datetime:
    passed = moment.timestamp() % seconds
    return moment + timedelta(seconds=seconds - passed)
