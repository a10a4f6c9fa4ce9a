"""From the event loop into a rule and back: one thread, one connection, one transaction."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from models.core.database import in_transaction

T = TypeVar("T")


class Caller:
    """Runs rules on worker threads so that the event loop never waits for a database."""

    def __init__(self, threads: int = 16) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="rule")

    async def __call__(self, rule: Callable[..., T], *args: Any, write: bool = True, **kwargs: Any) -> T:
        """The result of `rule(*args, **kwargs)` run in one transaction; its errors are raised here."""
        return await self.plain(partial(in_transaction, rule, *args, write=write, **kwargs))

    async def plain(self, work: Callable[..., T], *args: Any) -> T:
        """The result of `work(*args)` on a worker thread, with no connection opened for it."""
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self.pool, partial(context.run, work, *args))

    def close(self) -> None:
        """Let the running ones end, and take no more."""
        self.pool.shutdown(wait=True, cancel_futures=True)
