"""Rows are added to the sums that a job keeps; until then they are counted beside these."""

from __future__ import annotations

from models.core.db.connection import in_transaction
from models.core.records import Record
from models.core.views.kept_sums import words as of
from models.core.views.kept_sums.upkeep import all_kept

_AT_ONCE = 500  # rows of a transaction


def sum_up(limit: int) -> int:
    """Add up to `limit` rows of each record to the sums that a job keeps of it; gives the most of a record (a job).

    A row is marked, and its watcher adds it: so both are done in one transaction, and no row is added twice.
    """
    waiting = {(kept.record, kept.later): of.waiting(kept) for kept in all_kept() if kept.later}
    most = 0
    for (record, later), condition in waiting.items():
        key = record._meta.primary_key
        query = record.select(key).where(condition).order_by(key).limit(limit)
        ids = in_transaction(lambda query=query: [row_id for (row_id,) in query.tuples()], write=False)
        for start in range(0, len(ids), _AT_ONCE):
            in_transaction(_mark, record, later, ids[start : start + _AT_ONCE])
        most = max(most, len(ids))
    return most


def _mark(record: type[Record], later: str, ids: list[int]) -> None:
    # By their keys alone: with a condition on the column that is marked, its index would be locked, and who writes wait.
    record.update(**{later: True}).where(record._meta.primary_key.in_(ids)).execute()
