"""A ledger is declared once; lists, forms, Excel, OpenAPI, rights and trail follow from it."""

from models.core.ledger.declaration import (
    Action,
    Column,
    Derived,
    Filter,
    Finding,
    ImportPlan,
    Ledger,
    Probe,
    Rules,
    Section,
    all_ledgers,
    arrange,
    ledger_named,
)

__all__ = [
    "Action",
    "Column",
    "Derived",
    "Filter",
    "Finding",
    "ImportPlan",
    "Ledger",
    "Probe",
    "Rules",
    "Section",
    "all_ledgers",
    "arrange",
    "ledger_named",
]
