"""A neutral card in words, for what shows no cards: text, textcard and markdown, within WeCom's bytes (L01).

The WeChat plug-in shows neither cards nor markdown, groups of the app take no cards (reference §1.5).
"""

from __future__ import annotations

from typing import Any

from bots.card import Card
from bots.wecom.protocol.lengths import clean, cut_bytes, line
from bots.wecom.render import URL_BYTES, CardFrame

TEXT_BYTES = 2048
MARKDOWN_BYTES, ROBOT_MARKDOWN_BYTES = 2048, 4096
CARD_TITLE_BYTES, CARD_TEXT_BYTES = 128, 512

_COLOURS = {"info": "info", "done": "info", "warn": "warning", "alarm": "warning", "plain": "comment"}
# What people wrote must make no link, no mention and no colour: the signs of markup become their wide sisters.
_WIDE = str.maketrans("<>[]`*", "＜＞［］｀＊")


def text(card: Card, frame: CardFrame) -> dict[str, Any]:
    """A text message that ends in the link."""
    end = f'\n<a href="{frame.address(card.path)}">打开查看</a>'
    return {"msgtype": "text", "text": {"content": _with_end(plain(card), end, TEXT_BYTES)}}


def text_card(card: Card, frame: CardFrame) -> dict[str, Any]:
    """A textcard: title, text, one link. What also the WeChat plug-in shows."""
    title, _, rest = plain(card).partition("\n")
    return {
        "msgtype": "textcard",
        "textcard": {
            "title": cut_bytes(title, CARD_TITLE_BYTES),
            "description": cut_bytes(rest or title, CARD_TEXT_BYTES),
            "url": frame.address(card.path),
            "btntxt": "详情",
        },
    }


def markdown(card: Card, frame: CardFrame, *, most: int = MARKDOWN_BYTES) -> dict[str, Any]:
    """Markdown with colours, for the app, its groups and (`most` bytes more) robots."""
    title, _, rest = plain(card).partition("\n")
    colour = _COLOURS[card.tone]
    head = f'<font color="{colour}">**{cut_bytes(title, 256)}**</font>'
    end = f"\n[打开查看]({frame.address(card.path)})"
    quoted = "\n".join(f"> {each}" for each in rest.split("\n")) if rest else ""
    room = most - len(head.encode()) - len(end.encode())
    body = cut_bytes(f"\n{quoted}" if quoted else "", max(0, room))
    return {"msgtype": "markdown", "markdown": {"content": f"{head}{body}{end}"}}


def plain(card: Card) -> str:
    """The card's text without anything that WeCom would take for markup, one fact a line."""
    rows = [f"{line(card.number)} {line(card.title) or '通知'}".strip()]
    rows += [each for each in map(line, clean(card.lead).split("\n")) if each]
    rows += [f"{line(fact.name)}：{line(fact.value) or '—'}".lstrip("：") for fact in card.facts]
    rows += [line(card.outcome)] if card.outcome else []
    return "\n".join(rows).translate(_WIDE)


def _with_end(body: str, end: str, most: int) -> str:
    if len(end.encode()) > URL_BYTES // 2:
        raise ValueError("the address leaves no room for the text")
    return cut_bytes(body, most - len(end.encode())) + end
