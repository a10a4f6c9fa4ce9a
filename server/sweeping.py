"""Throws away what was kept long enough: passed-on news, what came in by chat, old files, uploads never committed."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.web.calling import Caller
from models.administration.logs import retention
from models.administration.sign_in import throttling
from models.core import clock
from models.core.events import outbox
from models.core.files import attachments, photos
from models.core.jobs import retention as jobs_retention
from models.core.security import usage_limits
from models.messages.delivery import retention as delivery_retention

_KEEP_NEWS = timedelta(days=7)
_EVERY = {
    "news": timedelta(minutes=1),
    "chat": timedelta(minutes=1),
    "jobs": timedelta(hours=1),
    "photos": timedelta(hours=1),
    "counts": timedelta(hours=1),
    "seals": timedelta(minutes=5),
    "logs": timedelta(hours=1),
    "files": timedelta(days=1),
    "sign_ins": timedelta(hours=1),
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
            await self._call(
                delivery_retention.sweep_inbound, now - timedelta(days=delivery_retention.CHAT_DAYS.of(None))
            )
            await self._call(delivery_retention.sweep_codes)
        if self._due("jobs", now):
            await self._call.plain(jobs_retention.sweep)
        if self._due("photos", now):
            await self._call(photos.sweep)
        if self._due("counts", now):
            await self._call(usage_limits.sweep)
        if self._due("seals", now):
            await self._call.plain(retention.seal_all)
        if self._due("logs", now):
            await self._call.plain(retention.sweep_all)
        if self._due("files", now):
            await self._call(attachments.sweep, write=False)
        if self._due("sign_ins", now):
            await self._call(throttling.sweep)

    def _due(self, kind: str, now: datetime) -> bool:
        last = self._last.get(kind)
        if last is not None and now - last < _EVERY[kind]:
            return False
        self._last[kind] = now
        return True
