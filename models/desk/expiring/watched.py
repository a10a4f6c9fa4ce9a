"""Which ledgers have rows that come to an end, and what that is called (H01)."""

from __future__ import annotations

from models.core.ledger import Ledger, all_ledgers


def watched() -> list[Ledger]:
    """The ledgers whose rows come to an end, in the order of the menu."""
    return [ledger for ledger in all_ledgers() if ledger.expires is not None]


def what_ends(ledger: Ledger) -> str:
    """What comes to its end, in words: 证照, 设备检验."""
    assert ledger.expires is not None
    return ledger.expires.noun or ledger.noun
