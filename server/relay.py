"""Takes what the rules announced out of the outbox and passes it on."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import structlog

from handlers.web.calling import Caller
from models.core.chapters import chapters
from models.core.db.connection import in_transaction
from models.core.errors import Unavailable
from models.core.events import outbox, reactions
from models.messages import tellers
from models.messages.inbox import mine
from models.messages.tell import Telling, pieces, tell_piece
from models.messages.tell_together import fits, tell_together
from server.shared_state import News, standing_in

log = structlog.get_logger("relay")
BATCH = 500
_TOGETHER = 100  # pieces of news told in one transaction
_HELD_FOR = 40.0  # seconds; the outbox leases for a minute
_AGAIN_AFTER = 0.5
_NAMED = 100  # rows that one piece of news names
_ACCOUNTS = 5000  # named in one piece of news


class Relay:
    """Passes on what waits, in batches; any number of processes may.

    The outbox leases each row to one of them, and gives it out again if that one dies.
    """

    def __init__(self, call: Caller, shared: News) -> None:
        self._call, self._news = call, shared

    async def once(self) -> int:
        """Pass on what waits now; gives how many pieces of news that were."""
        rows = await self._call(outbox.take, BATCH)
        await self._publish_accounts(
            {one for row in rows for one in standing_in(row.kind, row.payload)}, "standing"
        )
        told = await self._call(_due, rows)
        single = [row for row in told if not tellers.told_together(row.kind)]
        for row in single:  # first, as people wait for these
            await self._tell(row)
        await self._tell_together(told[len(single) :])
        for change in _changes(rows):
            await self._news.publish(change)
        await self._publish_accounts({account for row in rows for account in _accounts(row)})
        others = {row.id for row in rows} - {row.id for row in told}
        if others:
            await self._held(self._call, outbox.finish, sorted(others))
        return len(rows)

    async def _tell(self, row: outbox.Outbox) -> None:
        """Tell people of one piece of news. If that fails it is tried again later, and holds up no other."""
        try:
            accounts = await self._held(self._call.plain, _tell, row)
        except Unavailable:
            raise  # no fault of the news: the lease runs out
        except Exception as error:
            again = await self._held(self._call, outbox.fail, row)
            # No text of the error: it may carry what was to be told (X11).
            log.error(
                "telling_failed", outbox=row.id, kind=row.kind, error=type(error).__name__,
                code=getattr(error, "code", None), again=again,
                where="".join(traceback.format_tb(error.__traceback__)[-6:]),
            )  # fmt: skip
            return
        await self._publish_accounts(set(accounts))

    async def _tell_together(self, rows: list[outbox.Outbox]) -> None:
        """Tell people of many small pieces of news, so many in each transaction. What can't be told so is told by itself,
        where its own failure is its own.
        """
        for start in range(0, len(rows), _TOGETHER):
            part = rows[start : start + _TOGETHER]
            try:
                accounts, others = await self._held(self._call.plain, _tell_together, part)
            except Unavailable:
                raise
            except Exception as error:
                log.warning("not_told_together", count=len(part), error=type(error).__name__)
                accounts, others = [], part
            await self._publish_accounts(set(accounts))
            for row in others:
                await self._tell(row)

    async def _held(self, call: Callable[..., Awaitable[Any]], rule: Callable[..., Any], *words: Any) -> Any:
        """Do it, and where the database goes away meanwhile or its disk is full, go on as soon as it is well again.

        Left to its lease, news would wait for the rest of that minute, and people for the news.
        """
        until = time.monotonic() + _HELD_FOR
        while True:
            try:
                return await call(rule, *words)
            except Unavailable:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(_AGAIN_AFTER)

    async def _publish_accounts(self, accounts: set[Any], what: str = "accounts") -> None:
        """Say whose messages changed, or whose standing."""
        listed = sorted(accounts - {None})
        for start in range(0, len(listed), _ACCOUNTS):
            await self._news.publish({what: listed[start : start + _ACCOUNTS]})


def _due(rows: list[outbox.Outbox]) -> list[outbox.Outbox]:
    """Those of the news that something is done about or somebody told of."""
    told = tellers.worth_telling(rows)
    known = {row.id for row in told}
    return [row for row in rows if row.id not in known and reactions.reacts(row.kind)] + told


def _tell(row: outbox.Outbox) -> list[int]:
    """Tell, a piece of the people in each transaction; with the last of them the row is done. Gives the accounts told.

    So the first thousand are on their way while the next are written. Who dies in between is followed, once the row's
    lease is over, by one who does it again: what is there stays.
    """
    telling = in_transaction(tellers.telling_of, row, write=False)
    parts = [] if telling is None else pieces(telling)
    for part in parts[:-1]:
        in_transaction(tell_piece, part, outbox_id=row.id)
    return in_transaction(_end, row, parts[-1:])


def _tell_together(rows: list[outbox.Outbox]) -> tuple[list[int], list[outbox.Outbox]]:
    """Tell of all of them in one transaction, with which they are done. Gives the accounts told, and the rows that were not
    dealt with: too large for this, or all, where somebody else had done so with some."""
    tellings = in_transaction(tellers.tellings_of_many, rows, write=False)
    large = {row_id for row_id, telling in tellings.items() if not fits(telling)}
    small = [row for row in rows if row.id not in large]
    news = {row.id: tellings[row.id] for row in small if row.id in tellings}
    accounts = in_transaction(_end_together, small, news)
    return ([], rows) if accounts is None else (accounts, [row for row in rows if row.id in large])


def _end_together(rows: list[outbox.Outbox], news: dict[int, Telling]) -> list[int] | None:
    """React, tell, and be done with the rows, in one transaction; None if some are not ours any more."""
    if not outbox.end_all([row.id for row in rows]):
        return None
    for row in rows:
        reactions.react(row)
    return tell_together(news)


def _end(row: outbox.Outbox, parts: list[Telling]) -> list[int]:
    """React, tell the last of them, and be done with the row, in one transaction."""
    if not outbox.end(row.id):
        return []
    reactions.react(row)
    accounts = [mine.accounts_of(tell_piece(part, outbox_id=row.id).id) for part in parts]
    return accounts[0] if accounts else []


def _accounts(row: outbox.Outbox) -> list[int | None]:
    """Whose own messages a piece of news changed: `account`, or the list `accounts`, in its payload.

    What is no list is something else: one odd piece of news must not hold up the others of its batch.
    """
    payload = row.payload or {}
    named = payload.get("accounts")
    return [payload.get("account"), *(named if isinstance(named, list) else ())]


@cache
def _live_ledgers() -> dict[str, tuple[str, ...]]:
    """Whose lists change when something happens: first the ledger of the row itself, then those that show its state."""
    return {kind: names for chapter in chapters() for kind, names in chapter.live.items()}


def _changes(rows: list[outbox.Outbox]) -> list[dict[str, Any]]:
    """One piece of news per company and ledger: at shift change a console needs no thousand of them.

    The rows are named while they are few, for those who may not see all of them.
    """
    found: dict[tuple[int | None, str], list[int]] = {}
    for row in rows:
        named = (row.payload or {}).get("ledger")
        ledgers = (named,) if named else _live_ledgers().get(row.kind.partition(".")[0], ())
        for place, ledger in enumerate(ledgers):
            changed = 0 if place else (row.payload or {}).get("id", row.subject_id)
            found.setdefault((row.company_id, ledger), []).append(changed)
    return [
        {
            "ledger": ledger,
            "id": ids[-1],
            "ids": sorted({*ids} - {0}) if len(ids) <= _NAMED else [],
            "company_id": company,
        }
        for (company, ledger), ids in found.items()
    ]
