"""The health of a way of telling people: how much of the platform's limits is used (J08, L01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from models.core.ledger import Ledger
from models.core.security.actor import Actor
from models.messages.channels.ledgers import CHAT_GROUPS, MAIL_SERVERS, SMS_PROVIDERS, WECOM_APPS
from models.messages.channels.records import READ_WAYS

Usage = Callable[[Any], list[dict[str, Any]]]


class WindowOut(BaseModel):
    """At most `most` within `seconds`, of which `used` are."""

    title: str
    used: int
    most: int
    seconds: float


class UsageOut(BaseModel):
    """All windows that count for the way."""

    items: list[WindowOut]


def _usage(actor: Actor, ledger: Ledger, row_id: int, usage: Usage) -> list[dict[str, Any]]:
    return usage(ledger.record.find(actor, READ_WAYS, row_id))


class UsageHandler(ConsoleHandler):
    """`/{ways}/{id}/usage`. The counting is the chat door's; the server hands it over as `usage`."""

    ledger: Ledger

    @operation("频率限制用量", right="ledger:read", system="J08", gives={200: UsageOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """What the platform lets through, and how much of it is used at this moment."""
        usage: Usage = self.settings["usage"]
        found = await self.call(_usage, self.actor, self.ledger, id, usage, write=False)
        self.answer({"items": found})


routes = [
    Route(f"/api/console/v1/{ledger.name}/{{id}}/usage", UsageHandler, ledger)
    for ledger in (WECOM_APPS, CHAT_GROUPS, SMS_PROVIDERS, MAIL_SERVERS)
]
