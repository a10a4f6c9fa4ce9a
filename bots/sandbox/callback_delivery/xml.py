"""The platform's XML: written with CDATA as it does, read without entities."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from typing import Any

Item = tuple[str, Any]
#: Elements that carry a list by being repeated.
_LISTS = {
    "ActionList",
    "HorizontalContentList",
    "JumpList",
    "VerticalContentList",
    "ButtonList",
    "OptionList",
    "SelectList",
}
_NAMES = {"KeyName": "keyname", "CheckBox": "checkbox", "Pagepath": "pagepath", "PagePath": "pagepath"}
_NAMES |= {"AppId": "appid", "Appid": "appid", "UserId": "userid", "Userid": "userid"}
_WHOLE = {"type", "desc_color", "style", "mode"}
_TRUTH = {"disable", "is_checked"}


def write(items: Sequence[Item], tag: str = "xml") -> str:
    """Elements in order; a list of items is a nested element, a number stands bare, a text in CDATA."""
    return f"<{tag}>{''.join(_element(name, value) for name, value in items)}</{tag}>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return write(value, name)
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    text = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"


def read(text: bytes) -> ElementTree.Element:
    """The root element. Raises ValueError for what is no XML, or has a DOCTYPE."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise ValueError("entities are not allowed")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as broken:
        raise ValueError(str(broken)) from broken


def card_of(element: ElementTree.Element) -> dict[str, Any]:
    """A `TemplateCard` of a passive reply as the JSON of a request would have it."""
    card: dict[str, Any] = {}
    for child in element:
        name = _NAMES.get(child.tag) or re.sub(r"(?<!^)([A-Z])", r"_\1", child.tag).lower()
        value = card_of(child) if len(child) else _scalar(name, (child.text or "").strip())
        if child.tag in _LISTS:
            card.setdefault(name, []).append(value)
        else:
            card[name] = value
    return card


def _scalar(name: str, text: str) -> Any:
    if name in _WHOLE:
        return int(text) if text.lstrip("-").isdecimal() else 0
    if name in _TRUTH:
        return text.lower() in ("true", "1")
    if name == "aspect_ratio":
        return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 1.3
    return text
