"""Redis, or what stands for it in the embedded default: news between the processes of an installation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import fakeredis
import orjson
import redis.asyncio
import structlog

log = structlog.get_logger("shared")
CHANNEL = "anban:live"


class News:
    """Publishes and hears what changed. With `url` empty it reaches this process only."""

    def __init__(self, url: str) -> None:
        self._client: Any = redis.asyncio.from_url(url) if url else fakeredis.FakeAsyncRedis()
        self._task: asyncio.Task[None] | None = None

    async def publish(self, news: dict[str, Any]) -> None:
        """Tell all processes."""
        await self._client.publish(CHANNEL, orjson.dumps(news))

    def listen(self, hear: Callable[[dict[str, Any]], None]) -> None:
        """Call `hear` for all news from now on, also after Redis was away."""
        self._task = asyncio.ensure_future(self._listen(hear))

    async def _listen(self, hear: Callable[[dict[str, Any]], None]) -> None:
        wait = 0.5
        while True:
            try:
                async with self._client.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    wait = 0.5
                    async for message in channel.listen():
                        if message["type"] == "message":
                            hear(orjson.loads(message["data"]))
            except (redis.asyncio.RedisError, OSError) as error:
                log.warning("redis_away", error=type(error).__name__, again_in=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 15)

    async def close(self) -> None:
        """Stop listening and leave."""
        if self._task is not None:
            self._task.cancel()
        await self._client.aclose()
