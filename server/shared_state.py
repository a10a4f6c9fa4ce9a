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
_PATIENCE = 3.0  # seconds


class News:
    """Publishes and hears what changed. With `url` empty it reaches this process only."""

    def __init__(self, url: str) -> None:
        self._client: Any = (
            redis.asyncio.from_url(url, socket_connect_timeout=3) if url else fakeredis.FakeAsyncRedis()
        )
        self._task: asyncio.Task[None] | None = None

    async def publish(self, news: dict[str, Any]) -> None:
        """Tell all processes. Where Redis is away nobody hears it: work must not wait for what only refreshes screens."""
        try:
            await asyncio.wait_for(self._client.publish(CHANNEL, orjson.dumps(news)), _PATIENCE)
        except (redis.asyncio.RedisError, OSError, TimeoutError) as error:
            log.warning("news_not_published", error=type(error).__name__)

    def listen(
        self, hear: Callable[[dict[str, Any]], None], missed: Callable[[], None] = lambda: None
    ) -> None:
        """Call `hear` for all news from now on, also after Redis was away; `missed` when it is back from that."""
        self._task = asyncio.ensure_future(self._listen(hear, missed))

    async def _listen(self, hear: Callable[[dict[str, Any]], None], missed: Callable[[], None]) -> None:
        wait, away = 0.5, False
        while True:
            try:
                async with self._client.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    if away:
                        missed()
                    wait, away = 0.5, False
                    async for message in channel.listen():
                        if message["type"] == "message":
                            hear(orjson.loads(message["data"]))
            except (redis.asyncio.RedisError, OSError) as error:
                log.warning("redis_away", error=type(error).__name__, again_in=wait)
                away = True
                await asyncio.sleep(wait)
                wait = min(wait * 2, 15)

    async def close(self) -> None:
        """Stop listening and leave."""
        if self._task is not None:
            self._task.cancel()
        await self._client.aclose()
