"""Days, weeks, months and years of a statistic: which days they have, and how a column is brought to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from peewee import SQL, Case, DateTimeField, fn

from models.core import clock
from models.core.config import config
from models.core.db.connection import is_sqlite
from models.core.errors import Invalid, Malformed
from models.core.fields import parse_day
from models.core.views.declaration import MAX_DAYS

STEPS = {"day": "日", "week": "周", "month": "月", "quarter": "季度", "year": "年"}
#: How much of `2026-11-30` says which one it is; weeks are put together from days, quarters from months.
_LETTERS = {"day": 10, "week": 10, "month": 7, "quarter": 7, "year": 4}
_AT_FIRST = 30
Days = tuple[date, date]


def is_asked(given: Any) -> bool:
    """Whether somebody chose a period."""
    return isinstance(given, Mapping) and bool(given.get("from") or given.get("to"))


def last_months() -> dict[str, str]:
    """The twelve months up to this one, as a filter."""
    month = begin(clock.today(), "month")
    first = end(month.replace(year=month.year - 1), "month") + timedelta(days=1)
    return {"from": first.isoformat(), "to": clock.today().isoformat()}


def coming() -> dict[str, str]:
    """The twelve months from this one on, as a filter."""
    first = begin(clock.today(), "month")
    return {
        "from": first.isoformat(),
        "to": (first.replace(year=first.year + 1) - timedelta(days=1)).isoformat(),
    }


def days_of(given: Any, step: str) -> Days:
    """The first and the last day of a period: as it was asked for, or what fits the step, up to today.

    Raises Invalid for one that is longer than three years or ends before it begins.
    """
    asked = given if isinstance(given, Mapping) else {}
    try:
        last = parse_day(str(asked["to"])[:10]) if asked.get("to") else None
        first = parse_day(str(asked["from"])[:10]) if asked.get("from") else None
    except Malformed as error:
        raise Invalid("时间范围不对", fields={"period": error.message}, advice="请重新选择起止日期") from None
    last = last or max(clock.today(), first or date.min)
    first = first or _first_at_first(last, step)
    if first > last:
        raise Invalid("时间范围不对", fields={"period": "开始日期在结束日期之后"}, advice="请把起止日期对调")
    if (last - first).days >= MAX_DAYS:
        raise Invalid(
            "时间范围太长",
            fields={"period": "一次最多统计三年"},
            cause="一次最多统计三年",
            advice="请把起止日期选在三年之内",
        )
    return first, last


def _first_at_first(last: date, step: str) -> date:
    if step == "day":
        return last - timedelta(days=_AT_FIRST - 1)
    if step == "week":
        return begin(last, "week") - timedelta(weeks=11)
    if step == "quarter":
        return date(last.year - 1, 1, 1)
    return last.replace(month=1, day=1) if step == "month" else date(last.year - 1, 1, 1)


def begin(day: date, step: str) -> date:
    """The first day of the day's week (from Monday), month, quarter or year."""
    if step == "quarter":
        return day.replace(day=1, month=3 * ((day.month - 1) // 3) + 1)
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1, month=1) if step == "year" else day.replace(day=1) if step == "month" else day


def end(day: date, step: str) -> date:
    """The last day of the week, month, quarter or year that begins with `day`."""
    if step == "quarter":
        return (day + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    if step == "week":
        return day + timedelta(days=6)
    if step == "year":
        return day.replace(month=12, day=31)
    return (day + timedelta(days=31)).replace(day=1) - timedelta(days=1) if step == "month" else day


def periods(days: Days, step: str) -> list[date]:
    """The first days of all periods that the days touch, in order."""
    found = [begin(days[0], step)]
    while (following := end(found[-1], step) + timedelta(days=1)) <= days[1]:
        found.append(following)
    return found


def title(day: date, step: str) -> str:
    """What a period is called."""
    if step == "week":
        return f"{day.isoformat()} 起一周"
    if step == "quarter":
        return f"{day.year} 年第 {(day.month + 2) // 3} 季度"
    return day.isoformat()[: _LETTERS[step]]


def bounds(day: date, step: str, days: Days) -> dict[str, str]:
    """A period as a filter, within the days that were asked for."""
    return {
        "from": max(day, days[0]).isoformat(),
        "to": min(end(day, step), days[1]).isoformat(),
    }


def in_sql(column: Any, step: str, days: Days) -> Any:
    """The expression that brings a column of days or moments to its day, month or year, as the beginning of ISO's date."""
    local = shifted(column, days) if isinstance(column, DateTimeField) else column
    return fn.SUBSTR(local, 1, _LETTERS[step]).converter(str)


def from_sql(text: str, step: str) -> date:
    """The first day of the period that `in_sql` gave."""
    return begin(date.fromisoformat(f"{text}-01-01"[:10]), step)


def shifted(column: Any, days: Days) -> Any:
    """A stored moment (UTC) on the clock of the place. An hour of summer time begins where it does."""
    parts = _offsets(days, config().time_zone)
    if len(parts) == 1:
        return _plus(column, parts[0][1])
    return Case(
        None,
        [(column < until, _plus(column, seconds)) for until, seconds in parts[:-1]],
        _plus(column, parts[-1][1]),
    )


def _plus(column: Any, seconds: int) -> Any:
    if is_sqlite():
        return fn.DATETIME(column, f"{seconds:+d} seconds")
    return fn.DATE_ADD(column, SQL(f"INTERVAL {seconds:d} SECOND"))


@lru_cache(64)
def _offsets(days: Days, zone: tzinfo) -> list[tuple[datetime, int]]:
    """How far the clock of the place is ahead of UTC, in seconds, and until when, over the days."""
    first = datetime.combine(days[0], time(), tzinfo=UTC) - timedelta(days=1)
    last = datetime.combine(days[1], time(), tzinfo=UTC) + timedelta(days=2)
    found, moment = [], first
    while moment < last:
        following = moment + timedelta(days=1)
        if _offset(following, zone) != _offset(moment, zone):
            found.append((_change(moment, following, zone), _offset(moment, zone)))
        moment = following
    return [*found, (last, _offset(last, zone))]


def _change(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The moment between two at which the clock was changed."""
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if _offset(middle, zone) == _offset(low, zone) else (low, middle)
    return high.replace(microsecond=0)


def _offset(moment: datetime, zone: tzinfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
