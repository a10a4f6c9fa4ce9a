"""What one can say in the chat, and what comes back: a card for every sentence, never silence (L01)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from bots.card import Card
from models.core.chapters import load
from models.core.errors import AnbanError
from models.core.security.actor import Actor
from models.core.text.folding import fold
from models.messages.channels.records import ChatMember


@dataclass(frozen=True)
class CommandCall:
    """Who asks, as which `inbound` row, and the words after the command."""

    inbound_id: int
    member: ChatMember
    actor: Actor
    words: str = ""


Command = Callable[[CommandCall], Card]


@dataclass(frozen=True)
class ChatCommand:
    """A command: its name in the menu and in the chat, and what else people call it."""

    key: str
    name: str
    also: tuple[str, ...]
    run: Command
    with_words: bool = field(default=False)


_entries: dict[str, ChatCommand] = {}
#: What people say around a command: 打开快报, 我要上岗, 查一下今日, 快报吧.
_BEFORE = "请|麻烦|帮我|给我|我要|我想|我来|打开|开启|进入|查看|查询|查|看看|看|点|去|来|发|一下"
_AFTER = "一下|吧|呀|啊|了|谢谢|多谢|功能|页面"
_GAP = r"[\s:,，。.、;!?#/~\-—'\"“”‘’()\[\]【】《》]*"
#: Whom it is said to (@安班), and a smile at the end.
_AROUND = re.compile(r"^\s*@\S{1,30}\s+|[\u2600-\u27bf\U0001f000-\U0001faff\s]+$")
_EDGE = " \u3000\t\r\n:：,，。.、;；#/~～-—'\"“”"


def command(key: str, name: str, *also: str, with_words: bool = False) -> Callable[[Command], Command]:
    """Register a command. With `with_words` what follows its name belongs to it."""

    def keep(run: Command) -> Command:
        _entries[key] = ChatCommand(key, name, also, run, with_words)
        return run

    return keep


def find(text: str) -> tuple[ChatCommand, str] | None:
    """The command that a sentence is, and the words after it; None if it is none."""
    load("commands")
    text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Mn"))
    text = _AROUND.sub("", text)
    plain = "".join(map(_narrow, text))
    with_words: tuple[int, ChatCommand, str] | None = None
    for entry in _entries.values():
        for name in (entry.name, *entry.also):
            found = _pattern(name).fullmatch(plain)
            if found is None:
                continue
            if found["rest"] is None:
                return entry, ""
            if entry.with_words and (with_words is None or len(name) > with_words[0]):
                # As they were written, not as they were read.
                words = text[found.start("rest") :].strip(_EDGE)
                with_words = (len(name), entry, words)
    return with_words[1:] if with_words else None


def _narrow(sign: str) -> str:
    """ｈ as h, ！ as !, 幫 as 帮, where one sign stays one."""
    plain = unicodedata.normalize("NFKC", sign)
    plain = plain if plain.isascii() else fold(plain)
    return plain if len(plain) == 1 else sign


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """A name with what may stand around it, also 快 报; `rest` is what is left after it."""
    spaced = r"\s*".join(map(re.escape, unicodedata.normalize("NFKC", name)))
    before, after = f"{_GAP}(?:(?:{_BEFORE}){_GAP})*", f"{_GAP}(?:(?:{_AFTER}){_GAP})*"
    return re.compile(f"{before}{spaced}(?:{after}|(?P<rest>.+))", re.IGNORECASE | re.DOTALL)


def of_key(key: str) -> ChatCommand | None:
    """The command of a menu's entry."""
    load("commands")
    return _entries.get(key.removeprefix(MENU_KEY))


MENU_KEY = "cmd."


def refused(inbound_id: int, error: AnbanError) -> Card:
    """A refusal as a card: what is wrong, why, what to do."""
    lead = "。".join(part.rstrip("。") for part in (error.cause, error.advice) if part)
    return Card("chat", inbound_id, 1, error.title, lead=lead, tone="warn", path="/pages/home/index")


__all__ = ["MENU_KEY", "ChatCommand", "CommandCall", "command", "find", "of_key", "refused"]
