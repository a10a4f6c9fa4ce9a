"""The app's menu: the same as one can say, three entries at the bottom of the chat (L01)."""

from __future__ import annotations

from typing import Any

from bots import links, tools
from bots.commands import MENU_KEY
from bots.commands.answers import REPORT, SCAN, SNAP
from models.messages.channels.records import WecomApp


def menu_of(app: WecomApp) -> list[dict[str, Any]]:
    """The menu as WeCom takes it: what only opens a page does so, the rest answers in the chat."""

    def opens(name: str, path: str) -> dict[str, Any]:
        return {"type": "view", "name": name, "url": links.from_chat(app.id, path)}

    def says(name: str, key: str) -> dict[str, Any]:
        return {"type": "click", "name": name, "key": f"{MENU_KEY}{key}"}

    return [
        {
            "name": "上岗",
            "sub_button": [opens("扫码上岗", SCAN), says("今日", "today"), says("我的证照", "certificates")],
        },
        opens("事故快报", REPORT),
        {"name": "更多", "sub_button": [opens("随手拍", SNAP), says("待办", "tasks"), says("帮助", "help")]},
    ]


def install(app: WecomApp) -> None:
    """Make it the app's menu. Raises WecomError; call it outside of a transaction."""
    tools.wecom(app).create_menu(menu_of(app))
