"""Redis, or what stands for it in the embedded default: news between the processes of an installation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import fakeredis
import orjson
import redis.asyncio
import structlog

from models.core.events import outbox

log = structlog.get_logger("shared")
CHANNEL = "anban:live"
_PATIENCE = 3.0  # seconds
_TALLY_WITHIN = 0.2  # seconds: a request waits for it
_COUNTS = "anban:counts:"


#: Said when a session ended or what an account may do has changed; its payload names the accounts.
STANDING = "account.changed"


def standing_in(kind: str, payload: Any) -> list[int]:
    """The accounts whose standing a piece of news of the outbox says has changed."""
    return list((payload or {}).get("accounts", ())) if kind == STANDING else []


class News:
    """Publishes and hears what changed. With `url` empty it reaches this process only."""

    def __init__(self, url: str) -> None:
        self._client: Any = (
            redis.asyncio.from_url(url, socket_connect_timeout=3) if url else fakeredis.FakeAsyncRedis()
        )
        self._task: asyncio.Task[None] | None = None
        self._saying: set[asyncio.Task[None]] = set()
        self._unlisten: Callable[[], None] = lambda: None

    async def publish(self, news: dict[str, Any]) -> None:
        """Tell all processes. Where Redis is away nobody hears it: work must not wait for what only refreshes screens."""
        try:
            await asyncio.wait_for(self._client.publish(CHANNEL, orjson.dumps(news)), _PATIENCE)
        except (redis.asyncio.RedisError, OSError, TimeoutError) as error:
            log.warning("news_not_published", error=type(error).__name__)

    def publish_at_once(self) -> None:
        """From now on, say changes of standing that this process makes as soon as they are committed.

        The relay says them too, so that none is lost with a process; but others' news may stand before it there.
        """
        loop = asyncio.get_running_loop()

        def pass_on(payload: Any) -> None:
            accounts = standing_in(STANDING, payload)
            if accounts and not loop.is_closed():
                loop.call_soon_threadsafe(lambda: self._keep(self.publish({"standing": accounts})))

        outbox.listen(STANDING, pass_on)
        self._unlisten = partial(outbox.unlisten, STANDING, pass_on)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def tally(self, key: str, seconds: int) -> int | None:
        """Count one under `key` for all processes, and give how many there were in this window; None if Redis is away."""
        name = f"{_COUNTS}{key}:{int(time.time()) // seconds}"
        try:
            async with self._client.pipeline(transaction=False) as pipe:
                pipe.incr(name)
                pipe.expire(name, seconds)
                answers = await asyncio.wait_for(pipe.execute(), _TALLY_WITHIN)
        except (redis.asyncio.RedisError, OSError, TimeoutError) as error:
            log.warning("not_counted", error=type(error).__name__)
            return None
        return int(answers[0])

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
        self._unlisten()
        if self._task is not None:
            self._task.cancel()
        await self._client.aclose()
