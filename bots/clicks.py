"""What a button of a card sends back: which verb of which version of which thing, signed (L01, L04).

The signature says that we drew the button. Who pressed it is never read from here: the platform says that.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from models.core.errors import Invalid
from models.core.security import crypto

PURPOSE = "click"
MAX_BYTES = 1024  # of a button's key on WeCom, the narrowest of the platforms
_FORM = "c1"
_MAC_DIGITS = 32  # 128 bits
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True)
class Click:
    """`verb` was pressed on a card that showed (`kind`, `id`, `version`)."""

    kind: str
    id: int
    version: int
    verb: str


def pack(kind: str, id: int, version: int, verb: str) -> str:
    """The signed text of a button, plain ASCII and shorter than MAX_BYTES.

    Raises ValueError for a kind or verb that is no plain word: those come from code, never from people.
    """
    if not _WORD.fullmatch(kind) or not _WORD.fullmatch(verb):
        raise ValueError(f"not a plain word: {kind!r} or {verb!r}")
    body = f"{_FORM}:{kind}:{int(id)}:{int(version)}:{verb}"
    return f"{body}:{_mac(body)}"


def unpack(text: str) -> Click:
    """The click that `pack` signed. Raises Invalid (`click.altered`) for every other text."""
    if not isinstance(text, str) or len(text) > MAX_BYTES:
        raise _altered()
    body, _, mac = text.rpartition(":")
    # Bytes, as compare_digest takes no text beyond ASCII.
    given, right = mac.encode("utf-8", "surrogatepass"), _mac(body).encode()
    if not hmac.compare_digest(given, right):
        raise _altered()
    _, kind, id, version, verb = body.split(":")
    return Click(kind, int(id), int(version), verb)


def _mac(body: str) -> str:
    # Lone surrogates cannot be encoded; whoever sends one gets the hash of something that was never signed.
    return crypto.keyed_hash(body.encode("utf-8", "replace").decode(), PURPOSE)[:_MAC_DIGITS]


def _altered() -> Invalid:
    return Invalid(
        "按钮内容被改动过",
        code="click.altered",
        cause="这个按钮不是本系统发出的，或者内容已经变了",
        advice="请打开手机端处理，或在聊天里重新打开原来的卡片",
    )
