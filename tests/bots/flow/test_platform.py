"""What the platform says no to, and every kind of thing that it takes, on the sandbox's wire (L01)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from tornado.httpclient import HTTPClient

from bots import tools
from bots.card import Button, Card, Fact, Select
from bots.wecom import render, robot
from bots.wecom.client import Wecom
from bots.wecom.protocol.errors import WecomError
from bots.wecom.protocol.wire import File
from bots.wecom.robot import Robot
from models.core.config import config
from models.messages.channels.records import CARD, GROUP, SMS, ChatGroup, ChatMember
from models.messages.records import Delivery
from tests.bots.flow.conftest import USERS
from tests.bots.flow.test_commands import picture
from tests.bots.flow.wired import Wired

ME = USERS[1]


@pytest.fixture
def client(wired: Wired) -> Wecom:
    """The client of the unit's app."""
    return tools.wecom(wired.works.app)


# -- what it says no to


def test_who_is_outside_of_the_apps_visible_range_is_told_by_the_next_way(wired: Wired) -> None:
    def hide(platform: Any) -> None:
        platform.people.agents[wired.works.app.agent_id].visible = [USERS[0], USERS[2]]

    wired.sandbox.do(hide)
    wired.report()
    row = Delivery.get(Delivery.way == CARD, Delivery.person == wired.works.people[1].id)
    assert (row.state, row.error_code) == ("failed", "receiver")
    assert "可见范围" in row.reason
    assert Delivery.get(Delivery.way == SMS, Delivery.person == wired.works.people[1].id).state == "accepted"
    member = ChatMember.get(ChatMember.user_id == ME)
    assert (member.state, bool(member.reason)) == ("unreachable", True)
    assert wired.phone(ME).cards() == []
    assert len(wired.phone(USERS[2]).cards()) == 1


def test_where_nobody_is_in_the_range_the_call_is_refused_and_nobody_is_forgotten(wired: Wired) -> None:
    wired.sandbox.do(
        lambda platform: setattr(platform.people.agents[wired.works.app.agent_id], "visible", [])
    )
    wired.report()
    assert {row.state for row in Delivery.select().where(Delivery.way == CARD)} == {"failed"}
    assert {row.state for row in Delivery.select().where(Delivery.way == SMS)} == {"accepted"}
    assert "81013" in Delivery.get(Delivery.way == CARD).reason


def group_of(wired: Wired, **values: Any) -> ChatGroup:
    """A group of the unit."""
    wanted = {"kind": "robot", "webhook_key": "sandbox-robot-one", **values}
    return ChatGroup.create(company=wired.crowd.unit, name="安全群", app=wired.works.app, **wanted)


def test_a_group_that_was_disbanded_fails_with_its_reason_and_the_others_are_told(wired: Wired) -> None:
    gone, there = group_of(wired), group_of(wired, webhook_key="sandbox-robot-two")
    wired.sandbox.remove_group("wr-yishuichang")
    wired.report(groups=[gone, there])
    by_group = {row.group_id: row for row in Delivery.select().where(Delivery.way == GROUP)}
    assert (by_group[gone.id].state, by_group[there.id].state) == ("failed", "accepted")
    assert "机器人" in by_group[gone.id].reason
    assert "93000" in str(ChatGroup.get_by_id(gone.id).last_error)
    assert "sandbox-robot-one" not in str(ChatGroup.get_by_id(gone.id).last_error), "the key is a secret"
    assert len(wired.sandbox.group("wr-yingji")) == 1


def test_a_chat_of_the_app_is_told_and_one_that_is_gone_fails(wired: Wired, client: Wecom) -> None:
    chat_id = client.create_chat("指挥部", USERS, owner=USERS[0])
    assert client.chat(chat_id)["userlist"] == list(USERS)
    client.update_chat(chat_id, name="指挥部二", remove=[USERS[2]])
    group = group_of(wired, kind="appchat", webhook_key=None, chat_id=chat_id)
    wired.report(groups=[group])
    (said,) = wired.sandbox.group(chat_id)
    assert said["msgtype"] == "markdown"
    assert "触电" in said["content"]["content"]
    wired.sandbox.remove_group(chat_id)
    wired.report(groups=[group], what="着火")
    row = Delivery.select().where(Delivery.way == GROUP).order_by(Delivery.id.desc()).get()
    assert row.state == "failed"
    assert "群聊" in row.reason


def test_a_robot_that_wrote_its_twenty_waits_instead_of_losing_news(wired: Wired, clock: Any) -> None:
    group = group_of(wired)
    for number in range(22):
        wired.report(1, groups=[group], what=f"第 {number} 起")
    assert len(wired.sandbox.group("wr-yishuichang")) == 20
    clock.forward(seconds=62)
    wired.sandbox.clock.forward(seconds=62)
    wired.work()
    assert len(wired.sandbox.group("wr-yishuichang")) == 22
    assert {row.state for row in Delivery.select().where(Delivery.way == GROUP)} == {"accepted"}


# -- what it takes

BASE = Card(
    "accident", 5, 3, "三号炉煤气泄漏", lead="2 人受伤", number="SG-0007", tone="alarm",
    facts=(Fact("地点", "炼铁厂三号炉"),), path="/pages/accident/index?id=5",
    buttons=(Button("收到", "received", style="primary"), Button("查看", path="/pages/home/index")),
)  # fmt: skip
WHO = Select("who", "指派给", (("7", "张三"), ("8", "李四")), chosen="8")
CARDS = {
    "text_notice": replace(BASE, buttons=()),
    "news_notice": replace(BASE, buttons=()),
    "button_interaction": BASE,
    "vote_interaction": replace(BASE, selects=(replace(WHO, many=True),)),
    "multiple_interaction": replace(BASE, selects=(WHO, Select("level", "等级", (("1", "一般"),)))),
}


def frame(kind: str, task_id: str = "") -> render.CardFrame:
    """Where the card's links lead; only a news notice has a picture."""
    picture_url = "https://anban.example/p/1.jpg" if kind == "news_notice" else ""
    return render.CardFrame(
        lambda path: f"https://anban.example{path}", task_id=task_id, picture_url=picture_url
    )


@pytest.mark.parametrize("kind", CARDS)
def test_cards_of_all_five_kinds_go_out_and_are_changed(wired: Wired, client: Wecom, kind: str) -> None:
    sent = client.send(render.message(CARDS[kind], frame(kind, f"t-{kind}")), [ME, USERS[2]], once=False)
    (card,) = wired.phone(ME).cards()
    assert card["content"]["card_type"] == kind
    assert bool(sent.response_code) == (not kind.endswith("notice")), "a notice can't be changed"
    if not sent.response_code:
        return
    done = replace(CARDS[kind], outcome="张三 10:32 已在现场")
    assert client.update_card(sent.response_code, render.template_card(done, frame(kind)), [ME]) == ()
    assert "张三 10:32 已在现场" in str(wired.phone(ME).cards()[0]["content"])
    assert "张三" not in str(wired.phone(USERS[2]).cards()[0]["content"].get("main_title"))
    with pytest.raises(WecomError):  # once, and no more
        client.update_card(sent.response_code, render.template_card(done, frame(kind)), [USERS[2]])


def test_what_was_chosen_comes_with_the_press_whether_one_or_several(wired: Wired, client: Wecom) -> None:
    from bots.wecom.incoming.events import CardClick, of_fields
    from tests.bots.flow.wired import last

    client.send(render.message(CARDS["vote_interaction"], frame("", "t-vote")), [ME], once=False)
    wired.phone(ME).press(wired.phone(ME).cards()[-1], "收到", {"who": ["7", "8"]})
    came = of_fields(last().content)
    assert isinstance(came, CardClick)
    assert came.selected == {"who": ("7", "8")}
    assert last().result == "not_told", "of an accident that nobody told me of"


def test_the_button_alone_can_be_replaced_by_the_presss_code(wired: Wired, client: Wecom) -> None:
    sent = client.send(render.message(BASE, frame("", "t-button")), [ME], once=False)
    client.replace_button(sent.response_code, "已处理", [ME])
    assert "已处理" in str(wired.phone(ME).cards()[0])


def test_a_message_is_taken_back_within_a_day(wired: Wired, client: Wecom) -> None:
    first = client.send(render.message(BASE, frame("", "t-1")), [ME], once=False)
    client.recall(first.msgid)
    assert wired.phone(ME).inbox()[0]["recalled"]
    second = client.send(render.message(BASE, frame("", "t-2")), [ME], once=False)
    wired.sandbox.clock.forward(hours=25)
    with pytest.raises(WecomError):
        client.recall(second.msgid)


def test_media_goes_up_and_comes_down_for_three_days(wired: Wired, client: Wecom) -> None:
    media = client.upload("image", File("现场 1.jpg", picture(), "image/jpeg"))
    assert client.download(media).content == picture()
    client.send({"msgtype": "image", "image": {"media_id": media}}, [ME])
    assert wired.phone(ME).inbox()[-1]["msgtype"] == "image"
    wired.sandbox.clock.forward(days=4)
    with pytest.raises(WecomError) as caught:
        client.download(media)
    assert caught.value.kind == "media"


def test_a_robot_sends_what_robots_send(wired: Wired) -> None:
    group = group_of(wired)
    ours = Robot.of(group)
    for message in (
        robot.text("停电", users=["@all"]), robot.markdown("**停电**"), robot.markdown_v2("| a | b |\n|---|---|"),
        robot.image(picture()), robot.news([{"title": "停电", "url": "https://anban.example"}]),
        robot.file(ours.upload("file", File("预案.pdf", b"%PDF-1.4 content"))),
        robot.template_card(render.robot_card(BASE, frame("news_notice"))),
    ):  # fmt: skip
        ours.send(message)
    kinds = [entry["msgtype"] for entry in wired.sandbox.group("wr-yishuichang")]
    assert kinds == ["text", "markdown", "markdown_v2", "image", "news", "file", "template_card"]


def test_a_page_of_ours_is_signed_for_the_scanner_and_no_other(wired: Wired) -> None:
    page = f"{config().public_url}/m/?a=1"
    http = HTTPClient()
    try:
        from urllib.parse import quote

        import orjson

        found = http.fetch(f"{wired.url}/jssdk?url={quote(page + '#/pages/scan/index', safe='')}")
        made = orjson.loads(found.body)
        refused = http.fetch(f"{wired.url}/jssdk?url=https://evil.example/", raise_error=False)
    finally:
        http.close()
    tickets = wired.sandbox.platform.tokens
    agent = wired.works.app.agent_id
    for part, ticket in (("config", ("jsapi", None)), ("agentConfig", ("agent_config", agent))):
        given = made[part]
        signed = (
            f"jsapi_ticket={tickets.ticket(*ticket)['ticket']}&noncestr={given['nonceStr']}"
            f"&timestamp={given['timestamp']}&url={page}"
        )
        assert given["signature"] == hashlib.sha1(signed.encode()).hexdigest()
    assert made["config"]["appId"] == made["agentConfig"]["corpid"] == wired.sandbox.seed.corp_id
    assert refused.code == 422
