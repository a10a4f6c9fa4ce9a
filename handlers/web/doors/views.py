"""Views that both doors have: a calendar's month (Q10). The doors add who asks."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from handlers.web.base import JsonHandler
from handlers.web.doors.ledgers import filters_of
from handlers.web.operations import Operation
from handlers.web.shapes.ledgers.views import CALENDAR
from models.core.ledger import Ledger
from models.core.security.actor import Actor
from models.core.views import Calendar
from models.core.views.calendar import AskedMonth, calendar_month
from models.core.views.describe import calendar_json


class MonthQuery(BaseModel):
    """Which month of a calendar (the running one unless named); the ledger's filters go along as `f.…`."""

    month: str = Field(default="", pattern=r"^((19|20|21)[0-9]{2}-(0[1-9]|1[0-2]))?$")
    q: str = Field(default="", max_length=100)


def month_operation(view: Calendar) -> Operation:
    """What the route of a calendar says of itself."""
    return Operation(
        view.title, view.ledger.rights["read"], system=view.system, query=MonthQuery, gives={200: CALENDAR},
        refuses=(422,), ledger_query=True,
    )  # fmt: skip


class CalendarDoor(JsonHandler):
    """Base: the view is told by the route."""

    ledger: Ledger
    view: Calendar

    def initialize(self, view: Calendar, **options: Any) -> None:
        super().initialize(**options)
        self.view = view

    async def get(self) -> None:
        """The days of the month, each with its numbers and the filters of its rows."""
        query: MonthQuery = self.query
        asked = AskedMonth(query.month, query.q, filters_of(self.request.query_arguments, self.ledger))
        self.answer(await self.call(_days, self.actor, self.view, asked, write=False))


def _days(actor: Actor, view: Calendar, asked: AskedMonth) -> dict[str, Any]:
    return calendar_json(calendar_month(actor, view, asked), actor)
