"""Takes what the rules announced out of the outbox and passes it on."""

from __future__ import annotations

import asyncio
import traceback
from typing import Any

import structlog

from handlers.web.calling import Caller
from models.core import outbox
from models.messages import mine, news
from server.shared_state import News
from server.sweeping import Broom

log = structlog.get_logger("relay")
# Whose lists change when something happens: first the ledger of the row itself, then those that show its state.
_ACCOUNTS = 5000  # named in one piece of news
_LEDGERS_OF = {"clock_in": ("clock-ins",), "binding": ("bindings", "persons")}


class Relay:
    """A loop in the server when embedded, a process of its own (`anban relay`) in production.

    Any number may run: the outbox leases each row to one of them, and gives it out again if that one dies.
    """

    def __init__(self, call: Caller, shared: News, *, batch: int = 500, idle_seconds: float = 0.25) -> None:
        self._call, self._news, self._batch, self._idle = call, shared, batch, idle_seconds
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
        told = [row for row in rows if news.is_told(row.kind)]
        for row in told:  # first, as people wait for these
            await self._tell(row)
        for company_id, ledger, newest in _changes(rows):
            await self._news.publish({"ledger": ledger, "id": newest, "company_id": company_id})
        await self._publish_accounts({(row.payload or {}).get("account") for row in rows})
        others = {row.id for row in rows} - {row.id for row in told}
        if others:
            await self._call(outbox.finish, sorted(others))
        return len(rows)

    async def _tell(self, row: outbox.Outbox) -> None:
        """Tell people of one piece of news. If that fails it is tried again later, and holds up no other."""
        try:
            accounts = await self._call(_tell, row)
        except Exception as error:
            again = await self._call(outbox.fail, row)
            # No text of the error: it may carry what was to be told (X11).
            log.error(
                "telling_failed", outbox=row.id, kind=row.kind, error=type(error).__name__,
                code=getattr(error, "code", None), again=again,
                where="".join(traceback.format_tb(error.__traceback__)[-6:]),
            )  # fmt: skip
            return
        await self._publish_accounts(set(accounts))

    async def _publish_accounts(self, accounts: set[Any]) -> None:
        """Say whose messages changed."""
        listed = sorted(accounts - {None})
        for start in range(0, len(listed), _ACCOUNTS):
            await self._news.publish({"accounts": listed[start : start + _ACCOUNTS]})


def _tell(row: outbox.Outbox) -> list[int]:
    """Tell, and be done with the row, in one transaction; gives the accounts that were told."""
    message = news.tell_of(row)
    outbox.finish([row.id])
    return [] if message is None else mine.accounts_of(message.id)


def _changes(rows: list[outbox.Outbox]) -> list[tuple[int | None, str, int]]:
    """One piece of news per company and ledger: at shift change a console needs no thousand of them."""
    newest: dict[tuple[int | None, str], Any] = {}
    for row in rows:
        named = (row.payload or {}).get("ledger")
        ledgers = (named,) if named else _LEDGERS_OF.get(row.kind.partition(".")[0], ())
        for place, ledger in enumerate(ledgers):
            newest[row.company_id, ledger] = 0 if place else (row.payload or {}).get("id", row.subject_id)
    return [(company, ledger, id_) for (company, ledger), id_ in newest.items()]
