"""Template cards: what each of the five kinds must have, and the task_id (L07)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import Rest, buttons
from tests.support.chat_sandbox import ChatSandbox

URL = "https://anban.example/a"
GO = {"type": 1, "url": URL}
OPTIONS = [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}]
CHECKED = [{"id": each, "text": each, "is_checked": True} for each in "ab"]
CARDS: dict[str, dict[str, Any]] = {
    "text_notice": {"card_type": "text_notice", "main_title": {"title": "今日上岗"}, "card_action": GO},
    "news_notice": {
        "card_type": "news_notice", "main_title": {"title": "事故快报"}, "card_action": GO,
        "card_image": {"url": URL, "aspect_ratio": 1.3},
    },
    "button_interaction": {
        **buttons("t1"),
        "button_selection": {"question_key": "q", "title": "到场", "option_list": OPTIONS, "selected_id": "a"},
    },
    "vote_interaction": {
        "card_type": "vote_interaction", "main_title": {"title": "谁有空"}, "task_id": "t2",
        "checkbox": {"question_key": "q", "mode": 1, "option_list": OPTIONS},
        "submit_button": {"text": "提交", "key": "go"},
    },
    "multiple_interaction": {
        "card_type": "multiple_interaction", "main_title": {"title": "填一填"}, "task_id": "t3",
        "select_list": [{"question_key": "q", "title": "几点", "option_list": OPTIONS}],
        "submit_button": {"text": "提交", "key": "go"},
    },
}  # fmt: skip

MISSING = [
    ("text_notice", "main_title", 40058),
    ("text_notice", "card_action", 40058),
    ("news_notice", "main_title.title", 40058),
    ("news_notice", "card_action", 40058),
    ("news_notice", "card_image", 40058),
    ("button_interaction", "main_title", 40058),
    ("button_interaction", "button_list", 40058),
    ("button_interaction", "button_list.0.text", 42020),
    ("button_interaction", "button_list.0.key", 42019),
    ("button_interaction", "task_id", 42014),
    ("button_interaction", "button_selection.question_key", 42019),
    ("button_interaction", "button_selection.option_list", 40058),
    ("vote_interaction", "main_title.title", 40058),
    ("vote_interaction", "checkbox", 42019),
    ("vote_interaction", "checkbox.option_list", 40058),
    ("vote_interaction", "checkbox.option_list.0.id", 40058),
    ("vote_interaction", "submit_button", 40058),
    ("vote_interaction", "submit_button.key", 42019),
    ("vote_interaction", "task_id", 42014),
    ("multiple_interaction", "main_title.title", 40058),
    ("multiple_interaction", "select_list", 40058),
    ("multiple_interaction", "select_list.0.option_list", 40058),
    ("multiple_interaction", "submit_button.text", 42020),
    ("multiple_interaction", "task_id", 42014),
]
WRONG = [
    ("text_notice", "card_action.type", 0, 40058),
    ("text_notice", "card_action.url", "", 40058),
    ("text_notice", "horizontal_content_list", [{"keyname": "地点", "value": "a"}] * 7, 40058),
    ("text_notice", "horizontal_content_list", [{"keyname": "附件", "type": 2, "media_id": "none"}], 40007),
    ("text_notice", "jump_list", [{"title": "看", "type": 1, "url": URL}] * 4, 40058),
    ("text_notice", "action_menu", {"desc": "更多", "action_list": []}, 40058),
    ("text_notice", "card_type", "poem", 40058),
    ("news_notice", "card_image.aspect_ratio", 2.3, 40058),
    ("news_notice", "card_image.aspect_ratio", 1.2, 40058),
    ("news_notice", "vertical_content_list", [{"title": "a"}] * 5, 40058),
    ("button_interaction", "button_list", [{"text": "a", "key": str(n)} for n in range(7)], 40058),
    ("button_interaction", "button_list", [{"text": "a", "key": "k"}, {"text": "b", "key": "k"}], 42018),
    ("button_interaction", "button_list.0.key", "安" * 342, 42018),
    ("button_interaction", "button_list.0.style", 5, 40058),
    ("button_interaction", "button_selection.selected_id", "c", 40058),
    ("button_interaction", "button_selection.disable", True, 40058),
    ("button_interaction", "task_id", "t" * 129, 42014),
    ("button_interaction", "task_id", "", 42014),
    ("button_interaction", "task_id", "中文", 42014),
    ("vote_interaction", "checkbox.mode", 2, 40058),
    ("vote_interaction", "checkbox.option_list", [{"id": str(n), "text": "x"} for n in range(21)], 40058),
    ("vote_interaction", "checkbox.option_list", [{"id": "a", "text": "x"}] * 2, 40058),
    (
        "multiple_interaction",
        "select_list",
        [{"question_key": str(n), "option_list": OPTIONS} for n in range(4)],
        40058,
    ),
    (
        "multiple_interaction",
        "select_list.0.option_list",
        [{"id": str(n), "text": "x"} for n in range(11)],
        40058,
    ),
    ("button_interaction", "button_selection.option_list.0.id", "o" * 129, 40058),
    ("button_interaction", "button_selection.option_list.0.id", "安" * 43, 40058),
    ("vote_interaction", "checkbox.option_list.0.id", "o" * 129, 40058),
    ("multiple_interaction", "select_list.0.option_list.0.id", "o" * 129, 40058),
    ("multiple_interaction", "select_list", [{"question_key": "q", "option_list": OPTIONS}] * 2, 40058),
    ("button_interaction", "button_selection.question_key", "安" * 342, 42018),
    ("vote_interaction", "submit_button.key", "k" * 1025, 42018),
    ("vote_interaction", "checkbox", {"question_key": "q", "mode": 0, "option_list": CHECKED}, 40058),
    ("vote_interaction", "checkbox", {"question_key": "q", "option_list": CHECKED}, 40058),
    ("vote_interaction", "checkbox.option_list.0.is_checked", "yes", 40058),
    ("text_notice", "horizontal_content_list", [{"keyname": "责任人", "type": 3, "userid": "nobody"}], 40003),
    ("text_notice", "horizontal_content_list", [{"keyname": "责任人", "type": 3}], 40058),
    ("text_notice", "horizontal_content_list", [{"keyname": "地点", "value": 7}], 40058),
    ("text_notice", "horizontal_content_list", [{"value": "没有名字"}], 40058),
    ("text_notice", "source", {"desc": "安班", "desc_color": 4}, 40058),
    ("text_notice", "main_title.title", 7, 40058),
    ("text_notice", "sub_title_text", ["甲"], 40058),
    ("text_notice", "action_menu", {"action_list": [{"text": "a", "key": str(n)} for n in range(4)]}, 40058),
    ("text_notice", "quote_area", {"type": 3}, 40058),
    ("text_notice", "card_action", {"type": 2}, 40058),
    ("news_notice", "card_image.aspect_ratio", True, 40058),
    ("button_interaction", "button_list.0.text", 7, 42020),
    ("button_interaction", "button_list.0.type", 2, 40058),
    ("button_interaction", "task_id", "t 1", 42014),
]
#: Every address that a card may have, with a value that makes the platform look at it.
URLS = [
    ("text_notice", "card_action.url"),
    ("text_notice", "source", "icon_url", {"desc": "安班"}),
    ("text_notice", "quote_area", "url", {"type": 1, "title": "a"}),
    ("text_notice", "horizontal_content_list", "url", [{"keyname": "看", "type": 1}]),
    ("text_notice", "jump_list", "url", [{"title": "看", "type": 1}]),
    ("news_notice", "card_image.url"),
    ("news_notice", "image_text_area", "image_url", {"type": 0}),
    ("news_notice", "image_text_area", "url", {"type": 1, "image_url": URL}),
    ("button_interaction", "button_list", "url", [{"text": "看", "type": 1}]),
]
BAD_URLS = [
    ("/pages/home/index", 45034), ("anban.example/a", 45034), ("//anban.example/a", 45034),
    ("javascript:alert(1)", 40058), ("data:text/html,x", 40058), ("file:///etc/passwd", 40058), ("https://", 40058),
    ("https://anban.example/a b", 40058), ("https://[", 40058), (f"https://anban.example/{'a' * 5000}", 40039),
]  # fmt: skip


def changed(kind: str, path: str, value: Any = None) -> dict[str, Any]:
    """A card of `kind` with one field set, or (None) left out."""
    card: Any = copy.deepcopy(CARDS[kind])
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    holder = card
    for step in way:
        holder = holder[step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return dict(card)


@pytest.mark.parametrize("kind", CARDS)
def test_all_five_kinds_are_shown_and_a_code_is_given_to_those_that_can_change(
    sandbox: ChatSandbox, app: App, rest: Rest, kind: str
) -> None:
    answer = rest.card(CARDS[kind])
    assert answer["errcode"] == 0
    assert ("response_code" in answer) is (not kind.endswith("_notice"))
    assert sandbox.person("wangjian").cards()[0]["content"] == CARDS[kind]


def test_a_notice_with_a_menu_has_a_code_and_needs_a_task(app: App, rest: Rest) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]}
    card = {**CARDS["text_notice"], "action_menu": menu}
    assert rest.card(card)["errcode"] == 42014
    assert rest.card({**card, "task_id": "m1"})["response_code"]


@pytest.mark.parametrize(("kind", "path", "errcode"), MISSING)
def test_what_a_kind_needs(
    sandbox: ChatSandbox, app: App, rest: Rest, kind: str, path: str, errcode: int
) -> None:
    refused = rest.card(changed(kind, path))
    assert (refused.status, refused["errcode"]) == (200, errcode)
    assert not sandbox.person("wangjian").cards()


@pytest.mark.parametrize(("kind", "path", "value", "errcode"), WRONG)
def test_what_a_kind_does_not_take(
    sandbox: ChatSandbox, app: App, rest: Rest, kind: str, path: str, value: Any, errcode: int
) -> None:
    refused = rest.card(changed(kind, path, value))
    assert (refused.status, refused["errcode"]) == (200, errcode)
    assert not sandbox.person("wangjian").cards()


@pytest.mark.parametrize("place", URLS, ids=lambda place: ".".join(map(str, place[:3])))
def test_every_address_must_be_one_that_a_phone_opens(app: App, rest: Rest, place: Any) -> None:
    kind, path, *more = place

    def holding(url: str) -> dict[str, Any]:
        if not more:
            return changed(kind, path, url)
        name, holder = more
        return changed(
            kind, path, [{**holder[0], name: url}] if isinstance(holder, list) else {**holder, name: url}
        )

    for url, errcode in BAD_URLS:
        assert rest.card(holding(url))["errcode"] == errcode, url
    longest = URL + "a" * (2048 - len(URL))
    assert rest.card(holding(longest))["errcode"] == 0


def test_what_is_just_within_is_taken(app: App, rest: Rest) -> None:
    option = [{"id": "o" * 128, "text": "甲"}, {"id": "b", "text": "乙"}]
    card = changed("vote_interaction", "checkbox", {"question_key": "q", "mode": 1, "option_list": CHECKED})
    assert rest.card(card)["errcode"] == 0, "two are checked where several may be"
    one = [{**CHECKED[0]}, {**CHECKED[1], "is_checked": False}]
    card = changed("vote_interaction", "checkbox", {"question_key": "q", "mode": 0, "option_list": one})
    assert rest.card({**card, "task_id": "v2"})["errcode"] == 0
    selects = [{"question_key": str(n), "option_list": option} for n in range(3)]
    assert rest.card(changed("multiple_interaction", "select_list", selects))["errcode"] == 0
    fact = [{"keyname": "责任人", "type": 3, "userid": "WangJian"}]
    assert rest.card(changed("text_notice", "horizontal_content_list", fact))["errcode"] == 0, (
        "case is nothing"
    )


def test_an_update_is_held_to_the_same(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    code = rest.card(CARDS["multiple_interaction"])["response_code"]
    for path, value in (
        ("select_list", [{"question_key": "q", "option_list": OPTIONS}] * 2),
        ("select_list.0.option_list.0.id", "o" * 129),
        ("horizontal_content_list", [{"keyname": "责任人", "type": 3, "userid": "nobody"}]),
    ):
        card = changed("multiple_interaction", path, value)
        body = {
            "userids": ["wangjian"],
            "agentid": rest.agent.agent_id,
            "response_code": code,
            "template_card": card,
        }
        assert rest.post("message/update_template_card", body)["errcode"] in (40058, 40003)
    assert sandbox.person("wangjian").cards()[0]["content"] == CARDS["multiple_interaction"]


def test_a_key_of_1024_bytes_is_taken(app: App, rest: Rest) -> None:
    assert rest.card(changed("button_interaction", "button_list.0.key", "安" * 341 + "a"))["errcode"] == 0
    assert rest.card(changed("button_interaction", "task_id", "Aa0_-@" * 21 + "zz"))["errcode"] == 0


def test_a_task_is_used_once_for_ever_and_refused_ones_do_not_count(
    sandbox: ChatSandbox, app: App, rest: Rest
) -> None:
    assert rest.card(changed("button_interaction", "button_list.0.text"))["errcode"] == 42020
    assert rest.card(CARDS["button_interaction"], "nobody")["errcode"] == 81013
    assert rest.card(CARDS["button_interaction"])["errcode"] == 0
    assert rest.card(CARDS["button_interaction"], "lifang")["errcode"] == 42014
    sandbox.clock.forward(days=30)
    rest.renew()
    assert rest.card(CARDS["button_interaction"])["errcode"] == 42014
    assert not sandbox.person("lifang").cards()


def test_the_check_for_duplicates_comes_before_the_task(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    first = rest.card(buttons("t9"), enable_duplicate_check=1)
    again = rest.card(buttons("t9"), enable_duplicate_check=1)
    assert (again["errcode"], again["response_code"]) == (0, first["response_code"])
    assert len(sandbox.person("wangjian").cards()) == 1


def test_who_can_not_be_called_back_sends_no_card_with_buttons(sandbox: ChatSandbox, rest: Rest) -> None:
    assert rest.card(buttons("t1"))["errcode"] == 43012
    assert rest.card(CARDS["text_notice"])["errcode"] == 0


def test_texts_that_a_phone_will_cut_are_noted_not_refused(
    sandbox: ChatSandbox, app: App, rest: Rest
) -> None:
    assert rest.card(buttons("t1", main_title={"title": "标" * 40}))["errcode"] == 0
    assert "main_title.title 有 40 字" in str(sandbox.wire("message/send")[-1]["notes"])
