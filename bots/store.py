"""Redis for the chat door, or what stands for it in the embedded default: sessions, locks and limits."""

from __future__ import annotations

from functools import cache
from typing import Any

import fakeredis
import redis


@cache
def connect(url: str = "") -> Any:
    """A client for the Redis at `url`; with an empty one, one that all of this process share.

    Clients are thread-safe. Commands raise redis.RedisError when Redis is away, after a few seconds at most.
    """
    if url:
        return redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=5)
    return fakeredis.FakeRedis(server=fakeredis.FakeServer())
