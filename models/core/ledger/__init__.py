"""A ledger is declared once; lists, forms, Excel, OpenAPI, rights and trail follow from it."""

from models.core.ledger.declaration import (
    Action,
    Column,
    Derived,
    Filter,
    FormProbe,
    Ledger,
    Made,
    PageNotice,
    PhoneFace,
    ProbeFinding,
    Rules,
    Section,
    all_ledgers,
    ledger_named,
)
from models.core.ledger.expiry import Expiry
from models.core.ledger.home import HomeNumber
from models.core.ledger.import_plan import FollowUp, ImportPlan, Left, Remark

__all__ = [
    "Action",
    "Column",
    "Derived",
    "Expiry",
    "Filter",
    "FollowUp",
    "FormProbe",
    "HomeNumber",
    "ImportPlan",
    "Ledger",
    "Left",
    "Made",
    "PageNotice",
    "PhoneFace",
    "ProbeFinding",
    "Remark",
    "Rules",
    "Section",
    "all_ledgers",
    "ledger_named",
]
