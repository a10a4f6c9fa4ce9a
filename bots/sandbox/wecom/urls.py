"""Addresses and people that a message names: what the platform takes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bots.sandbox.wecom.errors import ApiRefused
from bots.wecom.guesses import guess

LONGEST = guess("card_url_bytes")  # the pages say so of textcard and news, and nothing of cards
#: Blanks, and what a browser takes for a slash and others for a part of a name.
_TWO_READINGS = re.compile(r"[\s\x00-\x1f\x7f\\]")
#: Whether somebody of that user id is in the corporation.
Known = Callable[[str], bool]


def check_url(url: object, field: str) -> str:
    """An address that a phone can open. Raises Refused: 41010 for none, 40039 too long, 45034 without a scheme, 40058 else."""
    if not isinstance(url, str) or not url:
        raise ApiRefused(41010, field)
    if len(url.encode("utf-8", "replace")) > LONGEST:
        raise ApiRefused(40039, f"{field} has more than {LONGEST} bytes")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ApiRefused(40058, f"{field} is no address") from None
    if not parts.scheme:
        raise ApiRefused(45034, field)
    if parts.scheme.lower() not in ("http", "https"):
        raise ApiRefused(40058, f"{field} must be http or https")
    if not parts.hostname or _TWO_READINGS.search(url):
        raise ApiRefused(40058, f"{field} is no address")
    return url


def is_trusted(target: str, trusted: list[str], here: frozenset[str]) -> bool:
    """Whether a sign-on may lead to `target`: only to the domains that were registered for the app (可信域名).

    `here` are the names of this machine, its phones' among them; they count as one. What programs read as different
    hosts (a backslash, a name before an @, blanks) leads nowhere.
    """
    if _TWO_READINGS.search(target):
        return False
    try:
        parts = urlsplit(target)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return False
    return host in trusted or (host in here and any(each in here for each in trusted))


def string(holder: dict[str, Any], field: str, name: str) -> str:
    """A text that may be missing. Raises Refused (40058) for what is none."""
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ApiRefused(40058, f"template_card.{field}.{name} must be a string")
    return value
