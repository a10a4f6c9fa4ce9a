"""One search through every ledger that can be searched, for the box in the head of the console."""

from __future__ import annotations

from typing import Any

from models.core.ledger.reading.describe import readable_ledgers
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.rows import row_json
from models.core.security.actor import Actor

LEAST = 2  # signs; one finds half of everything


def search(actor: Actor, q: str, *, limit: int = 4) -> list[dict[str, Any]]:
    """The first `limit` rows of each ledger that the actor may read and that match, as `{"ledger", "row"}`.

    Nothing for less than two signs. Raises Invalid as a list does.
    """
    if len(q.strip()) < LEAST:
        return []
    found = []
    for ledger in readable_ledgers(actor):
        if ledger.search:
            query = ListQuery.parse(ledger, q=q, limit=limit)
            rows = Selection(actor, ledger, query, ledger.rights["read"]).fetch(None, limit)
            found += [{"ledger": ledger.name, "row": row} for row in row_json(actor, ledger, rows)]
    return found


__all__ = ["search"]
