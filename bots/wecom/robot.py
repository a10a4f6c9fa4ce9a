"""Group robots of WeCom (消息推送): a key in the address, no token, one way only (L01, reference §1.5)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bots.wecom.protocol.errors import WecomError
from bots.wecom.protocol.wire import OFFICIAL, File, WecomConnections, ascii_name, wire_of

CARD_TYPES = ("text_notice", "news_notice")
MOST_IMAGE = 2 * 1024 * 1024  # bytes


class Robot:
    """One robot. Its key is a secret: neither an error nor a log names it.

    Methods raise WecomError. WeCom answers HTTP 200 also when it refuses; 20 messages a minute pass (bots/delivery/limits.py).
    """

    def __init__(self, key: str, base_url: str, *, wire: WecomConnections | None = None) -> None:
        self._key = key
        self._wire = wire or wire_of(base_url)

    @classmethod
    def of(cls, group: Any) -> Robot:
        """The robot of a ChatGroup record; the address is that of its app, or WeCom's own where it has none."""
        return cls(group.webhook_key, group.app.base_url if group.app else f"https://{OFFICIAL}")

    def __repr__(self) -> str:
        return "Robot(•••)"

    def send(self, message: Mapping[str, Any]) -> None:
        """Send `message`, as the functions below and `render` make it."""
        self._ask("webhook/send", {}, data=dict(message))

    def upload(self, kind: Literal["file", "voice"], file: File) -> str:
        """The media_id of a file, for this robot alone and for three days."""
        part = (ascii_name(file.name), file.content, file.mime)
        return str(self._ask("webhook/upload_media", {"type": kind}, files={"media": part})["media_id"])

    def _ask(self, path: str, params: Mapping[str, str], **body: Any) -> dict[str, Any]:
        try:
            return self._wire.ask("post", path, params={**params, "key": self._key}, **body)
        except WecomError as error:
            said = error.text.replace(self._key, "•••") if self._key else error.text
            raise WecomError(error.code, said, error.kind, uncertain=error.uncertain) from None


def text(content: str, *, users: Sequence[str] = (), phones: Sequence[str] = ()) -> dict[str, Any]:
    """Plain text of at most 2,048 bytes; `users` and `phones` are mentioned (`@all`: everybody)."""
    body: dict[str, Any] = {"content": content}
    if users:
        body["mentioned_list"] = list(users)
    if phones:
        body["mentioned_mobile_list"] = list(phones)
    return {"msgtype": "text", "text": body}


def markdown(content: str) -> dict[str, Any]:
    """The older markdown: colours and mentions, no tables and pictures; at most 4,096 bytes."""
    return {"msgtype": "markdown", "markdown": {"content": content}}


def markdown_v2(content: str) -> dict[str, Any]:
    """The newer markdown: tables and pictures, no colours and mentions; older apps show it as plain text."""
    return {"msgtype": "markdown_v2", "markdown_v2": {"content": content}}


def image(content: bytes) -> dict[str, Any]:
    """A JPG or PNG of at most 2 MB. Raises WecomError (data) for a larger one."""
    if not content or len(content) > MOST_IMAGE:
        raise WecomError(45001 if content else 44001, "image size", "data")
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(content).decode(), "md5": digest}}


def news(articles: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """One to eight articles: title, description, url, picurl."""
    if not 0 < len(articles) <= 8:
        raise ValueError("one to eight articles")
    return {"msgtype": "news", "news": {"articles": [dict(article) for article in articles]}}


def file(media_id: str) -> dict[str, Any]:
    """A file that was uploaded by this robot."""
    return {"msgtype": "file", "file": {"media_id": media_id}}


def template_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """A notice; a robot's card can have no buttons that call back (render.robot_card draws such a one)."""
    if card.get("card_type") not in CARD_TYPES:
        raise ValueError("a robot sends notices only")
    return {"msgtype": "template_card", "template_card": dict(card)}
