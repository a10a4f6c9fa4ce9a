"""Where the front ends show a thing of some kind, by what its manifest says: the kind's own page, or its ledger's."""

from __future__ import annotations

from typing import Any

from models.core.chapters import all_kinds
from models.core.ledger.declaration import ledger_named


def phone_page(kind: str, row_id: Any) -> str:
    """The page of the phone client; empty where it has none."""
    said = all_kinds().get(kind)
    if said is None:
        return ""
    if said.phone:
        return f"{said.phone}?id={row_id}"
    ledger = ledger_named(said.ledger) if said.ledger else None
    return (
        ""
        if ledger is None or ledger.phone is None
        else f"/pages/ledger/row?ledger={ledger.name}&id={row_id}"
    )


def console_page(kind: str, row_id: Any) -> str:
    """The page of the console; empty where it has none."""
    said = all_kinds().get(kind)
    return f"/ledgers/{said.ledger}/{row_id}" if said is not None and said.ledger else ""


__all__ = ["console_page", "phone_page"]
