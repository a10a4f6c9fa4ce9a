"""Views beside ledgers are declared once; routes, pages, sheets and pictures follow from that."""

from models.core.views.declaration import (
    ByTime,
    Calendar,
    Cell,
    Gaps,
    Head,
    Kept,
    KeptPart,
    Matrix,
    Measure,
    Rate,
    Statistic,
    Sum,
    View,
    all_views,
    view_named,
    views_of,
)

__all__ = [
    "ByTime",
    "Calendar",
    "Cell",
    "Gaps",
    "Head",
    "Kept",
    "KeptPart",
    "Matrix",
    "Measure",
    "Rate",
    "Statistic",
    "Sum",
    "View",
    "all_views",
    "view_named",
    "views_of",
]
