"""How many rows of each ledger are 快到期 and 已过期, as far as somebody sees them: for the first screen (H01)."""

from __future__ import annotations

from typing import Any

from peewee import fn

from models.core import clock
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.expiry import EXPIRED, EXPIRING
from models.core.security.actor import Actor


def watched() -> list[Ledger]:
    """The ledgers whose rows come to an end, in the order of the menu."""
    return [ledger for ledger in all_ledgers() if ledger.expires is not None]


def what_ends(ledger: Ledger) -> str:
    """What comes to its end, in words: 证照, 设备检验."""
    assert ledger.expires is not None
    return ledger.expires.noun or ledger.noun


def expiring_counts(actor: Actor) -> dict[str, Any]:
    """{items: [{ledger, what, measure, filter, expiring, expired}]} of the ledgers that the actor may read.

    `filter` is the list's filter whose values `expiring` and `expired` show these very rows.
    """
    items = []
    for ledger in watched():
        if not actor.may(ledger.rights["read"]):
            continue
        assert ledger.expires is not None
        items.append(
            {
                "ledger": ledger.name, "what": what_ends(ledger), "measure": ledger.measure,
                "filter": ledger.expires.name, "expiring": _count(actor, ledger, EXPIRING),
                "expired": _count(actor, ledger, EXPIRED),
            }
        )  # fmt: skip
    return {"items": items}


def _count(actor: Actor, ledger: Ledger, standing: str) -> int:
    record, expires = ledger.record, ledger.expires
    assert expires is not None
    query = actor.see(record.select(fn.COUNT(record._meta.primary_key)), record, ledger.rights["read"])
    return int(query.where(expires.where(record, [standing], clock.today())).scalar() or 0)
