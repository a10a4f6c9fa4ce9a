"""What was approved for a day to come takes effect on it (B03)."""

from __future__ import annotations

from typing import Any

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.ledger import Ledger
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.tasks.publication.lifecycle import enforce, locked
from models.tasks.publication.reading import publication_of, published_ledgers
from models.tasks.publication.records import APPROVED
from models.tasks.rights import ACT_TASKS


def work(limit: int) -> int:
    """Put up to `limit` approved editions in force whose day has come; gives how many."""
    due = in_transaction(_due, limit, write=False)
    return sum(in_transaction(_put_in_force, ledger, row_id) for ledger, row_id in due)


def _due(limit: int) -> list[tuple[Ledger, int]]:
    found: list[tuple[Ledger, int]] = []
    for ledger in published_ledgers():
        publication, record = publication_of(ledger), ledger.record
        if not publication.valid_from:
            continue
        day: Any = record._meta.fields[publication.valid_from]
        standing: Any = record._meta.fields["standing"]
        query = record.select(record.id).where(standing == APPROVED, day <= clock.today()).order_by(record.id)
        found += [(ledger, row.id) for row in query.limit(limit)]
    return found[:limit]


def _put_in_force(ledger: Ledger, row_id: int) -> bool:
    """Whether it was done now; a second process waits at the row, and finds that it was."""
    publication = publication_of(ledger)
    row = locked(publication.record, row_id)
    day = row.__data__.get(publication.valid_from)
    if row.standing != APPROVED or day is None or day > clock.today():
        return False
    company = row.scope_value("company")
    house = Actor(
        account_id=None, name="系统", rights={ACT_TASKS: Scope.GROUP},
        group_companies=() if company is None else (company,),
    )  # fmt: skip
    enforce(publication, house, row, "enforce")
    return True


__all__ = ["work"]
