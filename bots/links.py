"""Where the phone client is, for those who come from outside."""

from __future__ import annotations

from urllib.parse import quote

from models.core.config import config

HOME = "/pages/home/index"


def page(path: str) -> str:
    """The address of a page of the phone client, in any browser."""
    return f"{config().public_url}/m/#{path or HOME}"


def from_chat(app_id: int, path: str) -> str:
    """The address of a page that is opened from a chat app: by way of its sign-on."""
    return f"{config().public_url}/bots/wecom/{app_id}/open?to={quote(path or HOME, safe='')}"


def is_page(path: str) -> bool:
    """Whether `path` is one of the phone client's own, so that one may be sent there."""
    return path.startswith("/pages/") and len(path) <= 500 and path.isprintable() and "\\" not in path
