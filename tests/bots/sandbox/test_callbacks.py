"""Telling an app: sealed, three times at most, each cut after the platform's patience (L07)."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from bots.sandbox.callback_delivery.callbacks import DELIVERIES, PATIENCE
from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import JPEG, Rest, buttons
from tests.support.chat_sandbox import ChatSandbox


def test_the_platforms_own_figures() -> None:
    assert (DELIVERIES, PATIENCE) == (3, 5)


def test_words_a_photo_and_a_place_are_told_sealed_and_signed(sandbox: ChatSandbox, app: App) -> None:
    phone = sandbox.person("wangjian")
    assert phone.say("帮助 <&]]>")["delivered"]["ok"]
    phone.send_photo(JPEG, "a.jpg")
    phone.send_place(120.5, 30.25, "东门")
    phone.event("enter_agent")
    words, photo, place, event = (heard.values for heard in app.heard)
    assert all(heard.query["msg_signature"] == heard.signed for heard in app.heard)
    assert b"wangjian" not in app.heard[0].body, "who wrote what is sealed"
    assert (words["MsgType"], words["Content"]) == ("text", "帮助 <&]]>")
    assert (words["ToUserName"], words["FromUserName"]) == (sandbox.seed.corp_id, "wangjian")
    assert words["AgentID"] == str(sandbox.agent.agent_id)
    assert (photo["MsgType"], photo["PicUrl"].startswith(sandbox.url)) == ("image", True)
    assert (place["Location_X"], place["Location_Y"], place["Label"]) == ("30.25", "120.5", "东门")
    assert (event["MsgType"], event["Event"], event["EventKey"]) == ("event", "enter_agent", "")
    numbers = {words["MsgId"], photo["MsgId"], place["MsgId"]}
    assert len(numbers) == 3
    assert all(int(number) > 1 << 32 for number in numbers)


def test_a_photo_can_be_fetched_by_its_media_id(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    sandbox.person("wangjian").send_photo(JPEG)
    media_id = app.heard[0].values["MediaId"]
    assert rest.raw("media/get", None, "", {"media_id": media_id}) == (200, JPEG)
    sandbox.clock.forward(days=3, seconds=1)
    rest.renew()
    assert rest.get("media/get", media_id=media_id)["errcode"] == 40007


def test_what_was_chosen_goes_with_a_press(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    options = [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}]
    vote = {
        "card_type": "vote_interaction", "main_title": {"title": "谁有空"}, "task_id": "v1",
        "checkbox": {"question_key": "q", "mode": 1, "option_list": options},
        "submit_button": {"text": "提交", "key": "go"},
    }  # fmt: skip
    rest.card(vote)
    phone = sandbox.person("wangjian")
    phone.press(phone.cards()[0], "提交", {"q": ["a", "b"]})
    heard = app.heard[0]
    assert heard.values["TaskId"] == "v1"
    assert (heard.values["CardType"], heard.values["EventKey"]) == ("vote_interaction", "go")
    assert [one.text for one in heard.root.iter("OptionId")] == ["a", "b"]
    assert heard.root.findtext("SelectedItems/SelectedItem/QuestionKey") == "q"


def test_a_menu_in_a_cards_corner(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    rest.card(buttons("m1", action_menu={"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]}))
    phone = sandbox.person("wangjian")
    phone.pick(phone.cards()[0], "静音")
    assert app.heard[0].values["Event"] == "template_card_menu_event"
    assert app.heard[0].values["EventKey"] == "mute"


def test_who_does_not_answer_in_time_is_cut_and_told_three_times(sandbox: ChatSandbox, app: App) -> None:
    sandbox.patience(0.3)
    app.replies = [(200, 1, b"")] * 5
    began = time.monotonic()
    told = sandbox.person("wangjian").say("在吗")["delivered"]
    assert 0.85 < time.monotonic() - began < 3
    assert (told["ok"], len(told["tries"])) == (False, 3)
    assert all("没有回答" in one["problem"] for one in told["tries"])
    assert len({heard.body for heard in app.wait(3)}) == 1, "the same bytes, the same MsgId"
    assert len({heard.query["nonce"] for heard in app.heard}) == 1
    time.sleep(0.5)
    assert len(app.heard) == 3


def test_an_error_is_tried_again_when_the_time_is_over_and_a_good_answer_ends_it(
    sandbox: ChatSandbox, app: App
) -> None:
    sandbox.patience(0.3)
    app.replies = [(502, 0, b""), (200, 0, b"")]
    told = sandbox.person("wangjian").say("在吗")["delivered"]
    assert told["ok"]
    assert [one["status"] for one in told["tries"]] == [502, 200]
    assert app.heard[1].at - app.heard[0].at >= 0.28
    assert [line["status"] for line in sandbox.wire("/bots/wecom")] == [502, 200]


def test_an_app_that_is_away_or_hangs_up(sandbox: ChatSandbox) -> None:
    sandbox.patience(0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        sandbox.call_back_to(f"http://127.0.0.1:{server.getsockname()[1]}/")

        def hang_up() -> None:
            for _ in range(3):
                with server.accept()[0] as line, line.makefile("rb") as asked:
                    head = b"".join(
                        iter(asked.readline, b"\r\n")
                    ).lower()  # what is left unread resets the connection
                    asked.read(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))

        ending = threading.Thread(target=hang_up)
        ending.start()
        told = sandbox.person("wangjian").say("在吗")["delivered"]
        ending.join(5)
    assert [one["problem"] for one in told["tries"]] == ["应用断开了连接，没有回答"] * 3
    told = sandbox.person("wangjian").say("在吗")["delivered"]
    assert "连不上应用" in told["problem"]


def test_an_app_without_an_address_is_told_nothing(sandbox: ChatSandbox) -> None:
    told = sandbox.person("wangjian").say("在吗")["delivered"]
    assert told == {"ok": False, "tries": [], "problem": "这个应用没有设置回调地址"}
    assert sandbox.person("wangjian").everything()[0]["mine"], "but one sees what one wrote"


def test_an_answer_on_the_spot_is_shown_to_the_one_who_wrote(sandbox: ChatSandbox, app: App) -> None:
    app.answers("<MsgType>text</MsgType><Content><![CDATA[您可以这样说]]></Content>")
    assert sandbox.person("wangjian").say("帮助")["reply"] == "text"
    assert sandbox.person("wangjian").inbox()[0]["content"]["content"] == "您可以这样说"
    assert not sandbox.person("lifang").inbox()


@pytest.mark.parametrize(
    "reply",
    [
        "<MsgType>poem</MsgType>",
        "<MsgType>text</MsgType>",
        "<MsgType>update_button</MsgType><Button><ReplaceName>已收到</ReplaceName></Button>",
        "<MsgType>image</MsgType><Image><MediaId>nowhere</MediaId></Image>",
    ],
)
def test_answers_that_the_platform_would_not_take_change_nothing(
    sandbox: ChatSandbox, app: App, reply: str
) -> None:
    app.answers(reply)
    assert "不合规定" in sandbox.person("wangjian").say("帮助")["delivered"]["problem"]
    assert not sandbox.person("wangjian").inbox()
    assert "不合规定" in str(sandbox.wire("/bots/wecom")[-1]["notes"])


def test_answers_that_are_not_sealed_or_not_signed(sandbox: ChatSandbox, app: App) -> None:
    app.replies = [(200, 0, b"<xml><MsgType>text</MsgType></xml>")]
    assert "看不懂" in sandbox.person("wangjian").say("帮助")["delivered"]["problem"]
    forged = app.sealed("<xml><MsgType>text</MsgType><Content>a</Content></xml>")
    app.replies = [(200, 0, forged.replace(b"<TimeStamp>1", b"<TimeStamp>2"))]
    assert "签名不对" in sandbox.person("wangjian").say("帮助")["delivered"]["problem"]
    assert not sandbox.person("wangjian").inbox()


def test_a_whole_card_as_an_answer(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    rest.card(buttons("t1"), "wangjian|lifang")
    app.answers(
        "<MsgType>update_template_card</MsgType><TemplateCard><CardType>text_notice</CardType>"
        "<MainTitle><Title>已回应：收到</Title></MainTitle><CardAction><Type>1</Type><Url>https://a.example</Url>"
        "</CardAction><HorizontalContentList><KeyName>谁</KeyName><Value>王建</Value></HorizontalContentList>"
        "</TemplateCard>"
    )
    phone = sandbox.person("wangjian")
    assert phone.press(phone.cards()[0], "收到")["reply"] == "update_template_card"
    assert phone.cards()[0]["content"]["main_title"]["title"] == "已回应：收到"
    assert phone.cards()[0]["content"]["horizontal_content_list"] == [{"keyname": "谁", "value": "王建"}]
    assert sandbox.person("lifang").cards()[0]["content"] == buttons("t1")


def test_an_address_is_tried_when_it_is_set(sandbox: ChatSandbox, app: App) -> None:
    assert sandbox.call_back_to(app.url, verify=True) == ""
    app.echo = lambda query: query["echostr"].encode()
    assert "echostr" in sandbox.call_back_to(app.url, verify=True)


def test_where_anban_goes_by_the_same_clock_envelopes_carry_it(sandbox: ChatSandbox) -> None:
    sandbox.clock.forward(hours=5)
    alone = sandbox.do(lambda platform: platform.callbacks._stamp())
    sandbox.do(lambda platform: setattr(platform.clock, "shared", True))
    shared = sandbox.do(lambda platform: platform.callbacks._stamp())
    assert 17_990 < shared - alone < 18_010
    assert sandbox.ask("state")["shared"]
