"""Who looks on, and what they are told: the page's WebSocket."""

from __future__ import annotations

import json
from typing import Any, Protocol

from bots.sandbox.core.chats import ScreenEntry


class Onlooker(Protocol):
    """Somebody connected. `watching` are owners ("u:…", "g:…"); `wire` says whether requests interest them."""

    watching: set[str]
    wire: bool

    def hear(self, text: str) -> None:
        """Be told."""


class Feed:
    """Hands news to those whom they concern."""

    def __init__(self) -> None:
        self.onlookers: set[Onlooker] = set()

    def tell(self, owner: str, news: dict[str, Any]) -> None:
        """News of one person's or group's screen."""
        concerned = [each for each in self.onlookers if owner in each.watching]
        if concerned:
            self._hand(concerned, {**news, "owner": owner})

    def tell_all(self, news: dict[str, Any]) -> None:
        """News for everybody: the clock, faults, people."""
        self._hand(list(self.onlookers), news)

    def tell_wire(self, news: dict[str, Any]) -> None:
        """A line of the wire."""
        self._hand([each for each in self.onlookers if each.wire], news)

    def _hand(self, concerned: list[Onlooker], news: dict[str, Any]) -> None:
        if not concerned:
            return
        text = json.dumps(news, ensure_ascii=False, default=_plain)
        for each in concerned:
            each.hear(text)


def _plain(value: object) -> Any:
    if isinstance(value, ScreenEntry):
        return value.as_json()
    raise TypeError(type(value))
