"""What is kept of acts on many rows goes after its time: rows with what they were, files of removed ones, then the acts."""

from __future__ import annotations

from datetime import timedelta

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.files.attachments import drop_aside
from models.core.ledger.bulk.records import UNDO_HOURS, BulkAct, BulkRow
from models.core.ledger.bulk.snapshots import REMOVED

_KEEP_ACTS = timedelta(days=30)
_PART = 500


def sweep() -> int:
    """Forget what can't be undone any more, some rows at a time; gives how many rows. Run it hourly."""
    gone = 0
    for act_id in in_transaction(_over, write=False):
        while number := in_transaction(_forget, act_id):
            gone += number
    in_transaction(_drop_acts)
    return gone


def _over() -> list[int]:
    """Acts that have rows and can't be undone: their time is over, or they never could and were told of long enough."""
    now = clock.now()
    told = now - timedelta(hours=UNDO_HOURS.of(None))
    over = (BulkAct.undo_until < now) | (BulkAct.undo_until.is_null() & (BulkAct.created_at < told))
    rows = BulkRow.select(BulkRow.act_id).distinct()
    return [act_id for (act_id,) in BulkAct.select(BulkAct.id).where(over, BulkAct.id.in_(rows)).tuples()]


def _forget(act_id: int) -> int:
    ids = [one for (one,) in BulkRow.select(BulkRow.id).where(BulkRow.act_id == act_id).limit(_PART).tuples()]
    if ids:
        drop_aside(REMOVED, ids)
        BulkRow.delete().where(BulkRow.id.in_(ids)).execute()
    return len(ids)


def _drop_acts() -> None:
    BulkAct.delete().where(BulkAct.created_at < clock.now() - _KEEP_ACTS).execute()


__all__ = ["sweep"]
