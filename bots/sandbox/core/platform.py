"""The whole platform in one object: its parts, and what several of them need of each other."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from bots.sandbox.callback_delivery.callbacks import Callbacks
from bots.sandbox.core.acts import Acts
from bots.sandbox.core.chats import SMS, ChatMessage, Chats, Sender
from bots.sandbox.core.clock import Clock
from bots.sandbox.core.faults import Fate, Faults, Shuffler
from bots.sandbox.core.feed import Feed
from bots.sandbox.core.limits import ADDRESS, API, CHAT_MEMBER, MEMBER, ROBOT, Paces, Quota
from bots.sandbox.core.people import Directory, Seed
from bots.sandbox.core.wire import WireLog
from bots.sandbox.wecom.codes import ResponseCodes
from bots.sandbox.wecom.groups import AppChats, Robots
from bots.sandbox.wecom.media import MediaStore
from bots.sandbox.wecom.sending import Recalls, Sendings
from bots.sandbox.wecom.tokens import Tokens

_DAY = 86_400


def _later(seconds: float, action: Callable[[], None]) -> object:
    return asyncio.get_running_loop().call_later(seconds, action)


class Platform:
    """A chat platform for one corporation. All of it runs on one event loop."""

    def __init__(self, seed: Seed) -> None:
        self.clock = Clock()
        self.feed = Feed()
        self.people = Directory(seed)
        self.tokens = Tokens(self.clock, self.people)
        self.media = MediaStore(self.clock)
        self.codes = ResponseCodes(self.clock)
        self.changes = 0  # goes up with everything that is worth keeping
        self.chats = Chats(self._tell)
        self.wire = WireLog(self.feed.tell_wire)
        self.faults = Faults(self._faults_changed)
        self.shuffler = Shuffler(_later)
        self.sms_keys: set[str] = set()  # a provider refuses a key that it has seen
        self.member_pace, self.chat_pace = Paces(MEMBER), Paces(CHAT_MEMBER)
        self.robot_pace = Paces(ROBOT)
        self.api_calls, self.address_calls = Quota(*API), Quota(*ADDRESS)
        self.chat_creations, self.chat_person_times = Quota((1000, _DAY)), Quota((20_000, 60))
        self._days: dict[int, tuple[float, int]] = {}
        self.sendings, self.recalls = Sendings(self), Recalls(self)
        self.app_chats, self.robots = AppChats(self), Robots(self)
        self.callbacks = Callbacks(self)
        self.acts = Acts(self)

    def person_times(self, agent_id: int, now: float, amount: int) -> bool:
        """Whether an app may still reach `amount` members today: 200 times a day for each account."""
        day, used = self._days.get(agent_id, (-1.0, 0))
        used = used if day == now // _DAY else 0
        if used + amount > 200 * self.people.accounts:
            return False
        self._days[agent_id] = (now // _DAY, used + amount)
        return True

    def send_sms(self, phone: str, text: str, fate: Fate) -> str:
        """A short message to a number; somebody's phone shows it if it is theirs. Gives its id."""
        message = ChatMessage(
            secrets.token_hex(12), self.clock.now(), Sender("sms", "sms", "短信"), "text", {"content": text}
        )
        member = self.people.by_phone(phone)
        if member is not None:
            places = [(f"u:{member.userid}", SMS, False)] * fate.copies
            self.shuffler.put(lambda: self.chats.show(message, places) and None, hold=fate.reorder)
        return message.id

    def forward(self, seconds: float) -> None:
        """Put the clock forward, and tell everybody."""
        self.clock.forward(seconds)
        self.changed()
        self.feed.tell_all({"type": "clock", "now": self.clock.now(), "ahead": self.clock.ahead})

    def people_changed(self) -> None:
        """Members, groups or menus are others now."""
        self.changed()
        self.feed.tell_all({"type": "people"})

    def changed(self) -> None:
        """Something is worth keeping."""
        self.changes += 1

    def _faults_changed(self) -> None:
        self.changed()
        self.feed.tell_all({"type": "faults", "faults": self.faults.as_json()})

    def _tell(self, owner: str, news: dict[str, Any]) -> None:
        self.changed()
        self.feed.tell(owner, news)
