"""Somebody's phone in the chat sandbox of a running demo, over the sandbox's own API."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from tests.support.started_program import Server

Entry = dict[str, Any]
APP = 1000002


class ChatPhone:
    """`userid`'s phone: what the app sent, and what one can do with it."""

    def __init__(self, server: Server, userid: str) -> None:
        self._api, self.userid = f"{server.chat}/sandbox/api", userid

    def inbox(self, thread: str = f"app:{APP}") -> list[Entry]:
        """What came in, oldest first; a card as it looks now."""
        place = urllib.parse.quote(f"u:{self.userid}/{thread}")
        return [entry for entry in self._ask(f"threads/{place}")["entries"] if not entry["mine"]]

    def group(self, number: int) -> list[Entry]:
        """What stands in a group."""
        return list(self._ask(f"threads/g:group-{number}/group")["entries"])

    def wait_for(
        self, what: Callable[[Entry], bool], seconds: float = 15, *, group: int | None = None
    ) -> Entry:
        """The newest entry for which `what` holds, of one's own or of a group."""
        end = time.monotonic() + seconds
        while True:
            there = self.inbox() if group is None else self.group(group)
            found = [entry for entry in there if what(entry)]
            if found:
                return found[-1]
            assert time.monotonic() < end, f"{self.userid} was sent nothing like it: {there[-2:]}"
            time.sleep(0.05)

    def card(self, title: str) -> Entry:
        """The newest card whose title has `title` in it."""
        return self.wait_for(lambda entry: title in entry["content"].get("main_title", {}).get("title", ""))

    def press(self, card: Entry, text: str) -> dict[str, Any]:
        """Press a button by its words."""
        keys = [one["key"] for one in card["content"]["button_list"] if one["text"] == text]
        return self._act("press", {"serial": card["serial"], "key": keys[0], "chosen": {}})

    def say(self, text: str) -> None:
        """Write to the app."""
        self._act("say", {"thread": f"app:{APP}", "text": text})

    def _act(self, act: str, given: dict[str, Any]) -> dict[str, Any]:
        return dict(self._ask(f"people/{self.userid}/{act}", given))

    def _ask(self, path: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(f"{self._api}/{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.loads(answer.read()))
