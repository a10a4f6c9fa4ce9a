"""How much of a way's limits is used right now, for its health on the console (L01)."""

from __future__ import annotations

from typing import Any

from bots import tools
from bots.delivery import limits
from bots.wecom.group_channel import base_of
from models.messages.channels.records import ChatGroup, WecomApp

_ADDRESS = "本服务器出口（全部应用合计）"


def usage_of(way: Any) -> list[dict[str, Any]]:
    """Each window that the platform counts for this way: `{title, used, most, seconds}`; none where it counts nothing."""
    counts = tools.limits()
    return [
        {"title": title, "used": used, "most": window.most, "seconds": window.seconds}
        for title, scope in _scopes(way)
        for used, window in counts.used(scope)
    ]


def _scopes(way: Any) -> list[tuple[str, str]]:
    """What counts, in words, and its scope."""
    if isinstance(way, WecomApp):
        return [
            ("发消息接口（整个企业）", limits.api(way.corp_id, "message/send")),
            (_ADDRESS, limits.ip(way.base_url)),
        ]
    if not isinstance(way, ChatGroup):
        return []
    address = [(_ADDRESS, limits.ip(base_of(way)))]
    if way.kind == "robot":
        return [("这个机器人", limits.robot(way.webhook_key)), *address] if way.webhook_key else []
    app = WecomApp.get_or_none(WecomApp.id == way.__data__["app"])
    return [("群聊接口（整个企业）", limits.api(app.corp_id, "appchat/send")), *address] if app else []
