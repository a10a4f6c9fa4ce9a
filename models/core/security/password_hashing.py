"""Argon2 in a small pool of its own: what a flood of sign-ins costs is bounded, in memory, time and processors.

Each hash takes 19 MiB and some ten milliseconds of a processor. So a few threads of low priority do all of them, a
bounded number waits, and whoever comes beyond that is told at once to come again. Who is first served is who was here
before: a known device, or somebody who is signed in.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from models.core.config import config
from models.core.errors import TooMany

T = TypeVar("T")
_NICER = 10  # of the threads, where the system can do that for one thread
_LONGEST = 10.0  # seconds that a rule waits for a hash
_USUAL = 0.04  # seconds of one hash, until some were measured


class QueuePlace:
    """A place in the queue, taken before anything is done for the one who comes. Leave it, in the end."""

    def __init__(self, pool: HashingPool, first: bool) -> None:
        self._pool, self._first, self._kept = pool, first, True

    def submit(self, work: Callable[..., T], *args: Any) -> Future[T]:
        """Have the pool do `work(*args)`."""
        return self._pool.add(self._first, partial(work, *args))

    def leave(self) -> None:
        """Make room for another."""
        if self._kept:
            self._kept = False
            self._pool.give_back(self._first)

    def __enter__(self) -> QueuePlace:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


class HashingPool:
    """`threads` that hash, and `most` that may be under way at once of each kind (known, and all others)."""

    def __init__(self, threads: int, most: int) -> None:
        self.threads, self.most = threads, most
        self._under_way = {True: 0, False: 0}
        self._order = itertools.count()
        self._waiting: list[tuple[int, int, Future[Any], Callable[[], Any]]] = []
        self._work = threading.Condition()
        self._members: set[int] = set()
        self._usual = _USUAL

    def take(self, *, first: bool) -> QueuePlace:
        """A place; raises TooMany `busy` where all are taken."""
        with self._work:
            if self._under_way[first] >= self.most:
                raise self._busy()
            self._under_way[first] += 1
        return QueuePlace(self, first)

    def give_back(self, first: bool) -> None:
        """A place is free."""
        with self._work:
            self._under_way[first] -= 1

    def add(self, first: bool, work: Callable[[], T]) -> Future[T]:
        """Have it done; known ones before the others."""
        future: Future[T] = Future()
        with self._work:
            heapq.heappush(self._waiting, (0 if first else 1, next(self._order), future, work))
            if len(self._members) < self.threads:
                thread = threading.Thread(target=self._serve, name="hashing", daemon=True)
                thread.start()
                self._members.add(thread.ident or 0)
            self._work.notify()
        return future

    def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, for a rule that waits for it. Raises TooMany `busy`."""
        if threading.get_ident() in self._members:
            return work()
        with self.take(first=True) as place:
            future = place.submit(work)
            try:
                return future.result(_LONGEST)
            except TimeoutError:
                if not future.cancel() and future.done():
                    return future.result()
                raise self._busy() from None

    def _busy(self) -> TooMany:
        waiting = self._under_way[True] + self._under_way[False]
        return TooMany(
            "现在登录的人太多",
            code="busy",
            cause="同时在核对的密码太多",
            advice="请过几秒再试",
            retry_after=1 + int(waiting * self._usual / self.threads),
        )

    def _serve(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            here = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, here, os.getpriority(os.PRIO_PROCESS, here) + _NICER)
        while True:
            with self._work:
                while not self._waiting:
                    self._work.wait()
                _, _, future, work = heapq.heappop(self._waiting)
            if not future.set_running_or_notify_cancel():
                continue
            began = time.monotonic()
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)
            self._usual += (time.monotonic() - began - self._usual) / 16


_made: list[HashingPool] = []
_making = threading.Lock()


def pool() -> HashingPool:
    """The pool of this process, of the configured size."""
    threads, most = config().hashing_threads, config().hashing_queue
    with _making:
        if not _made or (_made[-1].threads, _made[-1].most) != (threads, most):
            _made.append(HashingPool(threads, most))
        return _made[-1]


def _forget() -> None:
    """In a fork: its parent's threads are not here, so what they would do is done by a pool of its own."""
    global _making
    _making = threading.Lock()
    _made.clear()


os.register_at_fork(after_in_child=_forget)
