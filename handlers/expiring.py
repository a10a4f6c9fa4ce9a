"""What comes to its end, counted for the first screen (H01)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.web.operations import SIGNED_IN, Route, operation
from models.desk.expiring.counts import expiring_counts


class ExpiringCount(BaseModel):
    """How many rows of a ledger are near their end and over; `filter` with `expiring` or `expired` lists them."""

    ledger: str
    what: str
    measure: str
    filter: str
    expiring: int
    expired: int


class ExpiringCountsOut(BaseModel):
    """Of every ledger whose rows come to an end and that one may read."""

    items: list[ExpiringCount]


class ExpiringCountsHandler(ConsoleHandler):
    """`/expiring_counts`."""

    @operation("快到期和已过期", right=SIGNED_IN, system="H01", gives={200: ExpiringCountsOut})
    async def get(self) -> None:
        """Counts by ledger, as far as one may read it."""
        self.answer(await self.call(expiring_counts, self.actor, write=False))


routes = [Route("/api/console/v1/expiring_counts", ExpiringCountsHandler)]
