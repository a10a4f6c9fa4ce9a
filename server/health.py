"""How the process is, as `/health` says it: asked by whatever watches it, every few seconds."""

from __future__ import annotations

import asyncio
import time

import structlog

from handlers.web.calling import Caller
from models.core.files import disk

log = structlog.get_logger("health")
#: How long an answer holds, in seconds: a look writes a row durably. A bad one is looked at again sooner.
_GOOD_FOR, _BAD_FOR = 5.0, 1.0


class Health:
    """Looks at most every few seconds, however many ask."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self._state, self._until = "", 0.0
        self._looking: asyncio.Future[str] | None = None

    async def state(self) -> str:
        """`ok`, `disk_full` or `database_away`."""
        if time.monotonic() < self._until:
            return self._state
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> str:
        try:
            state = await self._call.plain(disk.state)
        except Exception as error:
            # No text of the error: it may carry an address or a password.
            log.warning("database_away", error=type(error).__name__)
            state = "database_away"
        if state != self._state:
            log.info("health", state=state)
        self._state = state
        self._until = time.monotonic() + (_GOOD_FOR if state == "ok" else _BAD_FOR)
        return state
