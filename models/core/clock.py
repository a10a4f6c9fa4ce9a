"""The one clock of the house. Moments are aware UTC inside, local only for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from models.core.config import config


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


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


def set_clock(source: Callable[[], datetime] | None) -> None:
    """Take the time from `source` (aware UTC) from now on; None goes back to the system's clock."""
    global _source
    _source = source or _system


@contextmanager
def standing_at(moment: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from `moment` inside of the block, whatever it was taken from before: for the demo's past."""
    global _source
    before, _source = _source, moment
    try:
        yield
    finally:
        _source = before
