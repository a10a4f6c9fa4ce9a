"""Views beside ledgers: statistics are declared; routes, pages, sheets and pictures follow from that."""

from models.core.views.declaration import (
    Kept,
    Measure,
    Rate,
    Statistic,
    View,
    all_views,
    view_named,
    views_of,
)

__all__ = ["Kept", "Measure", "Rate", "Statistic", "View", "all_views", "view_named", "views_of"]
