"""What people can do with their phones, what they can't, and how the page hears of it live (L07)."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from tornado.websocket import websocket_connect

from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import JPEG, Rest, buttons
from tests.support.chat_sandbox import ChatSandbox, Refusal


def test_a_list_of_chats_has_the_newest_first_and_counts_what_is_unread(
    sandbox: ChatSandbox, rest: Rest
) -> None:
    rest.say("早会")
    rest.say("晚会")
    rest.post(
        "webhook/send", {"msgtype": "text", "text": {"content": "全体注意"}}, None, key="sandbox-robot-one"
    )
    rows = [(one["title"], one["last"], one["unread"]) for one in sandbox.ask("people/wangjian")["threads"]]
    assert rows == [("一水厂安全群", "全体注意", 1), ("安班", "晚会", 2), ("短信", "", 0)]
    sandbox.ask("people/wangjian/read", {"owner": "g:wr-yishuichang", "thread": "group"})
    unread = {one["title"]: one["unread"] for one in sandbox.ask("people/wangjian")["threads"]}
    assert unread["一水厂安全群"] == 0
    assert sandbox.ask("people/lifang")["threads"][0]["unread"] == 1, "each reads for themselves"


def test_a_group_hears_its_members_and_no_app_does(sandbox: ChatSandbox, app: App) -> None:
    sandbox.person("wangjian").say("我在现场", "g:wr-yishuichang")
    (entry,) = sandbox.group("wr-yishuichang")
    assert (entry["from"]["name"], entry["content"]["content"]) == ("王建", "我在现场")
    assert not app.heard
    with pytest.raises(Refusal, match="不在这个群里"):
        sandbox.person("wangjian").say("我也在", "g:wr-yingji")


def test_a_short_message_is_shown_to_whose_number_it_is(sandbox: ChatSandbox) -> None:
    def send(**given: str) -> Any:
        url, data = f"{sandbox.url}/sms/send", json.dumps(given).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
            return json.loads(answer.read())

    assert send(phone="13800000002", sign="安班", text="请回电")["code"] == "OK"
    assert sandbox.person("lifang").sms() == ["【安班】请回电"]
    assert send(phone="13899999999", sign="安班", text="没人")["code"] == "OK"
    assert send(phone="110", sign="安班", text="a")["code"] == "BAD_PHONE"
    assert send(phone="13800000002", sign="", text="a")["code"] == "EMPTY"
    assert send(phone="13800000002", sign="安班", text="a" * 499)["code"] == "TOO_LONG"


def test_what_a_real_phone_would_not_let_one_do(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    rest.card(buttons("t1", button_selection={
        "question_key": "q", "title": "到场", "option_list": [{"id": "a", "text": "甲"}],
    }))  # fmt: skip
    (card,) = sandbox.person("wangjian").cards()
    act = "people/wangjian/press"
    for given, why in [
        ({"serial": card["serial"], "key": "altered"}, "没有这个按钮"),
        ({"serial": card["serial"], "key": "ack", "chosen": {"q": ["z"]}}, "没有这一个"),
        ({"serial": 999, "key": "ack"}, "没有这张卡片"),
    ]:
        with pytest.raises(Refusal, match=f"409.*{why}"):
            sandbox.ask(act, given)
    with pytest.raises(Refusal, match="没有这张卡片"):
        sandbox.ask("people/lifang/press", {"serial": card["serial"], "key": "ack"})
    for path, given, why in [
        ("people/nobody/say", {"thread": "app:1000002", "text": "a"}, "没有这个人"),
        ("people/wangjian/say", {"thread": "app:1000002", "text": "  "}, "还没有写字"),
        ("people/wangjian/say", {"thread": "app:7", "text": "a"}, "没有这个应用"),
        ("people/wangjian/place", {"thread": "app:1000002", "lng": 181, "lat": 0}, "经度"),
    ]:
        with pytest.raises(Refusal, match=f"409.*{why}"):
            sandbox.ask(path, given)
    with pytest.raises(Refusal, match="照片是空的"):
        sandbox.person("wangjian").send_photo(b"")
    assert not app.heard


def test_a_card_that_is_done_is_not_pressed_again(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    rest.card(buttons("t1"))
    app.answers("<MsgType>update_button</MsgType><Button><ReplaceName>已收到</ReplaceName></Button>")
    phone = sandbox.person("wangjian")
    phone.press(phone.cards()[0], "收到")
    with pytest.raises(Refusal, match="已经处理过"):
        phone.press(phone.cards()[0], "需要支援")
    assert len(app.heard) == 1


def test_the_clock_goes_forward_only(sandbox: ChatSandbox) -> None:
    before = sandbox.ask("state")["now"]
    sandbox.clock.forward(days=2)
    assert 172_795 < sandbox.ask("state")["now"] - before < 172_860
    for seconds in (-1, 401 * 86_400, "soon"):
        with pytest.raises(Refusal, match="400"):
            sandbox.ask("clock", {"seconds": seconds})


def test_another_sites_form_changes_nothing(sandbox: ChatSandbox) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"):
        request = urllib.request.Request(
            f"{sandbox.url}/sandbox/api/clock", b'{"seconds": 60}', {"Content-Type": kind}
        )
        with pytest.raises(urllib.error.HTTPError, match=r"415|400"):
            urllib.request.urlopen(request, timeout=10)
    assert sandbox.ask("state")["ahead"] == 0


def test_a_page_hears_of_its_own_screens_at_once(sandbox: ChatSandbox, rest: Rest) -> None:
    async def listen() -> list[dict[str, Any]]:
        socket = await websocket_connect(sandbox.url.replace("http", "ws") + "/sandbox/live")
        await socket.write_message(json.dumps({"watch": ["u:wangjian"], "wire": True}))
        heard = [json.loads(await asyncio.wait_for(socket.read_message(), 5))]
        await asyncio.to_thread(rest.say, "别人的", "lifang")
        await asyncio.to_thread(rest.say, "我的", "wangjian")
        await asyncio.to_thread(sandbox.clock.forward, minutes=1)
        while heard[-1]["type"] != "clock":
            heard.append(json.loads(await asyncio.wait_for(socket.read_message(), 5)))
        socket.close()
        return heard

    heard = asyncio.run(listen())
    assert [one["type"] for one in heard] == ["watching", "wire", "entry", "wire", "clock"]
    assert heard[2]["entry"]["content"]["content"] == "我的"
    assert heard[4]["ahead"] == 60


def test_many_press_at_once_and_nobody_waits_for_another(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    crowd = [sandbox.add_person(f"p{n}", f"人{n}") for n in range(40)]
    rest.card(buttons("t1"), "|".join(phone.userid for phone in crowd))
    app.replies = [(200, 0.5, b"")] * 40

    async def everybody() -> None:
        await asyncio.gather(*(asyncio.to_thread(phone.press, phone.cards()[0], "收到") for phone in crowd))

    asyncio.run(asyncio.wait_for(everybody(), 15))
    assert {heard.values["FromUserName"] for heard in app.heard} == {phone.userid for phone in crowd}
    assert len({heard.values["ResponseCode"] for heard in app.heard}) == 40


def test_a_photo_is_shown_and_can_be_looked_at(sandbox: ChatSandbox) -> None:
    sandbox.person("wangjian").send_photo(JPEG, "现场.jpg")
    (entry,) = sandbox.person("wangjian").everything()
    assert (entry["msgtype"], entry["mine"], entry["content"]["name"]) == ("image", True, "现场.jpg")
    with urllib.request.urlopen(
        f"{sandbox.url}/sandbox/media/{entry['content']['media_id']}", timeout=10
    ) as found:
        assert found.read() == JPEG
        assert found.headers["X-Content-Type-Options"] == "nosniff"
