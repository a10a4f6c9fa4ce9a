"""How jobs end that do not end well, and how their end is written down where the database has no room or is away."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from typing import TypeVar

from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Unavailable

T = TypeVar("T")
_PATIENCE = 3600.0  # seconds that a job waits for the database to write down what became of it
_FIRST, _MOST = 0.5, 10.0  # seconds between two tries


def patiently(work: Callable[[], T], stopping: Callable[[], bool]) -> T:
    """`work` in a transaction of its own, asked again while the database is away or has no room.

    Raises Unavailable where the process goes down meanwhile, or after an hour.
    """
    wait, until = _FIRST, time.monotonic() + _PATIENCE
    while True:
        try:
            return in_transaction(work)
        except Unavailable:
            if stopping() or time.monotonic() > until:
                raise
        time.sleep(wait)
        wait = min(wait * 2, _MOST)


def fault(error: Exception) -> dict[str, str]:
    """What a log may hold of a fault: where it was, never the values that were worked on (X11)."""
    return {"error": type(error).__name__, "where": "".join(traceback.format_tb(error.__traceback__)[-8:])}


def interrupted() -> AnbanError:
    """What a job says whose process went down."""
    return AnbanError(
        "任务中断了", code="job_interrupted", cause="服务重新启动过，任务没有做完", advice="请重新开始"
    )


def broken() -> AnbanError:
    """What a job says that failed by a fault of ours."""
    return AnbanError(
        "任务没有完成",
        code="server_error",
        cause="系统出了点问题，不是您的操作有误，问题已被记录",
        advice="请重新开始，仍不行请联系管理员",
    )
