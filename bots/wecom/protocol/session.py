"""What an app of WeCom holds between calls: its token and its tickets, shared by all processes through Redis.

Mends reference §1.4: a prefix of its own for every app, everything with a time to live, one fetch at a time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import redis.exceptions
from wechatpy.session import SessionStorage

from bots.wecom.protocol.errors import Kind, WecomError
from models.core.security import crypto

_PURPOSE = "wecom-session"
LOCKED_FOR = 40  # seconds; longer than any fetch may take (bots/wecom/protocol/wire.py)
WAIT_FOR_LOCK = 15  # seconds
REFUSED_FOR = 10  # seconds in which a wrong secret isn't tried again


class Storage(SessionStorage):
    """wechatpy's storage in Redis: encrypted, under a prefix, nothing kept for ever."""

    def __init__(self, redis_: Any, prefix: str) -> None:
        self.redis = redis_
        self.prefix = prefix

    def get(self, key: str, default: Any = None) -> Any:
        """What was kept, or `default`; also where a key of ours was lost and it can't be read any more."""
        kept = self.redis.get(f"{self.prefix}:{key}")
        if kept is None:
            return default
        try:
            return json.loads(crypto.decrypt(kept.decode() if isinstance(kept, bytes) else kept, _PURPOSE))
        except crypto.Undecipherable:
            return default

    def set(self, key: str, value: Any, ttl: int | None = None) -> None:
        """Keep `value` for `ttl` seconds, two hours unless told."""
        packed = crypto.encrypt(json.dumps(value), _PURPOSE)
        self.redis.set(f"{self.prefix}:{key}", packed, ex=max(1, int(ttl or 7200)))

    def delete(self, key: str) -> None:
        """Forget it."""
        self.redis.delete(f"{self.prefix}:{key}")


class LentValue:
    """Values that the platform lends for a time: fetched by one thread of one process, used by all."""

    def __init__(self, redis_: Any, corp_id: str, agent_id: int, secret: str, base_url: str) -> None:
        # Whoever has another secret, or asks another address, shares no token with this one.
        mark = hashlib.sha256(f"{secret}\0{base_url}".encode()).hexdigest()[:16]
        self.storage = Storage(redis_, f"anban:wecom:{corp_id}:{agent_id}:{mark}")

    def get(self, name: str, fetch: Callable[[], tuple[str, int]], stale: str | None = None) -> str:
        """The value of `name`. `fetch` gives it with its seconds to live; `stale` is one that was refused just now.

        Whoever comes with a stale value that was replaced meanwhile gets the new one without a fetch.
        Raises WecomError: of `fetch`, or `retry` when Redis is away or others fetch too long.
        """
        with _redis_errors():
            value = self._usable(name, stale)
            if value is not None:
                return value
            with self._alone(name):
                value = self._usable(name, stale)
                if value is not None:
                    return value
                return self._fetch(name, fetch)

    def _usable(self, name: str, stale: str | None) -> str | None:
        value = self.storage.get(name)
        return value if value and value != stale else None

    def _fetch(self, name: str, fetch: Callable[[], tuple[str, int]]) -> str:
        refused = self.storage.get(f"{name}-refused")
        if refused:
            raise WecomError(*refused)
        try:
            value, seconds = fetch()
        except WecomError as error:
            if error.kind in ("setup", "token"):
                kind: Kind = "setup"  # a fresh token can't be what's missing here
                self.storage.set(f"{name}-refused", [error.code, error.text, kind], REFUSED_FOR)
                raise WecomError(error.code, error.text, kind) from None
            raise
        # A little less than granted, so that it doesn't run out on its way.
        self.storage.set(name, value, seconds - min(120, seconds // 10))
        return value

    @contextlib.contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        lock = self.storage.redis.lock(
            f"{self.storage.prefix}:{name}-lock",
            timeout=LOCKED_FOR,
            blocking_timeout=WAIT_FOR_LOCK,
            sleep=0.02,
        )
        if not lock.acquire():
            raise WecomError(None, "等待企业微信的凭证超时", "retry")
        try:
            yield
        finally:
            with contextlib.suppress(redis.exceptions.LockError):  # it ran out: somebody else may have it
                lock.release()


@contextlib.contextmanager
def _redis_errors() -> Iterator[None]:
    try:
        yield
    except redis.exceptions.RedisError as error:
        raise WecomError(None, f"缓存服务不可用：{type(error).__name__}", "retry") from None
