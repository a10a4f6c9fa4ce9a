"""XML from outside, read without entities and in bounds; XML of ours, written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

LARGEST = 256 * 1024  # bytes; what WeCom sends has a few KB
#: What may stand there once or often, and is always a list to us.
LISTS = ("SelectedItem", "OptionId")


class Unreadable(ValueError):
    """No XML that we read: malformed, too large, with entities or a document type, or of another root."""


def read(text: str | bytes) -> dict[str, Any]:
    """The children of the root `<xml>`. Raises Unreadable."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(raw) > LARGEST:
        raise Unreadable("too large")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"\0" in raw:
        raise Unreadable("a document type")
    try:
        # By name, so that a declaration in the text can't choose another in which the check above sees nothing.
        root = xmltodict.parse(raw, encoding="utf-8", force_list=LISTS)
    except (ExpatError, ValueError, LookupError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from None
    found = root.get("xml") if isinstance(root, dict) else None
    if not isinstance(found, dict):
        raise Unreadable("another root")
    return found


def text_of(node: Mapping[str, Any], name: str) -> str:
    """A child's text; empty where there is none, or something else than text."""
    value = node.get(name)
    return value if isinstance(value, str) else ""


def write(children: Iterable[tuple[str, Any]], root: str = "xml") -> str:
    """`<xml>` of (name, value): text becomes CDATA, numbers and truth are plain, a list of pairs nests."""
    return f"<{root}>{''.join(_element(name, value) for name, value in children)}</{root}>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return write(value, name)
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
