"""XML from outside, read without entities and in bounds; XML of ours, written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

import xmltodict

LARGEST = 256 * 1024  # bytes; what WeCom sends has a few KB
#: A press of a card with every choice made is five deep and has some hundred elements; attributes there are none.
DEEPEST, MOST, ATTRIBUTES = 16, 5_000, 64
#: What may stand there once or often, and is always a list to us.
LISTS = ("SelectedItem", "OptionId")
#: What XML can't carry, and people's keyboards and clip-boards send all the same; and what no eye sees.
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_NUMBERED = re.compile(r"&#(x[0-9a-fA-F]{1,8}|[0-9]{1,9});")
_QUOTED, _QUOTED_END = "<![CDATA[", "]]>"
_LAST = 0x10FFFF


class UnreadableXml(ValueError):
    """No XML that we read: malformed, too large, with entities or a document type, or of another root."""


def read(text: str | bytes) -> dict[str, Any]:
    """The children of the root `<xml>`, without control characters, which no platform shows. Raises Unreadable."""
    if len(text) > LARGEST:
        raise UnreadableXml("too large")
    raw = without_controls(text if isinstance(text, str) else text.decode("utf-8", "replace")).encode()
    if len(raw) > LARGEST:
        raise UnreadableXml("too large")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise UnreadableXml("a document type")
    _bound(raw)
    try:
        # By name, so that a declaration in the text can't choose another in which the check above sees nothing;
        # no platform says anything in attributes.
        root = xmltodict.parse(raw, encoding="utf-8", force_list=LISTS, xml_attribs=False)
    except (ExpatError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableXml(type(error).__name__) from None
    found = root.get("xml") if isinstance(root, dict) else None
    if not isinstance(found, dict):
        raise UnreadableXml("another root")
    return found


def without_controls(text: str) -> str:
    """`text` without what XML can't carry and what can't be seen, as it stands or by its number (`&#8;`).

    A message is not refused because of one: the platform would bring it again, and its writer would hear nothing.
    """
    text, parts, at = _DROPPED.sub("", text), [], 0
    if "&#" not in text:
        return text
    while True:
        # What is quoted whole has no numbers, only what looks like them.
        start = text.find(_QUOTED, at)
        end = text.find(_QUOTED_END, start) if start >= 0 else -1
        parts.append(_NUMBERED.sub(_numbered, text[at : start if end >= 0 else None]))
        if end < 0:
            return "".join(parts)
        parts.append(text[start:end])
        at = end


def _numbered(found: re.Match[str]) -> str:
    digits = found[1]
    number = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    return "" if number > _LAST or _DROPPED.match(chr(number)) else found[0]


def _bound(raw: bytes) -> None:
    """Raise Unreadable for what is deeper or has more parts than anything that a platform sends, before it is built."""
    deep = many = attributes = 0

    def begin(name: str, given: dict[str, str]) -> None:
        nonlocal deep, many, attributes
        deep, many, attributes = deep + 1, many + 1, attributes + len(given)
        if deep > DEEPEST or many > MOST or attributes > ATTRIBUTES:
            raise UnreadableXml("too deep" if deep > DEEPEST else "too many")

    def end(name: str) -> None:
        nonlocal deep
        deep -= 1

    parser = ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(raw, True)
    except (ExpatError, ValueError) as error:
        if isinstance(error, UnreadableXml):
            raise
        raise UnreadableXml(type(error).__name__) from None


def text_of(node: Mapping[str, Any], name: str) -> str:
    """A child's text; empty where there is none, or something else than text, or several that differ."""
    value = node.get(name)
    if isinstance(value, list) and value and all(each == value[0] for each in value):
        value = value[0]
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
