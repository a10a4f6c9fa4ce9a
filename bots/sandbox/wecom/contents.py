"""WeCom's rules for messages that are no template cards: what each type needs, and how long it may be in bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from bots.sandbox.wecom import cards
from bots.sandbox.wecom.errors import ApiRefused
from bots.sandbox.wecom.media import MediaStore, mime_of
from bots.sandbox.wecom.urls import Known, check_url

APP_TYPES = ("text", "image", "voice", "video", "file", "textcard", "news", "markdown", "template_card")
CHAT_TYPES = tuple(kind for kind in APP_TYPES if kind != "template_card")
ROBOT_TYPES = ("text", "markdown", "markdown_v2", "image", "news", "file", "voice", "template_card")
_MARKDOWN_BYTES = {"app": 2048, "chat": 2048, "robot": 4096}
_MEDIA = {"image": "image", "voice": "voice", "video": "video", "file": "file"}
_ROBOT_PICTURE = 2 << 20


class Checker:
    """Checks and trims the contents of one message. `door` is app, chat or robot; `notes` say what was cut."""

    def __init__(
        self, media: MediaStore, door: str, robot: str | None = None, *, known: Known = lambda userid: True
    ) -> None:
        self._media, self._door, self._robot, self._known = media, door, robot, known
        self.notes: list[str] = []

    def content(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The type and the contents of a request as they will be shown. Raises Refused."""
        kind = body.get("msgtype")
        allowed = {"app": APP_TYPES, "chat": CHAT_TYPES, "robot": ROBOT_TYPES}[self._door]
        if kind not in allowed:
            raise ApiRefused(40008)
        content = body.get(kind)
        if not isinstance(content, dict):
            raise ApiRefused(44004 if kind == "text" else 40058, f"{kind} is missing")
        if kind == "template_card":
            return kind, self._card(content)
        if kind == "image" and self._door == "robot":
            return kind, self._robot_picture(content)
        if kind in _MEDIA:
            return kind, self._file(kind, content)
        return kind, getattr(self, f"_{kind}")(content)

    def _text(self, content: dict[str, Any]) -> dict[str, Any]:
        text = self._words(content)
        shown: dict[str, Any] = {"content": self._cut(text, 2048, "text.content")}
        for name in ("mentioned_list", "mentioned_mobile_list"):
            if isinstance(content.get(name), list):
                shown[name] = content[name]
        return shown

    def _markdown(self, content: dict[str, Any], name: str = "markdown") -> dict[str, Any]:
        text = self._words(content)
        most = _MARKDOWN_BYTES[self._door]
        if len(text.encode()) > most:
            if self._door == "robot":
                raise ApiRefused(40058, f"{name}.content exceed max length {most}")
            raise ApiRefused(45002, f"{name}.content exceed max length {most}")
        return {"content": text}

    def _markdown_v2(self, content: dict[str, Any]) -> dict[str, Any]:
        return self._markdown(content, "markdown_v2")

    def _textcard(self, content: dict[str, Any]) -> dict[str, Any]:
        title = self._need(content, "title", 41016)
        description = self._need(content, "description", 41033)
        url = check_url(self._need(content, "url", 41010), "textcard.url")
        button = content.get("btntxt") or "详情"
        if not isinstance(button, str):
            raise ApiRefused(40058, "textcard.btntxt must be a string")
        if len(button) > 4:
            self.notes.append(f"textcard.btntxt 有 {len(button)} 字，只显示 4 字")
        return {
            "title": self._cut(title, 128, "textcard.title"),
            "description": self._cut(description, 512, "textcard.description"),
            "url": url,
            "btntxt": button[:4],
        }

    def _news(self, content: dict[str, Any]) -> dict[str, Any]:
        articles = content.get("articles")
        if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
            raise ApiRefused(45008)
        shown = []
        for article in articles:
            if not isinstance(article, dict):
                raise ApiRefused(40058, "news.articles must be a list of objects")
            description, picture = (article.get(name) or "" for name in ("description", "picurl"))
            if not isinstance(description, str):
                raise ApiRefused(40058, "news.description must be a string")
            if picture:
                check_url(picture, "news.picurl")
            shown.append(
                {
                    "title": self._cut(self._need(article, "title", 41016), 128, "news.title"),
                    "description": self._cut(description, 512, "news.description"),
                    "url": check_url(self._need(article, "url", 41010), "news.url"),
                    "picurl": picture,
                }
            )
        return {"articles": shown}

    def _card(self, card: dict[str, Any]) -> dict[str, Any]:
        self.notes += cards.check(card, robot=self._door == "robot", known=self._known)
        for row in card.get("horizontal_content_list") or ():
            if row.get("type") == 2:
                self._media.use(row.get("media_id"), "file", robot=self._robot)
        return card

    def _file(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        media = self._media.use(content.get("media_id"), _MEDIA[kind], robot=self._robot)
        shown = {"media_id": media.id, "name": media.name, "size": len(media.data), "mime": media.mime}
        if kind == "video":
            shown |= {name: str(content.get(name) or "") for name in ("title", "description")}
        return shown

    def _robot_picture(self, content: dict[str, Any]) -> dict[str, Any]:
        try:
            data = base64.b64decode(content.get("base64") or "", validate=True)
        except (binascii.Error, ValueError, TypeError) as broken:
            raise ApiRefused(40058, "image.base64 is none") from broken
        if hashlib.md5(data).hexdigest() != str(content.get("md5") or "").lower():
            raise ApiRefused(40058, "image.md5 does not match")
        if not data or len(data) > _ROBOT_PICTURE:
            raise ApiRefused(40009)
        if mime_of(data) not in ("image/jpeg", "image/png"):
            raise ApiRefused(40123)
        media = self._media.keep("image", "image", data, for_good=True)
        return {"media_id": media.id, "name": media.name, "size": len(data), "mime": media.mime}

    def _words(self, content: dict[str, Any]) -> str:
        text = content.get("content")
        if not isinstance(text, str) or not text:
            raise ApiRefused(44004)
        return text

    def _need(self, content: dict[str, Any], name: str, number: int) -> str:
        value = content.get(name)
        if not isinstance(value, str) or not value:
            raise ApiRefused(number)
        return value

    def _cut(self, text: str, most: int, field: str) -> str:
        size = len(text.encode())
        if size <= most:
            return text
        self.notes.append(f"{field} 有 {size} 字节，超过 {most}，已截断")
        return text.encode()[:most].decode(errors="ignore")
