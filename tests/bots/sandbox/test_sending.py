"""`message/send`: contents in bytes, receivers, and the check for duplicates (L07)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bots.sandbox.calling import Rest
from tests.support.chat_sandbox import ChatSandbox

URL = "https://anban.example/a"


def test_a_text_is_cut_at_2048_bytes_not_characters(sandbox: ChatSandbox, rest: Rest) -> None:
    whole, long = "安" * 682 + "ab", "安" * 683
    assert len(whole.encode()) == 2048
    assert rest.say(whole)["errcode"] == 0
    assert rest.say(long)["errcode"] == 0
    first, second = (entry["content"]["content"] for entry in sandbox.person("wangjian").inbox())
    assert first == whole
    assert second == "安" * 682, "cut, and never inside a character"
    assert "2049 字节" in str(sandbox.wire("message/send")[-1]["notes"])


def test_markdown_over_2048_bytes_is_refused(rest: Rest) -> None:
    assert rest.send("markdown", {"content": "安" * 682 + "ab"})["errcode"] == 0
    assert rest.send("markdown", {"content": "安" * 683})["errcode"] == 45002


def test_a_text_card_is_cut_where_the_platform_cuts(sandbox: ChatSandbox, rest: Rest) -> None:
    card = {"title": "标" * 43, "description": "述" * 171, "url": URL, "btntxt": "查看全部详情"}
    assert rest.send("textcard", card)["errcode"] == 0
    shown = sandbox.person("wangjian").inbox()[-1]["content"]
    assert (shown["title"], shown["description"]) == ("标" * 42, "述" * 170)
    assert shown["btntxt"] == "查看全部"
    assert rest.send("textcard", {**card, "url": f"{URL}?{'x' * 2048}"})["errcode"] == 40039
    assert rest.send("textcard", {**card, "url": "anban.example"})["errcode"] == 45034


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("text", {}, 44004),
        ("text", {"content": ""}, 44004),
        ("markdown", {"content": ""}, 44004),
        ("textcard", {"description": "b", "url": URL}, 41016),
        ("textcard", {"title": "a", "url": URL}, 41033),
        ("textcard", {"title": "a", "description": "b"}, 41010),
        ("news", {"articles": []}, 45008),
        ("news", {"articles": [{"title": "a", "url": URL}] * 9}, 45008),
        ("news", {"articles": [{"url": URL}]}, 41016),
        ("image", {}, 41006),
        ("file", {"media_id": "nowhere"}, 40007),
        ("poem", {"content": "a"}, 40008),
    ],
)
def test_what_is_missing_is_refused_by_its_number(
    rest: Rest, kind: str, content: dict[str, Any], errcode: int
) -> None:
    refused = rest.send(kind, content)
    assert (refused.status, refused["errcode"]) == (200, errcode)


def test_bodies_that_are_none(rest: Rest) -> None:
    assert rest.post("message/send", b"")["errcode"] == 44002
    assert rest.post("message/send", b"{")["errcode"] == 47001
    assert rest.post("message/send", b"[]")["errcode"] == 47001
    assert rest.get("message/send")["errcode"] == 43002
    assert rest.post("gettoken", {}, None)["errcode"] == 43001


@pytest.mark.parametrize(
    "odd",
    [
        {"msgtype": ["text"]},
        {"msgtype": "textcard", "textcard": {"title": "a", "description": "b", "url": URL, "btntxt": 5}},
        {"msgtype": "news", "news": {"articles": [3]}},
        {"msgtype": "template_card", "template_card": {"card_type": [], "task_id": {}}},
        {"msgtype": "text", "text": {"content": "x"}, "enable_duplicate_check": 1, "duplicate_check_interval": "soon"},
    ],
)  # fmt: skip
def test_fields_of_a_strange_kind_are_refused_and_reach_nobody(
    sandbox: ChatSandbox, rest: Rest, odd: dict[str, Any]
) -> None:
    refused = rest.post("message/send", {"touser": "wangjian", "agentid": rest.agent.agent_id, **odd})
    assert refused.status == 200
    assert refused["errcode"] in (40008, 40035, 40058)
    assert not sandbox.person("wangjian").inbox()


def test_escapes_of_json_are_refused_but_not_a_backslash_and_a_u(sandbox: ChatSandbox, rest: Rest) -> None:
    head = f'{{"touser":"wangjian","agentid":{rest.agent.agent_id},"msgtype":"text","text":{{"content":"'.encode()
    assert rest.post("message/send", head + b'\\u5b89"}}')["errcode"] == 40033
    assert rest.post("message/send", head + b'C:\\\\u5b89"}}')["errcode"] == 0
    assert sandbox.person("wangjian").inbox()[-1]["content"]["content"] == "C:\\u5b89"


def test_receivers_that_are_none_are_named_in_small_letters(sandbox: ChatSandbox, rest: Rest) -> None:
    answer = rest.say("好", "WangJian|Nobody|LIFANG")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody")
    assert sandbox.person("wangjian").inbox()
    assert sandbox.person("lifang").inbox()
    nobody = rest.say("好", "Nobody|Else")
    assert (nobody["errcode"], nobody["invaliduser"]) == (81013, "nobody|else")
    assert rest.say("好", "")["errcode"] == 82001
    assert rest.say("好", "|".join(f"u{n}" for n in range(1001)))["errcode"] == 40032


def test_who_is_out_of_sight_or_has_no_licence(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.add_person("Guest", "访客", licensed=False)
    sandbox.do(
        lambda platform: setattr(
            platform.people.agents[rest.agent.agent_id], "visible", ["wangjian", "Guest"]
        )
    )
    answer = rest.say("好", "wangjian|lifang|guest")
    assert (answer["errcode"], answer["invaliduser"], answer["unlicenseduser"]) == (0, "lifang", "guest")
    assert not sandbox.person("lifang").inbox()
    assert not sandbox.person("Guest").inbox()
    alone = rest.say("好", "guest")
    assert (alone["errcode"], alone["unlicenseduser"]) == (81013, "guest")


def test_departments_everybody_and_what_is_neither(sandbox: ChatSandbox, rest: Rest) -> None:
    answer = rest.say("好", "", toparty="2|99", totag="5")
    assert (answer["errcode"], answer["invalidparty"], answer["invalidtag"]) == (0, "99", "5")
    got = {member.userid for member in sandbox.seed.members if sandbox.person(member.userid).inbox()}
    assert got == {"wangjian", "lifang", "sunyan"}
    rest.say("大家好", "@all")
    assert all(sandbox.person(member.userid).inbox() for member in sandbox.seed.members)


def test_the_same_content_is_sent_once_within_the_interval(sandbox: ChatSandbox, rest: Rest) -> None:
    phone = sandbox.person("wangjian")
    first = rest.say("复查", enable_duplicate_check=1)
    again = rest.say("复查", enable_duplicate_check=1)
    assert again["msgid"] == first["msgid"]
    assert len(phone.inbox()) == 1
    rest.say("复查", "wangjian|lifang", enable_duplicate_check=1)
    assert len(phone.inbox()) == 2, "other receivers are another request"
    sandbox.clock.forward(minutes=29)
    rest.say("复查", enable_duplicate_check=1)
    assert len(phone.inbox()) == 2
    sandbox.clock.forward(minutes=2)
    rest.say("复查", enable_duplicate_check=1)
    assert len(phone.inbox()) == 3
    rest.say("复查")
    assert len(phone.inbox()) == 4, "without the check everything is sent"


def test_the_interval_is_four_hours_at_most(sandbox: ChatSandbox, rest: Rest) -> None:
    long = {"enable_duplicate_check": 1, "duplicate_check_interval": 86_400}
    rest.say("复查", **long)
    sandbox.clock.forward(hours=3, minutes=59)
    rest.say("复查", **long)
    assert len(sandbox.person("wangjian").inbox()) == 1
    sandbox.clock.forward(minutes=2)
    rest.renew()
    rest.say("复查", **long)
    assert len(sandbox.person("wangjian").inbox()) == 2
