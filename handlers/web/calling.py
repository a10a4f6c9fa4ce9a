"""From the event loop into a rule and back: one thread, one connection, one transaction."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from models.core.db.connection import in_transaction
from models.core.files.readers import Busy

T = TypeVar("T")
#: Files of one process that are looked at, or wait for it, at once: each is held in memory.
LOOKING = 16
_LOOKERS = 4


class Caller:
    """Runs rules on worker threads so that the event loop never waits for a database."""

    def __init__(self, threads: int = 16) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="rule")
        self._lookers = ThreadPoolExecutor(_LOOKERS, thread_name_prefix="look")
        self._looking = 0

    async def __call__(self, rule: Callable[..., T], *args: Any, write: bool = True, **kwargs: Any) -> T:
        """The result of `rule(*args, **kwargs)` run in one transaction; its errors are raised here."""
        return await self.plain(partial(in_transaction, rule, *args, write=write, **kwargs))

    async def plain(self, work: Callable[..., T], *args: Any) -> T:
        """The result of `work(*args)` on a worker thread, with no connection opened for it."""
        return await self._on(self.pool, work, *args)

    async def looking(self, work: Callable[..., T], *args: Any) -> T:
        """The result of `work(*args)`, which waits for a reader of files: on threads of its own, as rules must not wait.

        Raises Busy where so many wait that memory would run out.
        """
        if self._looking >= LOOKING:
            raise Busy
        self._looking += 1
        try:
            return await self._on(self._lookers, work, *args)
        finally:
            self._looking -= 1

    async def _on(self, pool: ThreadPoolExecutor, work: Callable[..., T], *args: Any) -> T:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(pool, partial(context.run, work, *args))

    def close(self) -> None:
        """Let the running ones end, and take no more."""
        self._lookers.shutdown(wait=True, cancel_futures=True)
        self.pool.shutdown(wait=True, cancel_futures=True)
