"""What an app answers on the spot: words, pictures, or another look for the card that was pressed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from bots.sandbox.callback_delivery import xml
from bots.sandbox.core.chats import ChatMessage, ScreenEntry, Sender, app_thread
from bots.sandbox.core.people import Agent
from bots.sandbox.wecom import cards
from bots.sandbox.wecom.contents import Checker
from bots.sandbox.wecom.errors import ApiRefused
from bots.sandbox.wecom.sending import change

if TYPE_CHECKING:
    from bots.sandbox.core.platform import Platform


def apply(
    platform: Platform, agent: Agent, userid: str, reply: bytes, pressed: ScreenEntry | None = None
) -> str:
    """Do what a reply asks, for the one who pressed or wrote alone. Gives its type, empty for none.

    Raises ValueError for a reply that the platform would not take; `pressed` is the card of a card event.
    """
    if not reply:
        return ""
    root = xml.read(reply)
    kind = (root.findtext("MsgType") or "").strip()
    if kind in ("update_button", "update_template_card"):
        if pressed is None:
            raise ValueError(f"{kind} 只能回答卡片事件")
        _change(platform, root, kind, pressed)
        platform.chats.changed([pressed])
        return kind
    body = _body(root, kind)
    checker = Checker(platform.media, "app", known=platform.people.knows)
    try:
        msgtype, content = checker.content({"msgtype": kind, kind: body})
    except ApiRefused as refused:
        raise ValueError(f"{kind}：{refused.as_json()['errmsg']}") from refused
    sender = Sender("agent", str(agent.agent_id), agent.name, agent.colour)
    message = ChatMessage(
        secrets.token_urlsafe(24), platform.clock.now(), sender, msgtype, content, agent.agent_id
    )
    platform.chats.show(message, [(f"u:{userid}", app_thread(agent.agent_id), False)])
    return kind


def _change(platform: Platform, root: Element, kind: str, pressed: ScreenEntry) -> None:
    if kind == "update_button":
        name = (root.findtext("Button/ReplaceName") or "").strip()
        if not name:
            raise ValueError("Button/ReplaceName 是空的")
        change(pressed, replace_name=name)
        return
    element = root.find("TemplateCard")
    if element is None:
        raise ValueError("没有 TemplateCard")
    card = xml.card_of(element)
    try:
        cards.check(card, update=True, known=platform.people.knows)
    except ApiRefused as refused:
        raise ValueError(refused.as_json()["errmsg"]) from refused
    change(pressed, card=card)


def _body(root: Element, kind: str) -> dict[str, object]:
    if kind == "text":
        return {"content": root.findtext("Content") or ""}
    if kind in ("image", "voice", "video"):
        return {"media_id": (root.findtext(f"{kind.title()}/MediaId") or "").strip()}
    if kind == "news":
        return {
            "articles": [
                {
                    "title": item.findtext("Title") or "",
                    "description": item.findtext("Description") or "",
                    "url": item.findtext("Url") or "",
                    "picurl": item.findtext("PicUrl") or "",
                }
                for item in root.iterfind("Articles/item")
            ]
        }
    raise ValueError(f"{kind or '没有 MsgType'} 不能作被动回复")
