"""What came in from WeCom, once decrypted, as small typed things (reference §1.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.wecom.guesses import guess
from bots.wecom.protocol import xml
from models.core.coordinates import sent_position


@dataclass(frozen=True)
class Incoming:
    """What all have: who (a user id), for which app, when (their Unix time), and a key that a repeat has again.

    `fields` is the whole of it as JSON, from which `of_fields` makes the same again.
    """

    kind: str
    user_id: str
    corp_id: str
    agent_id: int | None
    sent_at: int
    dedupe_key: str
    fields: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class TextEvent(Incoming):
    """Somebody wrote."""

    content: str = field(repr=False)


@dataclass(frozen=True)
class MediaEvent(Incoming):
    """A picture (`image`), `voice`, `video` or `file`; `media_id` can be fetched for three days."""

    media_id: str
    name: str = ""


@dataclass(frozen=True)
class Location(Incoming):
    """A place: sent by somebody (`location`), or told by the app when it is opened (`location_report`).

    GCJ-02, as everything kept (docs/decisions/coordinates.md); no degrees where the platform gave 0, 0 or none.
    """

    latitude: float | None
    longitude: float | None
    label: str = ""


@dataclass(frozen=True)
class SharedLink(Incoming):
    """A link that somebody shared."""

    title: str
    url: str


@dataclass(frozen=True)
class Menu(Incoming):
    """An entry of the app's menu: `click` with its key, `view` with its address."""

    key: str


@dataclass(frozen=True)
class CardClick(Incoming):
    """A button of a card (`card_click`), or an entry of its corner menu (`card_menu`).

    `response_code` may change the card once. `selected` holds, by question, what was chosen: always tuples.
    """

    key: str
    task_id: str
    card_type: str
    response_code: str = field(repr=False)
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ContactChange(Incoming):
    """The corp's address book changed: `change` as WeCom names it (delete_user …), `whom` it concerns.

    `renamed` is the new user id, `name` the new name, where they are others now.
    """

    change: str
    whom: str
    renamed: str = ""
    name: str = ""


@dataclass(frozen=True)
class PlainMessage(Incoming):
    """What says all by its kind: `subscribe`, `unsubscribe`, `enter_agent`, and `unknown`."""

    name: str = ""  # of an unknown one


#: What is signed as the platform's and still can't be read.
UNREADABLE = "unreadable"
_KEPT_OF_IT = 2_000  # characters


def parse(text: str) -> Incoming:
    """What a decrypted callback says. Raises Unreadable for what is no XML of WeCom."""
    return of_fields(xml.read(text))


def unreadable(text: str) -> Incoming:
    """What a rightly signed callback says that `parse` can't read: kept as it is, from nobody."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return PlainMessage(
        UNREADABLE, "", "", None, 0, f"u:{digest[:60]}", {"text": xml.without_controls(text[:_KEPT_OF_IT])}
    )


def of_fields(fields: Mapping[str, Any]) -> Incoming:
    """The same from the fields that `Incoming.fields` had."""
    kind = xml.text_of(fields, "MsgType").lower()
    name = xml.text_of(fields, "Event").lower() if kind == "event" else kind
    make = (_EVENTS if kind == "event" else _MESSAGES).get(name, _unknown)
    return make(_common(fields), fields)


def _common(fields: Mapping[str, Any]) -> dict[str, Any]:
    agent = xml.text_of(fields, "AgentID")
    return {
        "user_id": xml.text_of(fields, "FromUserName")[:64],
        "corp_id": xml.text_of(fields, "ToUserName"),
        "agent_id": _whole(agent) if agent.isascii() and agent.isdigit() else None,
        "sent_at": _whole(xml.text_of(fields, "CreateTime")),
        "dedupe_key": dedupe_key(fields),
        "fields": dict(fields),
    }


def dedupe_key(fields: Mapping[str, Any]) -> str:
    """The key that is the same when WeCom delivers the same thing again; at most 120 characters.

    Messages have a MsgId. Events are told apart by who and when; as an admin's change may touch many in a second, and a
    hand may press twice, what it was about counts, too.
    """
    message_id = xml.text_of(fields, "MsgId")
    if message_id and xml.text_of(fields, "MsgType").lower() != "event":
        return f"m:{message_id[:100]}"
    about = (
        "FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "TaskId", "ResponseCode", "ChangeType", "UserID",
        "NewUserID", "Id", "TagId",
    )  # fmt: skip
    joined = "\0".join(xml.text_of(fields, name) for name in about)
    digest = hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()
    return f"e:{xml.text_of(fields, 'CreateTime')[:12]}:{digest[:40]}"


_Common = dict[str, Any]
_Fields = Mapping[str, Any]
_Make = Callable[[_Common, _Fields], Incoming]


def _text(common: _Common, fields: _Fields) -> Incoming:
    return TextEvent(kind="text", **common, content=xml.text_of(fields, "Content"))


def _media(kind: str) -> _Make:
    def make(common: _Common, fields: _Fields) -> Incoming:
        name = xml.text_of(fields, "FileName") or xml.text_of(fields, "Title")
        return MediaEvent(kind=kind, **common, media_id=xml.text_of(fields, "MediaId"), name=name)

    return make


def _location(common: _Common, fields: _Fields) -> Incoming:
    place = _place(fields, "Location_X", "Location_Y", guess("place_datum"))
    return Location(kind="location", **common, **place, label=xml.text_of(fields, "Label"))


def _location_report(common: _Common, fields: _Fields) -> Incoming:
    place = _place(fields, "Latitude", "Longitude", guess("place_datum"))
    return Location(kind="location_report", **common, **place)


def _link(common: _Common, fields: _Fields) -> Incoming:
    return SharedLink(
        kind="link", **common, title=xml.text_of(fields, "Title"), url=xml.text_of(fields, "Url")
    )


def _menu(kind: str) -> _Make:
    return lambda common, fields: Menu(kind=kind, **common, key=xml.text_of(fields, "EventKey"))


def _plain(kind: str) -> _Make:
    return lambda common, fields: PlainMessage(kind=kind, **common)


def _unknown(common: _Common, fields: _Fields) -> Incoming:
    return PlainMessage(
        kind="unknown", **common, name=xml.text_of(fields, "Event") or xml.text_of(fields, "MsgType")
    )


def _card(kind: str) -> _Make:
    def make(common: _Common, fields: _Fields) -> Incoming:
        return CardClick(
            kind=kind,
            **common,
            key=xml.text_of(fields, "EventKey"),
            task_id=xml.text_of(fields, "TaskId"),
            card_type=xml.text_of(fields, "CardType"),
            response_code=xml.text_of(fields, "ResponseCode"),
            selected=_selected(fields),
        )

    return make


def _contact(common: _Common, fields: _Fields) -> Incoming:
    return ContactChange(
        kind="change_contact",
        **common,
        change=xml.text_of(fields, "ChangeType"),
        whom=xml.text_of(fields, "UserID"),
        renamed=xml.text_of(fields, "NewUserID"),
        name=xml.text_of(fields, "Name"),
    )


def _selected(fields: _Fields) -> dict[str, tuple[str, ...]]:
    """What was chosen, by question. Parts may be missing, there twice, or empty: then there is less, and no fault."""
    found: dict[str, tuple[str, ...]] = {}
    for items in _nodes(fields.get("SelectedItems")):
        for item in _nodes(items.get("SelectedItem")):
            chosen = [each for ids in _nodes(item.get("OptionIds")) for each in _each(ids.get("OptionId"))]
            found[xml.text_of(item, "QuestionKey")] = tuple(each for each in chosen if isinstance(each, str))
    return found


def _each(value: Any) -> list[Any]:
    """What stands there never, once or often, as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]


def _nodes(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in _each(value) if isinstance(each, Mapping)]


def _place(fields: _Fields, latitude: str, longitude: str, datum: str) -> dict[str, float | None]:
    given = _degrees(xml.text_of(fields, longitude)), _degrees(xml.text_of(fields, latitude))
    lng, lat = sent_position(*given, datum) or (None, None)
    return {"latitude": lat, "longitude": lng}


def _degrees(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) <= 180 else None


def _whole(text: str) -> int:
    """A number of theirs; 0 where it is none, or (as a time) of no year that a clock has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 11 else 0


_MESSAGES: Mapping[str, _Make] = {
    "text": _text,
    **{kind: _media(kind) for kind in ("image", "voice", "video", "file")},
    "shortvideo": _media("video"),
    "location": _location,
    "link": _link,
}
_EVENTS: Mapping[str, _Make] = {
    "click": _menu("click"),
    "view": _menu("view"),
    "view_miniprogram": _menu("view"),
    "location": _location_report,
    **{kind: _plain(kind) for kind in ("subscribe", "unsubscribe", "enter_agent")},
    "template_card_event": _card("card_click"),
    "template_card_menu_event": _card("card_menu"),
    "change_contact": _contact,
}
