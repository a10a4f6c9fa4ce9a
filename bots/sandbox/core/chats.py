"""What people see: threads of a person or a group, and the messages in them."""

from __future__ import annotations

import itertools
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

KEPT = 200  # entries of one thread
MESSAGES = 60_000
SMS = "sms"


def app_thread(agent_id: int) -> str:
    """The thread in which an app and a person write to each other."""
    return f"app:{agent_id}"


@dataclass
class Sender:
    """Who wrote: `kind` is agent, robot, person or sms."""

    kind: str
    id: str
    name: str
    colour: str = ""


@dataclass
class ChatMessage:
    """One message as it was sent; every receiver has an `ScreenEntry` of it."""

    id: str
    at: float
    sender: Sender
    msgtype: str
    content: dict[str, Any]
    agent_id: int | None = None
    task_id: str = ""
    recalled: bool = False


@dataclass(slots=True)
class ScreenEntry:
    """A message on one screen. A card may look different there after a press: `card`, `done`, `note`."""

    serial: int
    owner: str  # "u:userid" or "g:groupid"
    thread: str
    message: ChatMessage
    mine: bool = False
    card: dict[str, Any] | None = None
    done: bool = False
    note: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        message = self.message
        shown: dict[str, Any] = {
            "serial": self.serial,
            "owner": self.owner,
            "thread": self.thread,
            "id": message.id,
            "at": message.at,
            "from": vars(message.sender),
            "mine": self.mine,
            "msgtype": message.msgtype,
            "recalled": message.recalled,
            "content": {} if message.recalled else self.shown(),
        }
        if message.msgtype == "template_card":
            # Of the call that brought it: a card that was changed carries none any more.
            shown |= {"task_id": message.task_id, "done": self.done, "note": self.note, "chosen": self.chosen}
        return shown

    def shown(self) -> dict[str, Any]:
        """What stands there now: the card as it was changed, or what was sent."""
        return self.card or self.message.content


@dataclass(slots=True)
class SentMessage:
    """A message and all screens it stands on."""

    message: ChatMessage
    entries: list[ScreenEntry] = field(default_factory=list)


class Chats:
    """All threads. `tell(owner, news)` hears of everything that changes on a screen."""

    def __init__(self, tell: Callable[[str, dict[str, Any]], None]) -> None:
        self._tell = tell
        self.serials = itertools.count(1)
        self.threads: dict[tuple[str, str], deque[ScreenEntry]] = {}
        self.read: dict[tuple[str, str], int] = {}
        self.of_message: OrderedDict[str, SentMessage] = OrderedDict()
        self._of_owner: dict[str, dict[str, deque[ScreenEntry]]] = {}

    def show(self, message: ChatMessage, places: Iterable[tuple[str, str, bool]]) -> list[ScreenEntry]:
        """Put a message on screens, given as (owner, thread, mine)."""
        self.remember(message)
        entries = []
        for owner, thread, mine in places:
            entry = ScreenEntry(next(self.serials), owner, thread, message, mine)
            self.put(entry)
            entries.append(entry)
            self._tell(owner, {"type": "entry", "entry": entry})
        return entries

    def put(self, entry: ScreenEntry) -> None:
        """Keep an entry, telling nobody (also when a kept chat is read back)."""
        thread = self.threads.get((entry.owner, entry.thread))
        if thread is None:
            thread = self.threads[entry.owner, entry.thread] = deque(maxlen=KEPT)
            self._of_owner.setdefault(entry.owner, {})[entry.thread] = thread
        thread.append(entry)
        self.remember(entry.message).entries.append(entry)

    def remember(self, message: ChatMessage) -> SentMessage:
        """Know a message, also one that nobody's screen shows (yet)."""
        sent = self.of_message.setdefault(message.id, SentMessage(message))
        if len(self.of_message) > MESSAGES:
            self.of_message.popitem(last=False)
        return sent

    def entries_of(self, message_id: str) -> list[ScreenEntry]:
        """Where a message stands."""
        sent = self.of_message.get(message_id)
        return sent.entries if sent else []

    def clear(self) -> None:
        """Empty all screens."""
        self.threads.clear()
        self._of_owner.clear()
        self.of_message.clear()

    def changed(self, entries: Iterable[ScreenEntry]) -> None:
        """Say that entries look different now."""
        for entry in entries:
            self._tell(entry.owner, {"type": "changed", "entry": entry})

    def entries(self, owner: str, thread: str) -> list[ScreenEntry]:
        """What stands in a thread, oldest first."""
        return list(self.threads.get((owner, thread), ()))

    def of_owner(self, owner: str) -> dict[str, deque[ScreenEntry]]:
        """All threads of a person or group."""
        return self._of_owner.get(owner, {})

    def find(self, owner: str, serial: int) -> ScreenEntry | None:
        """An entry on somebody's screen."""
        return next(
            (entry for kept in self.of_owner(owner).values() for entry in kept if entry.serial == serial),
            None,
        )

    def unread(self, reader: str, owner: str, thread: str) -> int:
        """How many entries `reader` (a userid) has not seen."""
        seen = self.read.get((reader, f"{owner}/{thread}"), 0)
        kept = self.threads.get((owner, thread), ())
        return sum(
            entry.serial > seen and not entry.mine and entry.message.sender.id != reader for entry in kept
        )

    def mark_read(self, reader: str, owner: str, thread: str) -> None:
        """All that stands there has been seen."""
        kept = self.threads.get((owner, thread))
        self.read[reader, f"{owner}/{thread}"] = kept[-1].serial if kept else 0
