"""The work behind the answers: news told, messages sent, what came in handled, chains driven and proven (DESIGN: Messages).

Each work is a function that takes up to so many and says how many it took; leases in the database let any number of
processes do it at once. Embedded they run in the server's own loop, in production in Celery workers (server/celery.py):
one code.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import structlog
from redis.exceptions import RedisError

from handlers.web.calling import Caller
from models.core.chapters import chapters, found_at, load_all
from models.core.errors import Unavailable
from server.relay import BATCH, Relay
from server.shared_state import News
from server.sweeping import Broom

log = structlog.get_logger("workers")
_AFTER_FAILURE = 2.0  # seconds


@dataclass(frozen=True)
class WorkerLoop:
    """One kind of work: `once()` does up to `batch` and says how many; with fewer it rests `idle` seconds."""

    name: str
    once: Callable[[], Awaitable[int]]
    batch: int
    idle: float


def works(call: Caller, news: News) -> dict[str, WorkerLoop]:
    """Every kind of work, by name: the relay, the jobs of all chapters, the sweeping."""
    load_all()
    relay, broom = Relay(call, news), Broom(call)
    found = [
        WorkerLoop("relay", relay.once, BATCH, 0.1),
        *(
            WorkerLoop(
                job.name, partial(call.plain, found_at(chapter, job.run), job.batch), job.batch, job.idle
            )
            for chapter in chapters()
            for job in chapter.jobs
        ),
        WorkerLoop("sweep", partial(_swept, broom), 1, 30.0),
    ]
    return {work.name: work for work in found}


async def _swept(broom: Broom) -> int:
    await broom.sweep()
    return 0


async def keep_at(work: WorkerLoop, *, seconds: float | None = None) -> None:
    """Do one kind of work until cancelled, or for so many seconds; a failure is logged and tried again."""
    until = None if seconds is None else time.monotonic() + seconds
    while until is None or time.monotonic() < until:
        try:
            done = await work.once()
            rest = work.idle if done < work.batch else 0.0
        except Unavailable:
            rest = _AFTER_FAILURE  # the database says so itself
        except RedisError as error:
            log.warning("redis_away", work=work.name, error=type(error).__name__)
            rest = _AFTER_FAILURE
        except Exception:
            log.exception("work_failed", work=work.name)
            rest = _AFTER_FAILURE
        await asyncio.sleep(rest if until is None else min(rest, max(0.0, until - time.monotonic())))


class Workers:
    """All works as tasks of the running loop: the embedded form."""

    def __init__(self, call: Caller, news: News) -> None:
        self._tasks = [asyncio.ensure_future(keep_at(work)) for work in works(call, news).values()]

    async def stop(self) -> None:
        """End them; what was leased is given out again by the database."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
