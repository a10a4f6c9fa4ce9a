"""Cards of every kind, and that no card at all is too long for WeCom."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bots import clicks
from bots.card import Button, Card, Fact, Select
from bots.clicks import Click
from bots.wecom import render, words
from bots.wecom.render import CardFrame

CARD = Card(
    "accident", 5, 3, "三号炉煤气泄漏", lead="2 人受伤，现场已疏散", number="SG-0007", tone="alarm",
    facts=(Fact("地点", "炼铁厂三号炉"), Fact("时间", "08:12"), Fact("直接经济损失", "暂不明")),
    buttons=(Button("收到", "received", style="primary"), Button("需要支援", "need_help", style="danger"),
             Button("查看详情", path="/pages/accident/index?id=5")),
    path="/pages/accident/index?id=5",
)  # fmt: skip
WHO = Select("who", "指派给", (("7", "张三"), ("8", "李四")), chosen="8")


def link(path: str) -> str:
    return f"https://anban.example/bots/wecom/1/open?to={path}"


FRAME = CardFrame(link, "s-12-1")
PICTURE = replace(FRAME, picture_url="https://anban.example/p/1.jpg")
OPEN = link("/pages/accident/index?id=5")


def test_verbs_make_buttons() -> None:
    drawn = render.template_card(CARD, FRAME)
    pressed = [drawn["button_list"][n].pop("key") for n in (0, 1)]
    assert drawn == {
        "card_type": "button_interaction",
        "source": {"desc": "安班", "desc_color": 2},
        "main_title": {"title": "SG-0007 三号炉煤气泄漏"},
        "task_id": "s-12-1",
        "sub_title_text": "2 人受伤，现场已疏散\n直接经济损失：暂不明",
        "horizontal_content_list": [
            {"keyname": "地点", "value": "炼铁厂三号炉"}, {"keyname": "时间", "value": "08:12"},
        ],
        "card_action": {"type": 1, "url": OPEN},
        "button_list": [
            {"type": 0, "text": "收到", "style": 1},
            {"type": 0, "text": "需要支援", "style": 3},
            {"type": 1, "text": "查看详情", "style": 2, "url": OPEN},
        ],
    }  # fmt: skip
    assert [clicks.unpack(key) for key in pressed] == [
        Click("accident", 5, 3, "received"), Click("accident", 5, 3, "need_help"),
    ]  # fmt: skip


def test_a_long_place_is_never_lost_behind_a_long_text() -> None:
    long = "北岸冷链库区 · 一号码头库区 · 仓库 · 装卸站台 · 一号库 1 号站台 1号叉车"
    card = replace(CARD, facts=(Fact("地点", long), Fact("时间", "08:12")))
    free = render.template_card(card, FRAME)
    assert long in free["sub_title_text"], "whole, where there is room"
    full = render.template_card(replace(card, lead="限一小时内报应急管理部门和有关部门。" * 5), FRAME)
    assert full["horizontal_content_list"][0] == {
        "keyname": "地点",
        "value": "仓库 · 装卸站台 · 一号库 1 号站台 1号叉车",
    }
    cut = replace(card, lead="字" * 112, facts=(Fact("整改措施", "换" * 40),))
    assert render.template_card(cut, FRAME)["horizontal_content_list"][0]["value"] == "换" * 25 + "…"


def test_a_choice_among_buttons() -> None:
    drawn = render.template_card(replace(CARD, selects=(WHO,)), FRAME)
    assert drawn["card_type"] == "button_interaction"
    assert drawn["button_selection"] == {
        "question_key": "who", "title": "指派给", "selected_id": "8",
        "option_list": [{"id": "7", "text": "张三"}, {"id": "8", "text": "李四"}],
    }  # fmt: skip


def test_a_picture_is_a_tap_away_from_buttons() -> None:
    drawn = render.template_card(CARD, PICTURE)
    assert drawn["quote_area"]["url"] == PICTURE.picture_url


def test_nothing_to_do_is_a_notice() -> None:
    drawn = render.template_card(replace(CARD, buttons=CARD.buttons[2:]), FRAME)
    assert drawn["card_type"] == "text_notice"
    assert drawn["jump_list"] == [{"type": 1, "title": "查看详情", "url": OPEN}]
    assert drawn["card_action"] == {"type": 1, "url": OPEN}


def test_a_notice_with_a_picture() -> None:
    drawn = render.template_card(replace(CARD, buttons=()), PICTURE)
    assert drawn["card_type"] == "news_notice"
    assert drawn["card_image"] == {"url": PICTURE.picture_url, "aspect_ratio": 1.3}
    assert drawn["vertical_content_list"] == [
        {"title": "说明", "desc": "2 人受伤，现场已疏散"}, {"title": "直接经济损失", "desc": "暂不明"},
    ]  # fmt: skip
    assert "sub_title_text" not in drawn


@pytest.mark.parametrize("frame", [FRAME, PICTURE])
def test_an_outcome_leaves_no_buttons(frame: CardFrame) -> None:
    drawn = render.template_card(replace(CARD, outcome="张三 10:32 已在现场", selects=(WHO,)), frame)
    assert drawn["card_type"] in ("text_notice", "news_notice")
    assert "张三 10:32 已在现场" in json.dumps(drawn, ensure_ascii=False)
    assert "button_list" not in drawn and "submit_button" not in drawn


def test_several_choices_have_one_button_the_primary_one() -> None:
    card = replace(
        CARD,
        buttons=(Button("驳回", "refuse"), Button("提交", "save", style="primary")),
        selects=(WHO, replace(WHO, key="level", title="等级", chosen="")),
    )
    drawn = render.template_card(card, FRAME)
    assert drawn["card_type"] == "multiple_interaction"
    assert [each["question_key"] for each in drawn["select_list"]] == ["who", "level"]
    assert "selected_id" not in drawn["select_list"][1]
    assert drawn["main_title"]["desc"] == CARD.lead
    assert clicks.unpack(drawn["submit_button"]["key"]).verb == "save"


@pytest.mark.parametrize(
    ("select", "mode"),
    [
        (replace(WHO, many=True), 1),
        (replace(WHO, options=tuple((str(n), f"第 {n} 项") for n in range(20))), 0),
    ],
)
def test_many_answers_or_a_long_choice_make_a_vote(select: Select, mode: int) -> None:
    drawn = render.template_card(replace(CARD, selects=(select,)), FRAME)
    assert drawn["card_type"] == "vote_interaction"
    assert drawn["checkbox"]["mode"] == mode
    options = drawn["checkbox"]["option_list"]
    assert [each["id"] for each in options] == [id for id, _ in select.options]
    assert [each["id"] for each in options if each["is_checked"]] == ["8"]


@pytest.mark.parametrize(
    "selects",
    [
        (replace(WHO, options=tuple((str(n), "x") for n in range(21))),),
        (WHO, replace(WHO, key="b", many=True)),
        (WHO, WHO),
        tuple(replace(WHO, key=str(n)) for n in range(4)),
        (replace(WHO, options=(("7", "a"), ("7", "b"))),),
        (replace(WHO, options=(("长" * 43, "a"),)),),
        (replace(WHO, key=""),),
    ],
)
def test_a_choice_that_does_not_fit_is_made_on_the_phone(selects: tuple[Select, ...]) -> None:
    drawn = render.template_card(replace(CARD, selects=selects), FRAME)
    assert drawn["card_type"] == "text_notice"
    assert drawn["jump_list"] == [{"type": 1, "title": "打开手机端处理", "url": OPEN}]


def test_a_long_title_does_not_lose_the_number() -> None:
    drawn = render.template_card(replace(CARD, title="长" * 22), FRAME)
    assert drawn["main_title"] == {"title": "长" * 22, "desc": "SG-0007"}


def test_two_buttons_of_one_verb_are_one() -> None:
    twice = replace(CARD, buttons=(Button("收到", "received"), Button("知道了", "received"), Button("空")))
    assert [each["text"] for each in render.template_card(twice, FRAME)["button_list"]] == ["收到"]


def test_an_update_names_no_task() -> None:
    assert "task_id" not in render.template_card(CARD, CardFrame(link))


@pytest.mark.parametrize("task_id", ["a b", "任务", "x" * 129, "a/b", "a\n"])
def test_task_ids_that_wecom_refuses(task_id: str) -> None:
    with pytest.raises(ValueError, match="task id"):
        CardFrame(link, task_id)


def test_a_robots_card_has_nothing_to_press() -> None:
    drawn = render.robot_card(replace(CARD, selects=(WHO,)), FRAME)
    assert drawn["card_type"] == "text_notice"
    assert drawn["jump_list"] == [{"type": 1, "title": "查看详情", "url": OPEN}]
    assert render.robot_card(CARD, PICTURE)["card_type"] == "news_notice"


def test_a_message_of_the_app() -> None:
    said = render.message(CARD, FRAME)
    assert (said["msgtype"], said["template_card"]["task_id"]) == ("template_card", "s-12-1")


# -- words


def test_text_ends_in_the_link() -> None:
    said = words.text(replace(CARD, outcome="已结束"), FRAME)["text"]["content"]
    assert said.split("\n") == [
        "SG-0007 三号炉煤气泄漏", "2 人受伤，现场已疏散", "地点：炼铁厂三号炉", "时间：08:12", "直接经济损失：暂不明",
        "已结束", f'<a href="{OPEN}">打开查看</a>',
    ]  # fmt: skip


def test_what_people_wrote_makes_no_markup() -> None:
    evil = replace(CARD, title="<@all> [点我](http://evil.example)", lead='<a href="x">*</a>`', facts=())
    for said in (
        words.text(evil, FRAME)["text"]["content"],
        words.text_card(evil, FRAME)["textcard"]["description"],
    ):
        assert "<@all>" not in said and '<a href="x">' not in said
    marked = words.markdown(evil, FRAME)["markdown"]["content"]
    assert "<@all>" not in marked and "[点我](" not in marked
    assert marked.endswith(f"[打开查看]({OPEN})")
    assert marked.startswith('<font color="warning">**SG-0007 ')


def test_a_textcard() -> None:
    assert words.text_card(CARD, FRAME) == {
        "msgtype": "textcard",
        "textcard": {
            "title": "SG-0007 三号炉煤气泄漏", "btntxt": "详情", "url": OPEN,
            "description": "2 人受伤，现场已疏散\n地点：炼铁厂三号炉\n时间：08:12\n直接经济损失：暂不明",
        },
    }  # fmt: skip


def test_of_a_long_title_the_middle_goes_and_until_when_stays() -> None:
    title = "【待确认】一号取水泵房配电间东侧门口 临时电缆裸露在积水里 · 明天 18:00前"
    shown = render.template_card(Card("step", 1, 1, title), FRAME)["main_title"]["title"]
    assert len(shown) <= 26
    assert shown.startswith("【待确认】一号")
    assert shown.endswith("… · 明天 18:00前")


def test_a_card_that_must_show_its_end_is_never_a_notice_while_it_offers_something() -> None:
    links = (Button("安排整改", path="/pages/tasks/task?id=1&outcome=assign"),)
    card = Card("step", 1, 1, "安排整改", buttons=links, follows=True)
    drawn = render.template_card(card, FRAME)
    assert drawn["card_type"] == "button_interaction"
    assert [each["type"] for each in drawn["button_list"]] == [1]
    assert (
        render.template_card(replace(card, outcome="李芳已办", buttons=()), FRAME)["card_type"]
        == "text_notice"
    )
    assert render.robot_card(card, FRAME)["card_type"] == "text_notice"
