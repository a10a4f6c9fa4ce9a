"""Passive replies as WeCom wants them: its names, lists as repeated elements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import xmltodict

from bots.card import Select
from bots.wecom import render
from bots.wecom.incoming.events import PlainMessage
from bots.wecom.protocol import passive
from bots.wecom.render import CardFrame
from tests.bots.wecom.test_render import CARD, PICTURE, WHO, link

TO = PlainMessage("enter_agent", "ZhangSan", "ww1", 7, 1, "e:1", {})


def read(text: str) -> dict[str, Any]:
    root: dict[str, Any] = xmltodict.parse(text)["xml"]
    return root


@pytest.mark.usefixtures("clock")
def test_words_go_back_to_who_wrote() -> None:
    reply = read(passive.text(TO, "请点 <这里> ]]> \x00完"))
    assert reply == {
        "ToUserName": "ZhangSan", "FromUserName": "ww1", "CreateTime": "1795305600", "MsgType": "text",
        "Content": "请点 <这里> ]]> 完",
    }  # fmt: skip
    assert len(read(passive.text(TO, "长" * 3000))["Content"].encode()) <= 2048


def test_a_picture_and_news() -> None:
    assert read(passive.image(TO, "md1"))["Image"] == {"MediaId": "md1"}
    one, two = (
        {"title": "a", "url": "https://a"},
        {"title": "b", "description": "d", "picurl": "p", "url": "u"},
    )
    reply = read(passive.news(TO, [one, two]))
    assert reply["ArticleCount"] == "2"
    assert reply["Articles"]["item"][1] == {"Title": "b", "Description": "d", "PicUrl": "p", "Url": "u"}
    with pytest.raises(ValueError, match="one to eight"):
        passive.news(TO, [])


def test_a_greyed_button() -> None:
    reply = read(passive.update_button(TO, "已确认"))
    assert (reply["MsgType"], reply["Button"]) == ("update_button", {"ReplaceName": "已确认"})


def card(**changes: Any) -> dict[str, Any]:
    frame = changes.pop("frame", CardFrame(link))
    drawn = render.template_card(replace(CARD, **changes), frame)
    reply = read(passive.update_card(TO, drawn))
    assert reply["MsgType"] == "update_template_card"
    found: dict[str, Any] = reply["TemplateCard"]
    assert found["CardType"] == drawn["card_type"]
    assert found["Source"] == {"Desc": "安班", "DescColor": "2"}
    assert "TaskId" not in found
    return found


def test_buttons_with_a_choice() -> None:
    found = card(selects=(WHO,))
    assert [each["Text"] for each in found["ButtonList"]] == ["收到", "需要支援", "查看详情"]
    assert found["ButtonList"][2]["Url"].endswith("/pages/accident/index?id=5")
    assert found["HorizontalContentList"][0] == {"KeyName": "地点", "Value": "炼铁厂三号炉"}
    assert found["ButtonSelection"]["OptionList"] == [
        {"Id": "7", "Text": "张三"},
        {"Id": "8", "Text": "李四"},
    ]
    assert (found["ButtonSelection"]["SelectedId"], found["CardAction"]["Type"]) == ("8", "1")


def test_notices() -> None:
    found = card(outcome="张三 10:32 已在现场")
    assert found["SubTitleText"].startswith("张三 10:32 已在现场")
    assert "ButtonList" not in found
    found = card(outcome="已结束", frame=PICTURE.__class__(link, picture_url=PICTURE.picture_url))
    assert found["CardImage"] == {"Url": PICTURE.picture_url, "AspectRatio": "1.3"}
    assert found["VerticalContentList"][0] == {"Title": "已结束"}
    assert found["JumpList"]["Title"] == "查看详情"


def test_a_vote_and_several_choices() -> None:
    vote = card(selects=(replace(WHO, many=True),))
    assert vote["CheckBox"]["Mode"] == "1"
    assert vote["CheckBox"]["OptionList"][1] == {"Id": "8", "Text": "李四", "IsChecked": "true"}
    assert vote["SubmitButton"]["Text"] == "收到"
    several = card(selects=(WHO, Select("level", "等级", (("1", "一般"),))))
    assert [each["QuestionKey"] for each in several["SelectList"]] == ["who", "level"]
    assert several["SelectList"][1]["OptionList"] == {"Id": "1", "Text": "一般"}
