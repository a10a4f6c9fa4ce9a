"""The one clock of the house. Moments are aware UTC inside, local only for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from models.core.config import config


def _system() -> datetime:
    return datetime.now(UTC)


def _not_at_all() -> float:
    return 0.0


_source: Callable[[], datetime] = _system
_ahead: Callable[[], float] = _not_at_all


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def today() -> date:
    """The present day where the installation is."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """`moment` in the installation's time zone; a naive one is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(config().time_zone)


def midnight(day: date) -> datetime:
    """The moment at which a day begins where the installation is, aware, in UTC."""
    return datetime.combine(day, time(), tzinfo=config().time_zone).astimezone(UTC)


def ahead() -> int:
    """By how many seconds the demo's clock was put forward: phones that look at the demo go by it, too."""
    return round(_ahead())


def set_clock(source: Callable[[], datetime] | None, put_forward: Callable[[], float] | None = None) -> None:
    """Take the time from `source` (aware UTC) from now on; None goes back to the system's clock.

    `put_forward` gives the seconds that somebody moved it by in sight of everybody, as in the demo.
    """
    global _source, _ahead
    _source, _ahead = source or _system, put_forward or _not_at_all


@contextmanager
def standing_at(moment: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from `moment` inside of the block, whatever it was taken from before: for the demo's past."""
    global _source
    before, _source = _source, moment
    try:
        yield
    finally:
        _source = before
