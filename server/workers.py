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
    """Every kind of work, by name."""
    from bots import inbound, menus, sender, updater
    from models.core.rulebook import files as rule_files
    from models.messages.escalation import auditor, running
    from models.objectives.calendar import notifications
    from models.objectives.posts import periodic_work
    from models.tasks.timing import audit as task_auditor
    from models.tasks.timing import deadlines

    def plain(name: str, work: Callable[[int], int], batch: int, idle: float) -> WorkerLoop:
        return WorkerLoop(name, partial(call.plain, work, batch), batch, idle)

    relay, broom = Relay(call, news), Broom(call)
    found = [
        WorkerLoop("relay", relay.once, BATCH, 0.1),
        plain("send", sender.work, 2000, 0.1),
        plain("inbound", inbound.work, 50, 0.2),
        plain("update", updater.work, 50, 0.5),
        plain("escalate", running.take_steps, 500, 1.0),
        plain("timers", deadlines.work, 200, 5.0),
        plain("periodic", periodic_work.work, 1000, 10.0),
        plain("calendar", notifications.work, 200, 3600.0),
        plain("rules", rule_files.work, 100, 60.0),
        plain("task_audit", task_auditor.work, 200, 60.0),
        plain("menus", menus.work, 20, 20.0),
        plain("reopen", running.reopen, 500, 5.0),
        WorkerLoop("audit", partial(call.plain, _audited, auditor.report), 1, 60.0),
        WorkerLoop("sweep", partial(_swept, broom), 1, 30.0),
    ]
    return {work.name: work for work in found}


def _audited(report: Callable[[], object]) -> int:
    report()  # which logs what is missing
    return 0


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
