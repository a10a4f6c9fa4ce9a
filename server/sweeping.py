"""Throws away what was kept long enough: passed-on news, what came in by chat, old files, uploads never committed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from handlers.web.calling import Caller
from models.core import clock
from models.core.chapters import Sweep, chapters, found_at


class Broom:
    """Sweeps each kind when it is due; any number of processes may do it, as each sweep bears another."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self._last: dict[str, datetime] = {}
        self._sweeps = [
            (sweep, found_at(chapter, sweep.run)) for chapter in chapters() for sweep in chapter.sweeps
        ]

    async def sweep(self) -> None:
        """Sweep what is due by now; costs nothing if nothing is."""
        now = clock.now()
        for sweep, run in self._sweeps:
            if self._due(sweep, now):
                await self._run(sweep, run)

    async def _run(self, sweep: Sweep, run: Callable[[], Any]) -> None:
        if sweep.within == "outside":
            await self._call.plain(run)
        else:
            await self._call(run, write=sweep.within == "writing")

    def _due(self, sweep: Sweep, now: datetime) -> bool:
        last = self._last.get(sweep.name)
        if last is not None and now - last < timedelta(minutes=sweep.minutes):
            return False
        self._last[sweep.name] = now
        return True
