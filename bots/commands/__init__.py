"""What one can say in the chat, and what comes back: a card for every sentence, never silence (L01)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from bots.card import Card
from models.core.actor import Actor
from models.core.errors import AnbanError
from models.messages.ways import ChatMember


@dataclass(frozen=True)
class Asked:
    """Who asks, as which `inbound` row, and the words after the command."""

    inbound_id: int
    member: ChatMember
    actor: Actor
    words: str = ""


Command = Callable[[Asked], Card]


@dataclass(frozen=True)
class Entry:
    """A command: its name in the menu and in the chat, and what else people call it."""

    key: str
    name: str
    also: tuple[str, ...]
    run: Command
    with_words: bool = field(default=False)


_entries: dict[str, Entry] = {}
_ENDS = re.compile(r"[\s:,，。.、;；!！?？#/~～]+")


def command(key: str, name: str, *also: str, with_words: bool = False) -> Callable[[Command], Command]:
    """Register a command. With `with_words` what follows its name belongs to it."""

    def keep(run: Command) -> Command:
        _entries[key] = Entry(key, name, also, run, with_words)
        return run

    return keep


def find(text: str) -> tuple[Entry, str] | None:
    """The command that a sentence is, and the words after it; None if it is none."""
    _load()
    plain = unicodedata.normalize("NFKC", text).strip()
    bare = _ENDS.sub("", plain).lower()
    for entry in _entries.values():
        for name in (entry.name, *entry.also):
            if bare == name.lower():
                return entry, ""
            if entry.with_words and _ENDS.sub("", plain[: len(name) + 2]).lower().startswith(name.lower()):
                at = plain.lower().find(name.lower()) + len(name)
                return entry, plain[at:].strip(" \t\n:,，。、;；#/~～-—")
    return None


def of_key(key: str) -> Entry | None:
    """The command of a menu's entry."""
    _load()
    return _entries.get(key.removeprefix(MENU_KEY))


MENU_KEY = "cmd."


def _load() -> None:
    from bots.commands import answers  # noqa: F401 - registers them


def refused(inbound_id: int, error: AnbanError) -> Card:
    """A refusal as a card: what is wrong, why, what to do."""
    lead = "。".join(part.rstrip("。") for part in (error.cause, error.advice) if part)
    return Card("chat", inbound_id, 1, error.title, lead=lead, tone="warn", path="/pages/home/index")


__all__ = ["MENU_KEY", "Asked", "Entry", "command", "find", "of_key", "refused"]
