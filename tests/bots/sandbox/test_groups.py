"""Groups: robots (20 a minute, refused by HTTP 200 and 45009), and chats that an app made (L07)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from tests.bots.sandbox.calling import JPEG, Answer, Rest
from tests.support.chat_sandbox import ChatSandbox

KEY, GROUP = "sandbox-robot-one", "wr-yishuichang"
URL = "https://anban.example"


def robot(rest: Rest, msgtype: str, content: Any, key: str = KEY) -> Answer:
    return rest.post("webhook/send", {"msgtype": msgtype, msgtype: content}, None, key=key)


def test_a_robot_writes_into_its_group_twenty_times_a_minute(sandbox: ChatSandbox, rest: Rest) -> None:
    answers = [robot(rest, "text", {"content": str(n)}) for n in range(22)]
    assert [(answer.status, answer["errcode"]) for answer in answers] == [(200, 0)] * 20 + [(200, 45009)] * 2
    assert [entry["content"]["content"] for entry in sandbox.group(GROUP)] == [str(n) for n in range(20)]
    other = robot(rest, "text", {"content": "另一个机器人"}, "sandbox-robot-two")
    assert other["errcode"] == 0
    sandbox.clock.forward(seconds=61)
    assert robot(rest, "text", {"content": "一分钟后"})["errcode"] == 0


def test_failures_count_too(rest: Rest) -> None:
    refused = [robot(rest, "text", {"content": ""})["errcode"] for _ in range(20)]
    assert set(refused) == {44004}
    assert robot(rest, "text", {"content": "好"})["errcode"] == 45009


def test_a_robot_that_goes_on_asking_stays_refused(sandbox: ChatSandbox, rest: Rest) -> None:
    for _ in range(20):
        robot(rest, "text", {"content": "好"})
    sandbox.clock.forward(seconds=40)
    assert {robot(rest, "text", {"content": "再来"})["errcode"] for _ in range(20)} == {45009}
    sandbox.clock.forward(seconds=30)
    assert robot(rest, "text", {"content": "还来"})["errcode"] == 45009, "what was refused counts as well"


@pytest.mark.parametrize(
    ("msgtype", "content", "errcode"),
    [
        ("markdown", {"content": "安" * 1365 + "a"}, 0),
        ("markdown", {"content": "安" * 1366}, 40058),
        ("markdown_v2", {"content": "|a|b|\n|-|-|"}, 0),
        ("image", {"base64": base64.b64encode(JPEG).decode(), "md5": hashlib.md5(JPEG).hexdigest()}, 0),
        ("image", {"base64": base64.b64encode(JPEG).decode(), "md5": "0" * 32}, 40058),
        ("image", {"base64": base64.b64encode(b"GIF89a").decode(), "md5": hashlib.md5(b"GIF89a").hexdigest()}, 40123),
        ("news", {"articles": [{"title": "a", "url": URL}]}, 0),
        ("textcard", {"title": "a", "description": "b", "url": URL}, 40008),
        ("template_card", {"card_type": "text_notice", "main_title": {"title": "a"},
                           "card_action": {"type": 1, "url": URL}}, 0),
        ("template_card", {"card_type": "news_notice", "main_title": {"title": "a"},
                           "card_action": {"type": 1, "url": URL}, "image_text_area": {"image_url": URL}}, 40058),
        ("template_card", {"card_type": "button_interaction", "main_title": {"title": "a"}, "task_id": "t",
                           "button_list": [{"text": "a", "key": "b"}]}, 40058),
    ],
)  # fmt: skip
def test_what_a_robot_may_say(
    sandbox: ChatSandbox, rest: Rest, msgtype: str, content: dict[str, Any], errcode: int
) -> None:
    answer = robot(rest, msgtype, content)
    assert (answer.status, answer["errcode"]) == (200, errcode)
    assert len(sandbox.group(GROUP)) == (errcode == 0)


def test_a_robot_uses_its_own_files_alone(rest: Rest) -> None:
    theirs = rest.upload("webhook/upload_media", b"%PDF-1.7", "a.pdf", None, key=KEY, type="file")["media_id"]
    assert robot(rest, "file", {"media_id": theirs})["errcode"] == 0
    assert robot(rest, "file", {"media_id": theirs}, "sandbox-robot-two")["errcode"] == 40007
    assert rest.send("file", {"media_id": theirs})["errcode"] == 40007
    assert rest.upload("webhook/upload_media", JPEG, "a", None, key=KEY, type="image")["errcode"] == 40005


def test_a_group_that_is_gone(sandbox: ChatSandbox, rest: Rest) -> None:
    assert robot(rest, "text", {"content": "好"}, "made-up")["errcode"] == 93000
    sandbox.remove_group(GROUP)
    gone = robot(rest, "text", {"content": "好"})
    assert (gone.status, gone["errcode"]) == (200, 93000)
    assert (
        rest.upload("webhook/upload_media", b"%PDF-1.7", "a", None, key=KEY, type="file")["errcode"] == 93000
    )


def test_an_app_makes_a_chat_and_writes_into_it(sandbox: ChatSandbox, rest: Rest) -> None:
    made = rest.post(
        "appchat/create", {"name": "应急", "owner": "lifang", "userlist": ["lifang", "WangJian"]}
    )
    chat = made["chatid"]
    assert (
        rest.post("appchat/send", {"chatid": chat, "msgtype": "text", "text": {"content": "集合"}})["errcode"]
        == 0
    )
    (entry,) = sandbox.group(chat)
    assert (entry["from"]["kind"], entry["content"]["content"]) == ("agent", "集合")
    threads = sandbox.ask("people/wangjian")["threads"]
    assert [(one["title"], one["unread"]) for one in threads if one["owner"] == f"g:{chat}"] == [("应急", 1)]

    changed = {"chatid": chat, "name": "应急二", "add_user_list": ["zhaomin"], "del_user_list": ["wangjian"]}
    assert rest.post("appchat/update", changed)["errcode"] == 0
    assert rest.get("appchat/get", chatid=chat)["chat_info"] == {
        "chatid": chat, "name": "应急二", "owner": "lifang", "userlist": ["lifang", "zhaomin"]
    }  # fmt: skip
    card = {"card_type": "text_notice", "main_title": {"title": "a"}, "card_action": {"type": 1, "url": URL}}
    sent = rest.post("appchat/send", {"chatid": chat, "msgtype": "template_card", "template_card": card})
    assert sent["errcode"] == 40008, "none of appchat's types"


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"userlist": ["lifang"]}, 86006),
        ({"userlist": ["lifang", "nobody"]}, 86216),
        ({"userlist": ["lifang", "wangjian"], "owner": "zhaomin"}, 86207),
        ({"userlist": ["lifang", "wangjian"], "chatid": "a b"}, 86001),
        ({"userlist": ["lifang", "wangjian"], "chatid": "taken"}, 86215),
        ({"userlist": ["lifang", "wangjian"], "name": "群" * 51}, 86004),
    ],
)
def test_chats_that_can_not_be_made(rest: Rest, given: dict[str, Any], errcode: int) -> None:
    rest.post("appchat/create", {"userlist": ["lifang", "wangjian"], "chatid": "taken"})
    assert rest.post("appchat/create", given)["errcode"] == errcode


def test_chats_of_others(sandbox: ChatSandbox, rest: Rest) -> None:
    text = {"msgtype": "text", "text": {"content": "好"}}
    assert rest.post("appchat/send", text)["errcode"] == 86201
    assert rest.post("appchat/send", {"chatid": GROUP, **text})["errcode"] == 86003
    sandbox.do(lambda platform: setattr(platform.people.agents[rest.agent.agent_id], "visible", ["lifang"]))
    assert rest.post("appchat/create", {"userlist": ["lifang", "wangjian"]})["errcode"] == 60011
