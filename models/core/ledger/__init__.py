"""A ledger is declared once; lists, forms, Excel, OpenAPI, rights and trail follow from it."""

from models.core.ledger.declaration import (
    Action,
    Column,
    Derived,
    Filter,
    FollowUp,
    FormProbe,
    ImportPlan,
    Ledger,
    Left,
    Made,
    ProbeFinding,
    Remark,
    Rules,
    Section,
    all_ledgers,
    ledger_named,
)

__all__ = [
    "Action",
    "Column",
    "Derived",
    "Filter",
    "FollowUp",
    "FormProbe",
    "ImportPlan",
    "Ledger",
    "Left",
    "Made",
    "ProbeFinding",
    "Remark",
    "Rules",
    "Section",
    "all_ledgers",
    "ledger_named",
]
