"""A neutral card as a template card of WeCom: the kind that fits, every length within what WeCom takes (L01).

Where official pages differ the smaller figure counts (reference §1.5). Nothing that people are to choose from is ever left out:
a choice that doesn't fit on a card is made in the phone client instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bots import clicks
from bots.card import Button, Card, Fact, Select
from bots.wecom.guesses import guess
from bots.wecom.protocol.lengths import clean, cut, length, line

# Characters (字), unless the name says bytes.
SOURCE, TITLE, DESC, SUBTITLE = 13, 26, 30, 112
TITLE_END = 12
FACT_NAME, FACT_VALUE, FACTS = 5, 26, 6
LONG_TITLE, LONG_TEXT, LONGS = 26, 112, 4  # vertical_content_list of a news_notice
BUTTON, BUTTONS, JUMP, JUMPS = 10, 6, 13, 3
SELECT_TITLE, SELECT_OPTION, SELECT_OPTIONS, SELECTS = 13, 10, 10, 3
VOTE_OPTION, VOTE_OPTIONS = 11, 20
OPTION_ID_BYTES, QUESTION_KEY_BYTES, TASK_ID_BYTES, URL_BYTES = 128, 1024, 128, guess("card_url_bytes")
PICTURE_RATIO = 1.3

_COLOURS, _STYLES = guess("source_colours"), guess("button_styles")
_TASK_ID = re.compile(rf"[0-9A-Za-z_\-@]{{1,{TASK_ID_BYTES}}}")


@dataclass(frozen=True)
class CardFrame:
    """What a card needs from where it goes.

    `link` turns a path of the phone client into an address that opens it signed on; `picture_url` is where WeCom can
    fetch the card's picture. `task_id` is new for every sending, and empty in an update of a card that was sent.
    """

    link: Callable[[str], str]
    task_id: str = ""
    picture_url: str = ""
    home: str = "/pages/index/index"

    def __post_init__(self) -> None:
        if self.task_id and not _TASK_ID.fullmatch(self.task_id):
            raise ValueError(f"no task id for WeCom: {self.task_id!r}")

    def address(self, path: str) -> str:
        """Where a tap leads; the client's first page where a card names none. The bare page where WeCom takes no more."""
        whole = self.link(path or self.home)
        return whole if len(whole.encode()) <= URL_BYTES else self.link(path.partition("?")[0])


def message(card: Card, frame: CardFrame) -> dict[str, Any]:
    """The card as a message for `Wecom.send`."""
    return {"msgtype": "template_card", "template_card": template_card(card, frame)}


def template_card(card: Card, frame: CardFrame) -> dict[str, Any]:
    """The template card, for sending, for an update, and for a passive reply.

    Its kind follows from what there is to do: nothing (or only links) is a notice, with a picture a news notice; verbs
    make buttons, with one choice among them a selection; several choices make a multiple interaction, a long one or one
    of several answers a vote.
    """
    presses = (
        [] if card.outcome else _unlike(button for button in card.buttons if button.verb and not button.path)
    )
    # One that only leads on, and must show its end, has buttons all the same: a notice could not be changed.
    if not presses and not (card.follows and card.buttons and not card.outcome):
        return _news(card, frame) if frame.picture_url else _notice(card, frame)
    selects = [select for select in card.selects if select.options]
    if len(selects) == 1 and _votes(selects[0]):
        return _vote(card, frame, presses, selects[0])
    if not all(_selects(select) for select in selects) or len(selects) > SELECTS or not _keys_differ(selects):
        return _elsewhere(card, frame)
    if len(selects) > 1:
        return _multiple(card, frame, presses, selects)
    return _buttons(card, frame, selects[0] if selects else None)


def robot_card(card: Card, frame: CardFrame) -> dict[str, Any]:
    """The card for a group's robot: a notice, as nobody can press anything there; verbs are left to the phone."""
    links = tuple(button for button in card.buttons if button.path)
    passive = Card(**{**vars(card), "buttons": links, "selects": (), "follows": False})
    return template_card(passive, frame)


# -- the five kinds


def _notice(card: Card, frame: CardFrame) -> dict[str, Any]:
    short, long = _facts(card, _room(card))
    return {
        "card_type": "text_notice",
        **_head(card, frame),
        **_subtitle(card, long),
        "horizontal_content_list": short,
        "jump_list": _jumps(card, frame),
        "card_action": _action(card, frame),
    }


def _news(card: Card, frame: CardFrame) -> dict[str, Any]:
    short, long = _facts(card)
    longs, outcome = [], line(card.outcome)
    lead = "\n".join(
        part for part in (clean(card.lead).strip(), _about(card), clean(card.below).strip()) if part
    )
    if length(outcome) > LONG_TITLE:
        longs.append({"title": "处理结果", "desc": cut(outcome, LONG_TEXT)})
    elif outcome:
        longs.append({"title": outcome})
    if lead:
        longs.append({"title": "说明", "desc": cut(lead, LONG_TEXT)})
    longs += [
        {"title": cut(line(fact.name) or "说明", LONG_TITLE), "desc": cut(line(fact.value), LONG_TEXT)}
        for fact in long
    ]
    return {
        "card_type": "news_notice",
        **_head(card, frame),
        "card_image": {"url": frame.picture_url, "aspect_ratio": PICTURE_RATIO},
        "vertical_content_list": longs[:LONGS],
        "horizontal_content_list": short,
        "jump_list": _jumps(card, frame),
        "card_action": _action(card, frame),
    }


def _buttons(card: Card, frame: CardFrame, select: Select | None) -> dict[str, Any]:
    short, long = _facts(card, _room(card))
    drawn = {
        "card_type": "button_interaction",
        **_head(card, frame),
        **_subtitle(card, long),
        "horizontal_content_list": short,
        "card_action": _action(card, frame),
        "button_list": [_button(card, frame, button) for button in _unlike(card.buttons)[:BUTTONS]],
    }
    if frame.picture_url:  # this kind shows none, so it is a tap away
        drawn["quote_area"] = {
            "type": 1,
            "url": frame.picture_url,
            "title": "整改前后照片" if card.before_id else "现场照片",
            "quote_text": "点开对照" if card.before_id else "点开查看",
        }
    if select:
        drawn["button_selection"] = _selection(select)
    return drawn


def _vote(card: Card, frame: CardFrame, presses: list[Button], select: Select) -> dict[str, Any]:
    return {
        "card_type": "vote_interaction",
        **_head(card, frame, lead=True),
        "checkbox": {
            "question_key": select.key,
            "mode": int(select.many),
            "option_list": [
                {"id": id, "text": cut(line(text), VOTE_OPTION) or id, "is_checked": id == select.chosen}
                for id, text in select.options
            ],
        },
        "submit_button": _submit(card, presses),
    }


def _multiple(card: Card, frame: CardFrame, presses: list[Button], selects: list[Select]) -> dict[str, Any]:
    return {
        "card_type": "multiple_interaction",
        **_head(card, frame, lead=True),
        "select_list": [_selection(select) for select in selects],
        "submit_button": _submit(card, presses),
    }


def _elsewhere(card: Card, frame: CardFrame) -> dict[str, Any]:
    """What can't be chosen on a card: a notice that leads to where it can."""
    drawn = _notice(card, frame)
    drawn["jump_list"] = [{"type": 1, "title": "打开手机端处理", "url": frame.address(card.path)}]
    return drawn


# -- their parts


def _head(card: Card, frame: CardFrame, *, lead: bool = False) -> dict[str, Any]:
    title, number = line(card.title) or "通知", line(card.number)
    desc = line(card.lead) if lead else ""
    # The number goes first, so that a search in the chat finds it; where that would cut the title, below it.
    if length(number) + 1 + length(title) <= TITLE:
        title = f"{number} {title}".strip()
    else:
        desc = f"{number} {desc}".strip()
    main = {"title": _cut_title(title), **({"desc": cut(desc, DESC)} if desc else {})}
    head: dict[str, Any] = {
        "source": {"desc": cut(line(card.source) or "安班", SOURCE), "desc_color": _COLOURS[card.tone]},
        "main_title": main,
    }
    return {**head, "task_id": frame.task_id} if frame.task_id else head


def _cut_title(title: str) -> str:
    """What is cut of a long title is its middle: what it ends in (until when) stays, if it is short."""
    head, dot, tail = title.rpartition(" · ")
    if length(title) <= TITLE or not head or length(tail) > TITLE_END:
        return cut(title, TITLE)
    return f"{cut(head, TITLE - length(dot + tail))}{dot}{tail}"


def _about(card: Card) -> str:
    """What happened, where the title could not say all of it."""
    title, about = line(card.title), line(card.about)
    return about if length(title) > TITLE or about not in title else ""


def _facts(card: Card, room: int | None = None) -> tuple[list[dict[str, Any]], list[Fact]]:
    """Those that fit on a line of a card, and those that would be cut there.

    With `room`, the characters that are left in the text above, one that has no room there stays on its line, cut: an
    accident's card must not lose its place because that is long.
    """
    short, long = [], []
    for fact in card.facts:
        name, value = line(fact.name), line(fact.value) or "—"
        on_line = bool(name) and length(name) <= FACT_NAME and len(short) < FACTS
        above = length(f"\n{name}：{value}")
        if on_line and length(value) <= FACT_VALUE:
            short.append({"keyname": name, "value": value})
        elif on_line and room is not None and above > room:
            short.append({"keyname": name, "value": _cut_value(value)})
        else:
            long.append(Fact(name, value))
            room = None if room is None else max(room - above, 0)
    return short, long


def _cut_value(value: str) -> str:
    """Of a path (一厂 · 罐区 · 2 号罐) its end, which finds the place; of anything else its beginning."""
    while " · " in value and length(value) > FACT_VALUE:
        value = value.partition(" · ")[2]
    return cut(value, FACT_VALUE)


def _room(card: Card) -> int:
    """How many characters are left under what the text of a card says in any case."""
    said = "\n".join(part for part in (line(card.outcome), clean(card.lead).strip()) if part)
    return max(SUBTITLE - length(said), 0)


def _subtitle(card: Card, long: list[Fact]) -> dict[str, Any]:
    lines = [
        line(card.outcome),
        clean(card.lead).strip(),
        *(f"{fact.name}：{fact.value}".lstrip("：") for fact in long),
        _about(card),
        clean(card.below).strip(),
    ]
    text = cut("\n".join(each for each in lines if each), SUBTITLE)
    return {"sub_title_text": text} if text else {}


def _action(card: Card, frame: CardFrame) -> dict[str, Any]:
    return {"type": 1, "url": frame.address(card.path)}


def _jumps(card: Card, frame: CardFrame) -> list[dict[str, Any]]:
    return [
        {"type": 1, "title": cut(line(button.text) or "打开", JUMP), "url": frame.address(button.path)}
        for button in card.buttons
        if button.path
    ][:JUMPS]


def _button(card: Card, frame: CardFrame, button: Button) -> dict[str, Any]:
    drawn = {"text": cut(line(button.text) or "确定", BUTTON), "style": _STYLES[button.style]}
    if button.path:
        return {"type": 1, **drawn, "url": frame.address(button.path)}
    return {"type": 0, **drawn, "key": _key(card, button)}


def _key(card: Card, button: Button) -> str:
    return clicks.pack(card.kind, card.subject_id, card.version, button.verb)


def _submit(card: Card, presses: list[Button]) -> dict[str, Any]:
    """The one button of a vote: the primary one, or the first."""
    chosen = next((button for button in presses if button.style == "primary"), presses[0])
    return {"text": cut(line(chosen.text) or "提交", BUTTON), "key": _key(card, chosen)}


def _selection(select: Select) -> dict[str, Any]:
    drawn: dict[str, Any] = {"question_key": select.key}
    title = cut(line(select.title), SELECT_TITLE)
    if title:
        drawn["title"] = title
    drawn["option_list"] = [
        {"id": id, "text": cut(line(text), SELECT_OPTION) or id} for id, text in select.options
    ]
    if select.chosen in dict(select.options):
        drawn["selected_id"] = select.chosen
    return drawn


# -- what fits where


def _unlike(buttons: Any) -> list[Button]:
    """Without buttons that would send the same key: WeCom takes each once. One that does nothing is none."""
    kept: dict[str, Button] = {}
    for button in buttons:
        if button.path or button.verb:
            kept.setdefault(f"{button.path}\0{button.verb if not button.path else ''}", button)
    return list(kept.values())


def _well_keyed(select: Select) -> bool:
    ids = [id for id, _ in select.options]
    return (
        0 < len(select.key.encode("utf-8", "replace")) <= QUESTION_KEY_BYTES
        and clean(select.key) == select.key
        and len(set(ids)) == len(ids)
        and all(0 < len(id.encode("utf-8", "replace")) <= OPTION_ID_BYTES and clean(id) == id for id in ids)
    )


def _selects(select: Select) -> bool:
    return not select.many and len(select.options) <= SELECT_OPTIONS and _well_keyed(select)


def _votes(select: Select) -> bool:
    long = SELECT_OPTIONS < len(select.options) <= VOTE_OPTIONS
    return (select.many or long) and len(select.options) <= VOTE_OPTIONS and _well_keyed(select)


def _keys_differ(selects: list[Select]) -> bool:
    return len({select.key for select in selects}) == len(selects)
