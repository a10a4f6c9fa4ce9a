"""What an act on many rows would do, before it is done: tried on the rows themselves, and rolled back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from models.core.db.connection import in_savepoint, in_transaction
from models.core.files.attachments import Attachment
from models.core.ledger.bulk import one_row
from models.core.ledger.bulk.chosen import AskedRows, ChosenRows
from models.core.ledger.bulk.reasons import Refused, together
from models.core.ledger.bulk.records import ACT, DELETE, MADE, UNDO_HOURS, BulkRow
from models.core.ledger.bulk.running import checked_values, right_of, title_of, why_no_undo
from models.core.ledger.bulk.snapshots import columns_beside
from models.core.ledger.declaration import Ledger
from models.core.security.actor import Actor

#: So many rows are tried; what is beyond them is said to be checked when it is done.
TRIED = 200
_REASONS = 10


class _Enough(Exception):
    """The trial is over: nothing of it stays."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__()
        self.found = found


def preview(
    actor: Actor, ledger: Ledger, kind: str, asked: AskedRows, *, action: str | None = None
) -> dict[str, Any]:
    """What would come of it, as `BulkPreview` in docs/http-api.md; nothing is written. Raises as `running.start` does,
    but where the number of rows has changed: that it says.

    Opens a transaction of its own, which is rolled back whole.
    """
    try:
        in_transaction(in_savepoint, _try, actor, ledger, kind, asked, action)
    except _Enough as over:
        return over.found
    raise AssertionError("unreachable")


def _try(actor: Actor, ledger: Ledger, kind: str, asked: AskedRows, action: str | None) -> None:
    right = right_of(ledger, kind, action)
    actor.require(right)
    values = checked_values(actor, ledger, kind, action, asked.values)
    chosen = ChosenRows(actor, ledger, asked)
    ids = chosen.first(TRIED)
    goes = _goes_along(ledger, chosen) if kind == DELETE else []
    not_back = Counter[str]()
    refused: list[Refused] = []
    for row_id in ids:
        if kind == ACT:  # its rule may reach beyond the database: it is only asked whether it would begin
            kept = one_row.would_begin(actor, ledger, action or "", row_id)
        else:
            kept = one_row.do(actor, ledger, kind, action, BulkRow(id=0, row_id=row_id), values)
        if kept["state"] == MADE:
            not_back.update([kept["reason"]] if kept["reason"] else [])
            continue
        refused.append((kept["code"], kept["reason"], 1, kept["label"]))
    raise _Enough(
        {
            "title": title_of(ledger, kind, action, chosen.count),
            "count": chosen.count,
            "seen": asked.count,
            "tried": len(ids),
            "refused": len(refused),
            "refusals": together(refused),
            "goes_along": goes,
            "why_no_undo": why_no_undo(ledger, kind) or None,
            "not_back": [
                {"reason": reason, "count": count} for reason, count in not_back.most_common(_REASONS)
            ],
            "undo_hours": UNDO_HOURS.of(None),
        }
    )


def _goes_along(ledger: Ledger, chosen: ChosenRows) -> list[dict[str, Any]]:
    """What is deleted with the rows, in numbers."""
    found = [(title, chosen.naming(column).count()) for title, column in columns_beside(ledger)]
    if ledger.attachments:
        files = chosen.naming(Attachment.row_id).where(Attachment.ledger == ledger.name)
        found.append(("附件", files.count()))
    return [{"title": title, "count": count} for title, count in found if count]


__all__ = ["TRIED", "preview"]
