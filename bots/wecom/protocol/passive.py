"""Passive replies: the answer to a callback, within its five seconds (reference §1.5). What comes out goes through `Callback.seal`.

A reply that changes a card changes it for the one who pressed, and nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bots.wecom.incoming.events import Incoming
from bots.wecom.protocol import xml
from bots.wecom.protocol.lengths import clean, cut, cut_bytes, line
from bots.wecom.words import TEXT_BYTES
from models.core import clock

MOST_ARTICLES = 8
REPLACE_NAME = 10  # characters; what a button may have
#: Where WeCom's XML doesn't follow from its JSON by capitals alone.
_NAMES = {
    "keyname": "KeyName", "checkbox": "CheckBox", "appid": "AppId", "pagepath": "PagePath", "userid": "UserId",
}  # fmt: skip


def text(to: Incoming, content: str) -> str:
    """Words, cut to what fits in one message."""
    return _reply(to, "text", [("Content", cut_bytes(clean(content), TEXT_BYTES))])


def image(to: Incoming, media_id: str) -> str:
    """A picture that was uploaded."""
    return _reply(to, "image", [("Image", [("MediaId", media_id)])])


def news(to: Incoming, articles: Sequence[Mapping[str, str]]) -> str:
    """One to eight articles: title, description, picurl, url."""
    if not 0 < len(articles) <= MOST_ARTICLES:
        raise ValueError("one to eight articles")
    items = [("item", _article(article)) for article in articles]
    return _reply(to, "news", [("ArticleCount", len(items)), ("Articles", items)])


def update_button(to: Incoming, name: str) -> str:
    """Grey the card's buttons and put `name` there."""
    return _reply(to, "update_button", [("Button", [("ReplaceName", cut(line(name), REPLACE_NAME))])])


def update_card(to: Incoming, template_card: Mapping[str, Any]) -> str:
    """Put another card, as `render.template_card` draws it, in the place of the one that was pressed."""
    return _reply(to, "update_template_card", [("TemplateCard", _children(template_card))])


def _article(article: Mapping[str, str]) -> list[tuple[str, Any]]:
    return [
        ("Title", cut_bytes(line(article.get("title", "")), 128)),
        ("Description", cut_bytes(clean(article.get("description", "")), 512)),
        ("PicUrl", article.get("picurl", "")),
        ("Url", article.get("url", "")),
    ]


def _reply(to: Incoming, kind: str, content: list[tuple[str, Any]]) -> str:
    return xml.write(
        [
            ("ToUserName", to.user_id),
            ("FromUserName", to.corp_id),
            ("CreateTime", int(clock.now().timestamp())),
            ("MsgType", kind),
            *content,
        ]
    )


def _children(card: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """A JSON object as elements: a list becomes its element again and again, as WeCom wants it."""
    found: list[tuple[str, Any]] = []
    for key, value in card.items():
        name = _NAMES.get(key) or "".join(part.capitalize() for part in key.split("_"))
        values = value if isinstance(value, list) else [value]
        found += [(name, _children(each) if isinstance(each, Mapping) else each) for each in values]
    return found
