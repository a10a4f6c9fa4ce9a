"""Text cut to what WeCom takes: at whole characters, with … where something is missing."""

from __future__ import annotations

import re
import unicodedata

from bots.wecom.guesses import guess

_MORE = "…"
_STUMP = 6  # characters
_UNITS = bool(guess("characters_are_utf16_units"))
# What neither JSON in UTF-8 nor XML can carry, and what turns the reading direction of all that follows.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_JOINER = "\u200d"
_REGIONAL = range(0x1F1E6, 0x1F200)
_TONES = range(0x1F3FB, 0x1F400)


def clean(text: str) -> str:
    """`text` without what can't be sent; lines end in \\n alone."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """`clean`, in one line."""
    return " ".join(clean(text).split())


def length(text: str) -> int:
    """Characters as the strictest counter sees them: UTF-16 units, so that 𬭎 and 😀 count two."""
    return len(text) + (sum(sign > "\uffff" for sign in text) if _UNITS else 0)


def cut(text: str, most: int) -> str:
    """`text` of at most `most` characters."""
    return _cut(text, most, length)


def cut_bytes(text: str, most: int) -> str:
    """`text` of at most `most` bytes of UTF-8."""
    return _cut(text, most, lambda part: len(part.encode()))


def _cut(text: str, most: int, size) -> str:  # type: ignore[no-untyped-def]
    if size(text) <= most:
        return text
    room, end = most - size(_MORE), 0
    if room < 0:
        return ""
    for piece in _whole(text):
        room -= size(piece)
        if room < 0:
            break
        end += len(piece)
    kept = text[:end].rstrip()
    whole, newline, stump = kept.rpartition("\n")
    # Of a line that breaks off at once nothing can be read: it only says that there is more.
    return f"{whole}\n{_MORE}" if newline and len(stump) < _STUMP else kept + _MORE


def _whole(text: str) -> list[str]:
    """The characters as people see them: with their accents, tones of skin, and what is joined to them."""
    pieces: list[str] = []
    for sign in text:
        if pieces and _belongs(sign, pieces[-1]):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _belongs(sign: str, before: str) -> bool:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me") or sign == _JOINER:
        return True
    if ord(sign) in _TONES or before.endswith(_JOINER):
        return True
    return ord(sign) in _REGIONAL and len(before) == 1 and ord(before) in _REGIONAL
