"""Views beside ledgers are declared once; routes, pages, sheets and pictures follow from that."""

from models.core.views.declaration import (
    Calendar,
    Cell,
    Gaps,
    Head,
    Kept,
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
    "Calendar",
    "Cell",
    "Gaps",
    "Head",
    "Kept",
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
