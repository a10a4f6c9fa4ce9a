"""What the lines of a trail are called, as people say it (J05)."""

from __future__ import annotations

from models.core.chapters import all_acts
from models.core.ledger.declaration import all_ledgers


def act_title(table: str, action: str) -> str:
    """An act on a row of a table, in words: as the transition calls it, the trail, or a button of one of its ledgers."""
    ledgers = [ledger for ledger in all_ledgers() if ledger.record._meta.table_name == table]
    for ledger in ledgers:
        moves = ledger.record.transitions.items if ledger.record.transitions is not None else ()
        title = next((move.title for move in moves if move.name == action), "")
        if title:
            return title
    if action in all_acts():
        return all_acts()[action]
    buttons = (ledger.action_named(action) for ledger in ledgers)
    return next((button.title for button in buttons if button is not None), "修改")


__all__ = ["act_title"]
