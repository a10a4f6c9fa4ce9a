"""Addresses and people that a message names: what the platform takes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bots.sandbox.errors import ApiRefused
from bots.wecom.guesses import guess

LONGEST = guess("card_url_bytes")  # the pages say so of textcard and news, and nothing of cards
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
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
    if not parts.hostname or _BLANK.search(url):
        raise ApiRefused(40058, f"{field} is no address")
    return url


def is_trusted(target: str, trusted: list[str], loopback: set[str]) -> bool:
    """Whether a sign-on may lead to `target`: only to the domains that were registered for the app (可信域名).

    Hosts of this machine count as one; the page's phones have names of their own below `.localhost`.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False

    def plain(host: str) -> str:
        return "localhost" if host in loopback or host.endswith(".localhost") else host

    return plain(parts.hostname) in {plain(each) for each in trusted}


def string(holder: dict[str, Any], field: str, name: str) -> str:
    """A text that may be missing. Raises Refused (40058) for what is none."""
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ApiRefused(40058, f"template_card.{field}.{name} must be a string")
    return value
