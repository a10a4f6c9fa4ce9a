"""Throws away what was kept long enough: passed-on news, what came in by chat, old files, uploads never committed."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.web.calling import Caller
from models.core import attachments, clock, jobs, outbox, photos
from models.core.config import config
from models.messages import sweeping

_KEEP_NEWS = timedelta(days=7)
_EVERY = {
    "news": timedelta(minutes=1),
    "chat": timedelta(minutes=1),
    "jobs": timedelta(hours=1),
    "photos": timedelta(hours=1),
    "files": timedelta(days=1),
}


class Broom:
    """Sweeps each kind when it is due; any number of processes may do it, as each sweep bears another."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self._last: dict[str, datetime] = {}

    async def sweep(self) -> None:
        """Sweep what is due by now; costs nothing if nothing is."""
        now = clock.now()
        if self._due("news", now):
            await self._call(outbox.sweep, now - _KEEP_NEWS)
        if self._due("chat", now):
            await self._call(sweeping.sweep_inbound, now - timedelta(days=config().chat_days))
            await self._call(sweeping.sweep_codes)
        if self._due("jobs", now):
            await self._call.plain(jobs.sweep)
        if self._due("photos", now):
            await self._call(photos.sweep)
        if self._due("files", now):
            await self._call(attachments.sweep, write=False)

    def _due(self, kind: str, now: datetime) -> bool:
        last = self._last.get(kind)
        if last is not None and now - last < _EVERY[kind]:
            return False
        self._last[kind] = now
        return True
