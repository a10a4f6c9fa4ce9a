"""What an app is told: messages of members and events, as plain XML (official pages 90239, 90240, 90241)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bots.sandbox.callback_delivery.xml import Item, write


def _head(corp_id: str, userid: str, at: float, msgtype: str) -> list[Item]:
    return [
        ("ToUserName", corp_id),
        ("FromUserName", userid),
        ("CreateTime", int(at)),
        ("MsgType", msgtype),
    ]


def text(corp_id: str, userid: str, at: float, agent_id: int, message_id: int, words: str) -> str:
    """Somebody wrote."""
    items = [("Content", words), ("MsgId", message_id), ("AgentID", agent_id)]
    return write([*_head(corp_id, userid, at, "text"), *items])


def image(
    corp_id: str, userid: str, at: float, agent_id: int, message_id: int, url: str, media_id: str
) -> str:
    """Somebody sent a picture."""
    items = [("PicUrl", url), ("MediaId", media_id), ("MsgId", message_id), ("AgentID", agent_id)]
    return write([*_head(corp_id, userid, at, "image"), *items])


def location(
    corp_id: str, userid: str, at: float, agent_id: int, message_id: int, place: Mapping[str, Any]
) -> str:
    """Somebody sent a place: `lng`, `lat` in degrees (GCJ-02), `label`."""
    items: list[Item] = [
        ("Location_X", str(place["lat"])),
        ("Location_Y", str(place["lng"])),
        ("Scale", 16),
        ("Label", place.get("label", "")),
        ("MsgId", message_id),
        ("AgentID", agent_id),
        ("AppType", "wxwork"),
    ]
    return write([*_head(corp_id, userid, at, "location"), *items])


def event(corp_id: str, userid: str, at: float, agent_id: int, name: str, key: str = "") -> str:
    """`click`, `view`, `enter_agent`, `subscribe`."""
    items = [("Event", name), ("EventKey", key), ("AgentID", agent_id)]
    return write([*_head(corp_id, userid, at, "event"), *items])


def card_event(
    corp_id: str,
    userid: str,
    at: float,
    agent_id: int,
    *,
    name: str,
    key: str,
    task_id: str,
    card_type: str,
    code: str,
    chosen: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """`template_card_event` (a button, with what was `chosen`) or `template_card_menu_event`."""
    items: list[Item] = [
        ("Event", name),
        ("EventKey", key),
        ("TaskId", task_id),
        ("CardType", card_type),
        ("ResponseCode", code),
        ("AgentID", agent_id),
    ]
    if chosen:
        rows: list[Item] = [
            (
                "SelectedItem",
                [("QuestionKey", question), ("OptionIds", [("OptionId", option) for option in options])],
            )
            for question, options in chosen.items()
        ]
        items.append(("SelectedItems", rows))
    return write([*_head(corp_id, userid, at, "event"), *items])
