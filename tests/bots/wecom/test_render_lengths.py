"""No card at all, whatever it says, is too long for WeCom or lacks what its kind needs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.card import Button, Card, Fact, Select
from bots.wecom import render, words
from bots.wecom.protocol.lengths import length
from bots.wecom.render import CardFrame
from tests.bots.wecom.test_render import FRAME, PICTURE, link

TEXTS = st.one_of(
    st.text(max_size=40),
    st.text("三号炉煤气泄漏 <a>*\n\t", min_size=20, max_size=400),
    st.text("👨‍👩‍👧🇨🇳é𬭎\ud800\x00\u202e", max_size=60),
)
VERBS = st.sampled_from(["received", "on_site", "need_help", "a.b-c", ""])
OPTIONS = st.lists(st.tuples(st.text(max_size=50), TEXTS), max_size=23).map(tuple)
CARDS = st.builds(
    Card,
    kind=st.sampled_from(["accident", "hazard.plan"]),
    subject_id=st.integers(1, 2**62),
    version=st.integers(0, 999),
    title=TEXTS, lead=TEXTS, number=TEXTS, source=TEXTS, outcome=st.one_of(st.just(""), TEXTS),
    tone=st.sampled_from(["plain", "info", "warn", "alarm", "done"]),
    facts=st.lists(st.builds(Fact, TEXTS, TEXTS), max_size=9).map(tuple),
    buttons=st.lists(
        st.builds(Button, TEXTS, VERBS, st.sampled_from(["", "/pages/a"]), st.sampled_from(["primary", "plain", "danger"])),
        max_size=9,
    ).map(tuple),
    selects=st.lists(st.builds(Select, st.text(max_size=9), TEXTS, OPTIONS, st.text(max_size=3), st.booleans()), max_size=4).map(tuple),
    path=st.sampled_from(["", "/pages/a"]),
)  # fmt: skip
FRAMES = st.sampled_from([FRAME, PICTURE, CardFrame(link)])


def characters(most: int) -> Any:
    return lambda text: 0 < length(text) <= most


def size(most: int) -> Any:
    return lambda text: 0 < len(text.encode()) <= most


# What WeCom takes, told anew and not by render's own constants.
RULES: dict[str, Any] = {
    "source.desc": characters(13), "main_title.title": characters(26), "main_title.desc": characters(30),
    "sub_title_text": characters(112), "quote_area.title": characters(26),
    "horizontal_content_list.keyname": characters(5), "horizontal_content_list.value": characters(26),
    "vertical_content_list.title": characters(26), "vertical_content_list.desc": characters(112),
    "jump_list.title": characters(13), "button_list.text": characters(10), "button_list.key": size(1024),
    "submit_button.text": characters(10), "submit_button.key": size(1024),
    "button_selection.title": characters(13), "select_list.title": characters(13),
    "button_selection.option_list.text": characters(10), "select_list.option_list.text": characters(10),
    "checkbox.option_list.text": characters(11),
    "button_selection.option_list.id": size(128), "select_list.option_list.id": size(128),
    "checkbox.option_list.id": size(128),
    "button_selection.question_key": size(1024), "select_list.question_key": size(1024),
    "checkbox.question_key": size(1024),
}  # fmt: skip
COUNTS = {
    "horizontal_content_list": (0, 6), "vertical_content_list": (0, 4), "jump_list": (0, 3), "button_list": (1, 6),
    "select_list": (1, 3), "button_selection.option_list": (1, 10), "select_list.option_list": (1, 10),
    "checkbox.option_list": (1, 20),
}  # fmt: skip
NEEDED = {
    "text_notice": ["card_action.url"],
    "news_notice": ["card_action.url", "card_image.url"],
    "button_interaction": ["button_list"],
    "vote_interaction": ["checkbox.question_key", "submit_button.key"],
    "multiple_interaction": ["select_list", "submit_button.key"],
}
UNIQUE = (
    "button_list.key",
    "button_selection.option_list.id",
    "checkbox.option_list.id",
    "select_list.question_key",
)


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, f"{path}.{key}".lstrip("."))]
    if isinstance(value, list):
        return [(path, value), *(leaf for inner in value for leaf in leaves(inner, path))]
    return [(path, value)]


def check(drawn: dict[str, Any]) -> None:
    found = leaves(drawn)
    for path, value in found:
        if isinstance(value, list):
            low, high = COUNTS[path]
            assert low <= len(value) <= high, path
        elif isinstance(value, str):
            assert RULES.get(path, size(2048))(value), (path, value)
            assert not any(0xD800 <= ord(sign) <= 0xDFFF or ord(sign) < 9 for sign in value)
    paths = {path for path, _ in found}
    assert paths >= set(NEEDED[drawn["card_type"]])
    for path in UNIQUE:
        values = [value for its, value in found if its == path]
        assert len(values) == len(set(values)), path
    json.dumps(drawn, ensure_ascii=False).encode()


@given(CARDS, FRAMES)
def test_no_card_is_too_long(card: Card, frame: CardFrame) -> None:
    check(render.template_card(card, frame))
    drawn = render.robot_card(card, frame)
    check(drawn)
    assert drawn["card_type"] in ("text_notice", "news_notice")


def choices(most: int) -> Any:
    ids = st.lists(st.integers(1, 999).map(str), min_size=1, max_size=most, unique=True)
    return ids.flatmap(lambda found: st.tuples(*(st.tuples(st.just(id), TEXTS) for id in found)))


ASKING = {
    "button_interaction": st.lists(st.builds(Select, st.just("a"), TEXTS, choices(10)), max_size=1),
    "vote_interaction": st.lists(
        st.builds(Select, st.just("a"), TEXTS, choices(20), st.just("1"), st.just(True)), min_size=1, max_size=1
    ),
    "multiple_interaction": st.lists(
        st.builds(Select, st.sampled_from("abc"), TEXTS, choices(10)),
        min_size=2, max_size=3, unique_by=lambda select: select.key,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ASKING)
@given(data=st.data())
def test_no_card_that_asks_is_too_long(kind: str, data: st.DataObject) -> None:
    card = data.draw(CARDS)
    asking = replace(
        card,
        outcome="",
        buttons=(Button(data.draw(TEXTS), "received"), *card.buttons),
        selects=tuple(data.draw(ASKING[kind])),
    )
    drawn = render.template_card(asking, data.draw(FRAMES))
    assert drawn["card_type"] == kind
    check(drawn)


@given(CARDS, FRAMES)
def test_no_words_are_too_long(card: Card, frame: CardFrame) -> None:
    assert size(2048)(words.text(card, frame)["text"]["content"])
    assert size(2048)(words.markdown(card, frame)["markdown"]["content"])
    assert size(4096)(words.markdown(card, frame, most=4096)["markdown"]["content"])
    drawn = words.text_card(card, frame)["textcard"]
    assert size(128)(drawn["title"]) and size(512)(drawn["description"]) and size(2048)(drawn["url"])


@given(CARDS)
def test_an_outcome_always_shows_and_never_asks(card: Card) -> None:
    drawn = render.template_card(replace(card, outcome="已由张三处理"), FRAME)
    assert drawn["card_type"] == "text_notice"
    assert drawn["sub_title_text"].startswith("已由张三处理")
