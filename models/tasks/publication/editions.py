"""All editions of a row, each with what was different and who decided (B03)."""

from __future__ import annotations

from typing import Any

from models.core.fields import moment_text
from models.core.ledger.declaration import Ledger
from models.core.security.actor import Actor
from models.tasks.publication.copying import differences
from models.tasks.publication.reading import publication_of
from models.tasks.publication.shown import decisions


def editions(actor: Actor, ledger: Ledger, row_id: int) -> dict[str, Any]:
    """{items}: every edition of the row that the actor may see, the newest first. Raises NotFound.

    `changes` are the lines in which it says otherwise than the one that it replaces, empty for the first.
    """
    record: Any = ledger.record
    row = record.find(actor, ledger.rights["read"], row_id)
    query = record.select().where((record.id == row.series_id) | (record.series == row.series_id))
    rows = [one for one in query.order_by(record.edition.desc(), record.id.desc()) if one.visible_to(actor)]
    by_id = {one.id: one for one in rows}
    decided = decisions(publication_of(ledger), list(by_id))
    titles = {choice.value: choice for choice in record.standing.options}
    return {
        "items": [
            {
                "id": str(one.id),
                "edition": one.edition,
                "standing": one.standing,
                "title": titles[one.standing].title,
                "tone": titles[one.standing].tone,
                "this": one.id == row.id,
                "why": one.why or "",
                "end_reason": one.end_reason or "",
                "in_force_at": None if one.in_force_at is None else moment_text(one.in_force_at),
                "ended_at": None if one.ended_at is None else moment_text(one.ended_at),
                "changes": differences(actor, ledger, by_id[one.replaces], one)
                if one.replaces in by_id
                else [],
                "decisions": decided.get(one.id, []),
            }
            for one in rows
        ]
    }


__all__ = ["editions"]
