"""Limits by sense: what nobody who means well ever does so often, counted in the database (docs/decisions/limits.md).

A limit says how often within which time, and what is said to whom it meets. `spend` counts and refuses, `count` only
counts, for rules that go on in another way. Both are part of the running transaction: what was refused is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from peewee import CharField, IntegerField, IntegrityError

from models.core import clock
from models.core.chapters import load_all
from models.core.db.connection import database
from models.core.errors import TooMany
from models.core.fields import Moment
from models.core.records import Base

_KEPT = timedelta(days=2)  # longer than any limit counts
_named: dict[str, UsageLimit] = {}


class Usage(Base):
    """How often something was done since the window began."""

    key = CharField(max_length=120, unique=True)
    since = Moment("开始", required=True, index=True)
    count = IntegerField()

    class Meta:
        table_name = "usage_count"


@dataclass(frozen=True)
class UsageLimit:
    """At most `most` within `within` (at most a day), counted from the first on. The words are for whom it meets."""

    name: str
    most: int
    within: timedelta
    title: str
    cause: str
    advice: str

    def __post_init__(self) -> None:
        if self.name in _named or self.within > timedelta(days=1):
            raise ValueError(f"limit {self.name} is declared twice, or counts too long")
        _named[self.name] = self


def all_limits() -> list[UsageLimit]:
    """Every limit that a chapter declares."""
    load_all()
    return list(_named.values())


def spend(limit: UsageLimit, *of: object, amount: int = 1) -> int:
    """Count `amount` more of what `of` names (an account, a case); gives how many that makes.

    Raises TooMany `limit_<name>` with the limit's words beyond it.
    """
    made, since = _add(limit, of, amount)
    if made > limit.most:
        wait = max(1, ceil((since + limit.within - clock.now()).total_seconds()))
        raise TooMany(
            limit.title,
            retry_after=wait,
            code=f"limit_{limit.name}",
            cause=limit.cause,
            advice=limit.advice.format(minutes=ceil(wait / 60)),
        )
    return made


def count(limit: UsageLimit, *of: object, amount: int = 1) -> int:
    """Count `amount` more and give how many that makes; refuses nothing."""
    return _add(limit, of, amount)[0]


def _add(limit: UsageLimit, of: tuple[object, ...], amount: int) -> tuple[int, datetime]:
    key = ":".join([limit.name, *map(str, of)])[:120]
    now = clock.now()
    for _ in range(2):
        running = (Usage.key == key) & (Usage.since > now - limit.within)
        if not Usage.update(count=Usage.count + amount).where(running).execute():
            over = Usage.key == key
            if not Usage.update(count=amount, since=now).where(over).execute():
                try:
                    with database.atomic():
                        Usage.create(key=key, since=now, count=amount)
                except IntegrityError:
                    continue  # somebody began at the same moment
        row = Usage.get(Usage.key == key)
        return row.count, row.since
    raise RuntimeError("a count that can be neither made nor found")


def sweep() -> int:
    """Forget counts that are over; gives how many. Run it hourly."""
    return int(Usage.delete().where(Usage.since < clock.now() - _KEPT).execute())


__all__ = ["Usage", "UsageLimit", "all_limits", "count", "spend", "sweep"]
