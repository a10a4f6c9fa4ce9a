"""Views beside ledgers on the phone: calendars (Q10)."""

from __future__ import annotations

from handlers.web.doors.views import CalendarDoor, month_operation
from handlers.web.operations import Route
from miniprogram_api.base import PhoneHandler
from models.core.views import Calendar, all_views

PATH = "/api/mp/v1/views"


class CalendarHandler(CalendarDoor, PhoneHandler):
    """`/views/{name}` of a calendar."""


def view_routes() -> list[Route]:
    """The routes of all views that the phone has."""
    return [
        Route(
            f"{PATH}/{view.name}",
            CalendarHandler,
            view.ledger,
            {"view": view},
            {"get": month_operation(view)},
        )
        for view in all_views()
        if isinstance(view, Calendar)
    ]
