"""What hangs on a row: lists of other ledgers' rows that name it, as those declare by `related` (a line each)."""

from __future__ import annotations

from typing import Any

from models.core.fields import People
from models.core.ledger.declaration import Ledger, hanging_on
from models.core.ledger.reading import listing
from models.core.ledger.reading.describe import offered
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor

SHOWN = 5


def related_lists(actor: Actor, ledger: Ledger, row_id: int) -> list[dict[str, Any]]:
    """What hangs on a row, by ledger that the actor may read: `{"ledger", "title", "noun", "measure", "by", "by_title",
    "many", "create", "count", "items"}` with the first rows, newest first as that ledger's list has them.

    The rights of each ledger decide what is in its list. `create`: the actor may make one that names this row.
    Raises NotFound for a row that the actor may not see.
    """
    ledger.record.find(actor, ledger.rights["read"], row_id)
    found = []
    for other, name in hanging_on(ledger):
        if not offered(other, actor, "read"):
            continue
        query = ListQuery.parse(other, filters={name: [str(row_id)]}, limit=SHOWN)
        page = listing.list_rows(actor, other, query)
        derived = other.derived_named(name)
        field = other.field_named(name) if derived is None or derived.field is not None else None
        found.append(
            {
                "ledger": other.name,
                "title": other.title,
                "noun": other.noun,
                "measure": other.measure,
                "by": name,
                "by_title": other.title_of(name),
                "many": isinstance(field, People),
                "create": offered(other, actor, "create") and name in other.form_fields(),
                "count": page["count"],
                "items": page["items"],
            }
        )
    return found


__all__ = ["SHOWN", "related_lists"]
