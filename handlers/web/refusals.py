"""Refusals on their way into the log: counted here, written once a minute (J05)."""

from __future__ import annotations

import structlog
from tornado.ioloop import IOLoop

from handlers.web.calling import Caller
from models.core.errors import Forbidden
from models.core.logs.access import count_refusal, write_refusals
from models.core.security.actor import Actor

log = structlog.get_logger("refusals")
EVERY = 60.0  # seconds
# What is no try at something forbidden, but a step that is still to come.
_STEPS = ("must_change_password", "proof_required", "xsrf")
_waiting: set[int] = set()


def count(call: Caller, actor: Actor, error: Forbidden) -> None:
    """Count that the actor was refused, and see that it is written within a minute."""
    if error.code in _STEPS:
        return
    count_refusal(actor, error.title)
    key = id(call)
    if key not in _waiting:
        _waiting.add(key)
        IOLoop.current().call_later(EVERY, _write, call, key)


async def _write(call: Caller, key: int) -> None:
    _waiting.discard(key)
    try:
        await call.plain(write_refusals)
    except Exception as error:
        log.warning("refusals_not_written", error=type(error).__name__)
        _waiting.add(key)
        IOLoop.current().call_later(EVERY, _write, call, key)
