"""Which logs are sealed, how long they are kept, and whether they are as they were (J05).

What is swept: sign-ins and looks. The trail of changes stays with the rows that it tells of: an accident's is kept for
ever, and what it holds is no less needed on the 366th day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from models.administration.records import Session, SignIn
from models.administration.second_factor.records import HalfSession
from models.core import clock
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.history import Change
from models.core.logs import sealing
from models.core.logs.access import Access
from models.core.logs.sealing import Log, Seal, SealFault

SEALED: tuple[Log, ...] = (SignIn, Access, Change)
SWEPT: tuple[Log, ...] = (SignIn, Access)
PIECES = 200
ROWS = 5000


def seal_all() -> int:
    """Close what is old enough in every log; gives how many stretches. Call it outside of a transaction."""
    return sum(sealing.seal(record) for record in SEALED)


def sweep_all() -> int:
    """Delete lines older than ANBAN_LOG_DAYS, and sessions that ended as long ago; gives how many rows.

    In pieces, each in a transaction of its own, so that nobody waits. Call it outside of one.
    """
    before = clock.now() - timedelta(days=config().log_days)
    gone = 0
    for record in SWEPT:
        for _ in range(PIECES):
            swept = in_transaction(sealing.sweep, record, before)
            gone += swept
            if not swept:
                break
    return gone + in_transaction(_sweep_sessions)


def _sweep_sessions() -> int:
    before = clock.now() - timedelta(days=config().log_days)
    over = [row.id for row in Session.select(Session.id).where(Session.expires_at < before).limit(ROWS)]
    HalfSession.delete().where(HalfSession.expires_at < clock.now() - timedelta(days=1)).execute()
    return int(Session.delete().where(Session.id.in_(over)).execute()) if over else 0


def verify_all() -> Iterator[SealFault]:
    """Everything in the logs that is not as it was sealed. Connect before use."""
    for record in SEALED:
        yield from sealing.verify(record)


def newest_seals() -> list[Seal]:
    """The newest seal of each log: kept elsewhere, they prove that nothing before was taken away."""
    found = []
    for record in SEALED:
        name = record._meta.table_name
        newest = Seal.select().where(Seal.log == name).order_by(Seal.number.desc()).first()
        if newest is not None:
            found.append(newest)
    return found
