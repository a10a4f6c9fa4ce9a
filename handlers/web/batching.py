"""Gathers what arrives while the last batch is being decided, and decides it in one go."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


class Batcher(Generic[In, Out]):
    """Joins single requests of the event loop to a rule that takes a list.

    `work(items)` gives one result per item, in order. It runs one batch at a time; what comes meanwhile
    makes the next one, up to `limit` items. If a whole batch fails, its items are tried one by one, so that a single
    bad one can't take its neighbours along.
    """

    def __init__(self, work: Callable[[list[In]], Awaitable[list[Out]]], *, limit: int = 256) -> None:
        self._work = work
        self._limit = limit
        self._waiting: deque[tuple[In, asyncio.Future[Out]]] = deque()
        self._running = False

    def put(self, item: In) -> asyncio.Future[Out]:
        """A future of the result for `item`; it fails with what `work` raised for it."""
        future: asyncio.Future[Out] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._running:
            self._running = True
            # The reference is held by the running task itself; it ends when nothing waits.
            self._task = asyncio.ensure_future(self._drain())
        return future

    async def submit(self, item: In) -> Out:
        """The result for `item`; raises what `work` raised for it."""
        return await self.put(item)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                size = min(self._limit, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(size)]
                await self._decide(batch)
        finally:
            self._running = False

    async def _decide(self, batch: list[tuple[In, asyncio.Future[Out]]]) -> None:
        try:
            results = await self._work([item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._decide([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
