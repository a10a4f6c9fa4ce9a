"""WeCom's rules for template cards, all five kinds (official page 90236, as of 2025/09/24).

Lengths that the platform only recommends are not refused, as it does not refuse them: they come back as notes,
for the client cuts such texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bots.sandbox.wecom.errors import ApiRefused
from bots.sandbox.wecom.urls import Known, check_url, string

TEXT_NOTICE, NEWS_NOTICE = "text_notice", "news_notice"
BUTTONS, VOTE, MULTIPLE = "button_interaction", "vote_interaction", "multiple_interaction"
NOTICES = (TEXT_NOTICE, NEWS_NOTICE)
KINDS = (*NOTICES, BUTTONS, VOTE, MULTIPLE)
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_KEY_BYTES, _OPTION_BYTES = 1024, 128
#: Longest text that the client shows whole, by where it stands; `*` is any place in a list.
_SHOWN = {
    "source.desc": 13,
    "main_title.title": 36,
    "main_title.desc": 44,
    "emphasis_content.title": 14,
    "emphasis_content.desc": 22,
    "sub_title_text": 160,
    "horizontal_content_list.*.keyname": 5,
    "horizontal_content_list.*.value": 30,
    "jump_list.*.title": 18,
    "button_list.*.text": 10,
    "submit_button.text": 10,
    "action_menu.action_list.*.text": 10,
    "vertical_content_list.*.title": 38,
    "vertical_content_list.*.desc": 160,
    "image_text_area.title": 22,
    "image_text_area.desc": 44,
    "button_selection.title": 13,
    "button_selection.option_list.*.text": 10,
    "checkbox.option_list.*.text": 11,
    "select_list.*.option_list.*.text": 10,
    "select_list.*.title": 13,
    "replace_text": 12,
}


def wants_code(card: dict[str, Any]) -> bool:
    """Whether sending this card gives a response_code."""
    return card.get("card_type") not in NOTICES or bool(card.get("action_menu"))


def check(
    card: object, *, update: bool = False, robot: bool = False, known: Known = lambda userid: True
) -> list[str]:
    """Whether a card may be sent (or, `update`, take another's place); gives notes on what will be cut.

    Raises Refused with the platform's number: 42014 for the task_id, 42018 to 42020 for buttons, 40003 for people
    that are not `known`, 40039 and 45034 for addresses, 40058 for the rest, with the field that is wrong.
    """
    if not isinstance(card, dict):
        raise _wrong("template_card", "must be an object")
    kind = card.get("card_type")
    if kind not in KINDS or (robot and kind not in NOTICES):
        raise _wrong("card_type", f"{kind!r} is not allowed here")
    _titles(card, kind)
    _source(card)
    _lists(card, known)
    _action(card, kind)
    _menu(card)
    _quote(card)
    if not robot:
        _task_id(card, needed=not update and wants_code(card))
    _PARTS[kind](card, update or robot)
    if robot and kind == NEWS_NOTICE and not card.get("card_image"):
        raise _wrong("card_image", "is needed on a robot's news_notice")
    return list(_too_long(card))


def _wrong(field: str, why: str) -> ApiRefused:
    return ApiRefused(40058, f"template_card.{field} {why}")


def _object(card: dict[str, Any], name: str) -> dict[str, Any]:
    value = card.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(name, "must be an object")
    return value


def _list(holder: dict[str, Any], name: str, least: int, most: int) -> list[dict[str, Any]]:
    value = holder.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _wrong(name, "must be a list of objects")
    if not least <= len(value) <= most:
        raise _wrong(name, f"must have {least} to {most} items, has {len(value)}")
    return value


def _needed(holder: dict[str, Any], field: str, name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(f"{field}.{name}", "is missing")
    return value


def _key(holder: dict[str, Any], field: str, name: str = "key") -> str:
    key = holder.get(name)
    if not isinstance(key, str) or not key:
        raise ApiRefused(42019, f"template_card.{field}")
    if len(key.encode()) > _KEY_BYTES:
        raise ApiRefused(42018, f"template_card.{field}.{name} has more than {_KEY_BYTES} bytes")
    return key


def _source(card: dict[str, Any]) -> None:
    source = _object(card, "source")
    string(source, "source", "desc")
    if source.get("desc_color", 0) not in (0, 1, 2, 3):
        raise _wrong("source.desc_color", "must be 0 to 3")
    if source.get("icon_url"):
        check_url(source["icon_url"], "template_card.source.icon_url")


def _titles(card: dict[str, Any], kind: str) -> None:
    main = _object(card, "main_title")
    title = string(main, "main_title", "title")
    string(main, "main_title", "desc")
    string(card, "template_card", "sub_title_text")
    string(card, "template_card", "replace_text")
    emphasis = _object(card, "emphasis_content")
    for name in ("title", "desc"):
        string(emphasis, "emphasis_content", name)
    if kind in (VOTE, MULTIPLE, NEWS_NOTICE):
        if not title:
            raise _wrong("main_title.title", "is missing")
    elif not title and not card.get("sub_title_text"):
        raise _wrong("main_title.title", "or sub_title_text must be there")


def _lists(card: dict[str, Any], known: Known) -> None:
    for row in _list(card, "horizontal_content_list", 0, 6):
        _needed(row, "horizontal_content_list", "keyname")
        wanted = {1: "url", 2: "media_id", 3: "userid"}.get(row.get("type", 0))
        if row.get("type", 0) not in (0, 1, 2, 3):
            raise _wrong("horizontal_content_list.type", "must be 0 to 3")
        string(row, "horizontal_content_list", "value")
        if wanted:
            named = _needed(row, "horizontal_content_list", wanted)
            if wanted == "url":
                check_url(named, "template_card.horizontal_content_list.url")
            if wanted == "userid" and not known(named):
                raise ApiRefused(40003, f"template_card.horizontal_content_list.userid {named}")
    for row in _list(card, "jump_list", 0, 3):
        _needed(row, "jump_list", "title")
        _target(row, "jump_list", types=(0, 1, 2))
    for row in _list(card, "vertical_content_list", 0, 4):
        _needed(row, "vertical_content_list", "title")
        string(row, "vertical_content_list", "desc")


def _target(holder: dict[str, Any], field: str, types: tuple[int, ...]) -> None:
    kind = holder.get("type", 0)
    if kind not in types:
        raise _wrong(f"{field}.type", f"must be one of {types}")
    if kind == 1:
        check_url(_needed(holder, field, "url"), f"template_card.{field}.url")
    if kind == 2:
        _needed(holder, field, "appid")
        string(holder, field, "pagepath")


def _action(card: dict[str, Any], kind: str) -> None:
    action = _object(card, "card_action")
    if kind in NOTICES and not action:
        raise _wrong("card_action", f"is needed on a {kind}")
    if action:
        _target(action, "card_action", types=(1, 2) if kind in NOTICES else (0, 1, 2))


def _menu(card: dict[str, Any]) -> None:
    menu = _object(card, "action_menu")
    if not menu:
        return
    string(menu, "action_menu", "desc")
    keys = []
    for action in _list(menu, "action_list", 1, 3):
        _needed(action, "action_menu.action_list", "text")
        keys.append(_key(action, "action_menu.action_list"))
    if len(set(keys)) < len(keys):
        raise ApiRefused(42018, "template_card.action_menu.action_list has the same key twice")


def _quote(card: dict[str, Any]) -> None:
    quote = _object(card, "quote_area")
    if quote:
        _target(quote, "quote_area", types=(0, 1, 2))
        for name in ("title", "quote_text"):
            string(quote, "quote_area", name)


def _task_id(card: dict[str, Any], *, needed: bool) -> None:
    task_id = card.get("task_id")
    if task_id in (None, "") and not needed:
        return
    if not isinstance(task_id, str) or not _TASK_ID.fullmatch(task_id):
        raise ApiRefused(42014, "template_card.task_id")


def _text_notice(_card: dict[str, Any], _free: bool) -> None:
    """Nothing beyond what all have."""


def _news_notice(card: dict[str, Any], _free: bool) -> None:
    image, area = _object(card, "card_image"), _object(card, "image_text_area")
    if not image and not area:
        raise _wrong("card_image", "or image_text_area is needed on a news_notice")
    if image:
        check_url(_needed(image, "card_image", "url"), "template_card.card_image.url")
        ratio = image.get("aspect_ratio", 1.3)
        if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
            raise _wrong("card_image.aspect_ratio", "must be 1.3 to 2.25")
    if area:
        check_url(_needed(area, "image_text_area", "image_url"), "template_card.image_text_area.image_url")
        _target(area, "image_text_area", types=(0, 1, 2))


def _buttons(card: dict[str, Any], free: bool) -> None:
    selection = _object(card, "button_selection")
    if selection:
        _selection(selection, "button_selection", 10)
    _may_disable(selection, "button_selection", free)
    buttons = _list(card, "button_list", 1, 6)
    for button in buttons:
        if not button.get("text") or not isinstance(button["text"], str):
            raise ApiRefused(42020, "template_card.button_list.text")
        if button.get("style", 1) not in (1, 2, 3, 4):
            raise _wrong("button_list.style", "must be 1 to 4")
        kind = button.get("type", 0)
        if kind not in (0, 1):
            raise _wrong("button_list.type", "must be 0 or 1")
        if kind == 1:
            check_url(_needed(button, "button_list", "url"), "template_card.button_list.url")
        else:
            _key(button, "button_list")
    keys = [button["key"] for button in buttons if not button.get("type", 0)]
    if len(set(keys)) < len(keys):
        raise ApiRefused(42018, "template_card.button_list has the same key twice")


def _vote(card: dict[str, Any], free: bool) -> None:
    box = _object(card, "checkbox")
    _key(box, "checkbox", "question_key")
    if box.get("mode", 0) not in (0, 1):
        raise _wrong("checkbox.mode", "must be 0 or 1")
    _options(box, "checkbox", 20)
    checked = [option.get("is_checked", False) for option in box["option_list"]]
    if not all(isinstance(each, bool) for each in checked):
        raise _wrong("checkbox.option_list.is_checked", "must be true or false")
    if box.get("mode", 0) == 0 and sum(checked) > 1:
        raise _wrong("checkbox.option_list.is_checked", "may be true once in single mode")
    _may_disable(box, "checkbox", free)
    _submit(card)


def _multiple(card: dict[str, Any], free: bool) -> None:
    keys = []
    for select in _list(card, "select_list", 1, 3):
        keys.append(_selection(select, "select_list", 10))
        _may_disable(select, "select_list", free)
    if len(set(keys)) < len(keys):
        raise _wrong("select_list", "has the same question_key twice")
    _submit(card)


def _selection(select: dict[str, Any], field: str, most: int) -> str:
    key = _key(select, field, "question_key")
    string(select, field, "title")
    options = _options(select, field, most)
    chosen = select.get("selected_id")
    if chosen and chosen not in options:
        raise _wrong(f"{field}.selected_id", "is none of the options")
    return key


def _options(holder: dict[str, Any], field: str, most: int) -> list[str]:
    ids = []
    for option in _list(holder, "option_list", 1, most):
        ids.append(_needed(option, f"{field}.option_list", "id"))
        if len(ids[-1].encode()) > _OPTION_BYTES:
            raise _wrong(f"{field}.option_list.id", f"has more than {_OPTION_BYTES} bytes")
        _needed(option, f"{field}.option_list", "text")
    if len(set(ids)) < len(ids):
        raise _wrong(f"{field}.option_list", "has the same id twice")
    return ids


def _may_disable(holder: dict[str, Any], field: str, free: bool) -> None:
    if holder.get("disable") and not free:
        raise _wrong(f"{field}.disable", "is for updates only")


def _submit(card: dict[str, Any]) -> None:
    button = _object(card, "submit_button")
    if not button:
        raise _wrong("submit_button", "is missing")
    if not button.get("text") or not isinstance(button["text"], str):
        raise ApiRefused(42020, "template_card.submit_button.text")
    _key(button, "submit_button")


_PARTS = {
    TEXT_NOTICE: _text_notice,
    NEWS_NOTICE: _news_notice,
    BUTTONS: _buttons,
    VOTE: _vote,
    MULTIPLE: _multiple,
}


def _too_long(card: dict[str, Any]) -> Iterator[str]:
    for place, most in _SHOWN.items():
        for text in _texts(card, place.split(".")):
            if len(text) > most:
                yield f"{place} 有 {len(text)} 字，手机上只显示约 {most} 字"


def _texts(value: Any, path: list[str]) -> Iterator[str]:
    if not path:
        if isinstance(value, str):
            yield value
    elif path[0] == "*" and isinstance(value, list):
        for each in value:
            yield from _texts(each, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _texts(value[path[0]], path[1:])
