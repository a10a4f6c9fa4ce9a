"""Takes what the rules announced out of the outbox and passes it on."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from handlers.web.calling import Caller
from models.core import outbox
from server.shared_state import News
from server.sweeping import Broom

log = structlog.get_logger("relay")
# Whose lists change when something happens: first the ledger of the row itself, then those that show its state.
_LEDGERS_OF = {"clock_in": ("clock-ins",), "binding": ("bindings", "persons")}


class Relay:
    """A loop in the server when embedded, a process of its own (`anban relay`) in production.

    Any number may run: the outbox leases each row to one of them, and gives it out again if that one dies.
    """

    def __init__(self, call: Caller, news: News, *, batch: int = 500, idle_seconds: float = 0.25) -> None:
        self._call, self._news, self._batch, self._idle = call, news, batch, idle_seconds
        self._broom = Broom(call)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                handled = await self.once()
                await self._broom.sweep()
            except Exception:
                log.exception("relay_failed")
                handled = 0
                await asyncio.sleep(2)
            if handled < self._batch:
                await asyncio.sleep(self._idle)

    async def once(self) -> int:
        """Pass on what waits now; gives how many pieces of news that were."""
        rows = await self._call(outbox.take, self._batch)
        for company_id, ledger, newest in _changes(rows):
            await self._news.publish({"ledger": ledger, "id": newest, "company_id": company_id})
        if rows:
            await self._call(outbox.finish, [row.id for row in rows])
        return len(rows)


def _changes(rows: list[outbox.Outbox]) -> list[tuple[int | None, str, int]]:
    """One piece of news per company and ledger: at shift change a console needs no thousand of them."""
    newest: dict[tuple[int | None, str], Any] = {}
    for row in rows:
        named = (row.payload or {}).get("ledger")
        ledgers = (named,) if named else _LEDGERS_OF.get(row.kind.partition(".")[0], ())
        for place, ledger in enumerate(ledgers):
            newest[row.company_id, ledger] = 0 if place else row.subject_id
    return [(company, ledger, id_) for (company, ledger), id_ in newest.items()]
