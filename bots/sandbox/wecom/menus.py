"""The menu at the foot of an app's chat: WeCom's rules for it."""

from __future__ import annotations

from typing import Any

from bots.sandbox.wecom.errors import ApiRefused
from bots.sandbox.wecom.urls import check_url

_PRESSED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
_OPENED = {"view", "view_miniprogram"}
_URL_BYTES = 1024
#: (name in bytes, number for it, for the key, for the address, for the type)
_TOP = (16, 40018, 40019, 40020, 40017)
_SUB = (40, 40025, 40026, 40027, 40024)


def check(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a menu. Raises Refused: 40016 to 40027 and 41102, and for an address that no phone opens 45034, 40058."""
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiRefused(40016)
    for button in buttons:
        below = button.get("sub_button")
        if not below:
            _button(button, _TOP)
            continue
        _name(button, _TOP)
        if not isinstance(below, list) or len(below) > 5:
            raise ApiRefused(40023)
        for each in below:
            if each.get("sub_button"):
                raise ApiRefused(40022)
            _button(each, _SUB)
    return buttons


def _name(button: dict[str, Any], rules: tuple[int, int, int, int, int]) -> None:
    name = button.get("name")
    if not isinstance(name, str) or not name:
        raise ApiRefused(41102)
    if len(name.encode()) > rules[0]:
        raise ApiRefused(rules[1])


def _button(button: dict[str, Any], rules: tuple[int, int, int, int, int]) -> None:
    _name(button, rules)
    _, _, bad_key, bad_url, bad_type = rules
    kind = button.get("type")
    if kind in _PRESSED:
        key = button.get("key")
        if not isinstance(key, str) or not key or len(key.encode()) > 128:
            raise ApiRefused(bad_key)
    elif kind in _OPENED:
        url = button.get("url" if kind == "view" else "pagepath")
        if not isinstance(url, str) or not url or len(url.encode("utf-8", "replace")) > _URL_BYTES:
            raise ApiRefused(bad_url)
        if kind == "view":
            check_url(url, "button.url")
    else:
        raise ApiRefused(bad_type)
