"""What the chat door works with: Redis, the count of calls, and a client for each app."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bots import store
from bots.delivery.limits import SendLimits

if TYPE_CHECKING:
    from bots.wecom.client import Wecom

_url = ""


def configure(redis_url: str) -> None:
    """Use the Redis at `redis_url` (empty: one inside this process); the server calls this at its start."""
    global _url
    _url = redis_url
    _limits.cache_clear()
    _wecom.cache_clear()


def redis() -> Any:
    """The client of Redis."""
    return store.connect(_url)


@lru_cache(maxsize=1)
def _limits() -> SendLimits:
    return SendLimits(redis())


def limits() -> SendLimits:
    """The count of calls, shared by all processes."""
    return _limits()


@lru_cache(maxsize=64)
def _wecom(corp_id: str, agent_id: int, secret: str, base_url: str) -> Wecom:
    from bots.wecom.client import Wecom

    return Wecom(corp_id, agent_id, secret, base_url, redis())


def wecom(app: Any) -> Wecom:
    """The client of a WecomApp record as it is now: one for each set-up, as connections are kept."""
    return _wecom(app.corp_id, app.agent_id, app.app_secret, app.base_url)
