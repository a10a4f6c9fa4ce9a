"""The Celery application of production: `anban worker` and `anban beat` (L08).

Beat asks every few seconds for each kind of work to be kept at for that long; so a killed worker's work is taken up
by the next ask, and what it had leased by whoever comes when the lease is over. Tasks are acknowledged after they
ended, and come again if the worker was lost. Whatever is done twice is done once, by the leases and unique keys of
the database; Celery is trusted with no fact.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown

from bots import tools
from handlers.web.calling import Caller
from models.core.chapters import BackgroundJob, chapters
from models.core.db.connection import close_database
from server import logs
from server.settings import Settings
from server.shared_state import News
from server.starting import open_house
from server.workers import keep_at, works

TICK = 5.0  # seconds between two asks, and that one ask is kept at for
_SWEEP_EVERY = 600.0  # seconds


@cache
def settings() -> Settings:
    """The settings of this worker."""
    return Settings()


def make() -> Celery:
    """The application, on the Redis of the settings."""
    found = Celery("anban", broker=settings().redis_url or "memory://")
    found.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        task_time_limit=120,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 180, "socket_timeout": 30, "retry_on_timeout": True},
        timezone="UTC",
        beat_schedule={
            "relay": _ask("relay", TICK, TICK),
            "sweep": _ask("sweep", _SWEEP_EVERY, 0.0),
            **{job.name: _asked(job) for chapter in chapters() for job in chapter.jobs},
        },
        beat_max_loop_interval=1.0,
    )
    found.task(name="anban.keep_at")(keep_at_work)
    return found


def _asked(job: BackgroundJob) -> dict[str, Any]:
    """Work that is kept at all the time, or for which a look now and then is enough."""
    return _ask(job.name, TICK, TICK) if job.steady else _ask(job.name, job.every or job.idle, 0.0)


def _ask(name: str, every: float, seconds: float) -> dict[str, Any]:
    # What nobody took before the next ask is let go: asks must not pile up while all workers are away.
    options = {"expires": every, "queue": "celery"}
    return {"task": "anban.keep_at", "schedule": every, "args": (name, seconds), "options": options}


def keep_at_work(name: str, seconds: float) -> None:
    """Keep at the work `name` for so many seconds, or do it once (0)."""
    asyncio.run(_keep_at(name, seconds))


async def _keep_at(name: str, seconds: float) -> None:
    call, news = Caller(2), News(settings().redis_url)
    try:
        work = works(call, news)[name]
        if seconds:
            await keep_at(work, seconds=seconds)
        else:
            await work.once()
    finally:
        await news.close()
        call.close()


@worker_process_init.connect
def _begin(**_: Any) -> None:
    logs.set_up(settings().log_level)
    open_house(settings())
    tools.configure(settings().redis_url)


@worker_process_shutdown.connect
def _end(**_: Any) -> None:
    close_database()


app = make()
