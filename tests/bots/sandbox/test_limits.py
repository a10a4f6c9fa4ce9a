"""How often: members are spared without a word, robots and the whole API with 45009 (L07)."""

from __future__ import annotations

from bots.sandbox.core.limits import MEMBER, Paces
from tests.bots.sandbox.calling import Rest
from tests.support.chat_sandbox import ChatSandbox


def test_a_member_gets_thirty_a_minute_and_the_rest_is_dropped_without_a_word(
    sandbox: ChatSandbox, rest: Rest
) -> None:
    answers = [rest.say(f"第{n}条", "wangjian|lifang" if n < 30 else "wangjian") for n in range(35)]
    assert {answer["errcode"] for answer in answers} == {0}
    assert all(answer["msgid"] and not answer.get("invaliduser") for answer in answers), "nothing tells of it"
    phone = sandbox.person("wangjian")
    assert [entry["content"]["content"] for entry in phone.inbox()] == [f"第{n}条" for n in range(30)]
    assert "静默丢弃" in str(sandbox.wire("message/send")[-1]["notes"]), "but the wire view says so"

    rest.say("新人", "wangjian|zhaomin")
    assert sandbox.person("zhaomin").inbox(), "others are told"
    assert len(phone.inbox()) == 30
    sandbox.clock.forward(seconds=61)
    rest.say("一分钟后")
    assert phone.inbox()[-1]["content"]["content"] == "一分钟后"


def test_the_minute_slides(sandbox: ChatSandbox, rest: Rest) -> None:
    rest.say("早")
    sandbox.clock.forward(seconds=50)
    for n in range(29):
        rest.say(f"{n}")
    sandbox.clock.forward(seconds=11)
    rest.say("占了早的位置")
    rest.say("多了")
    assert [entry["content"]["content"] for entry in sandbox.person("wangjian").inbox()[29:]] == [
        "28",
        "占了早的位置",
    ]


def test_a_member_gets_a_thousand_an_hour() -> None:
    paces = Paces(MEMBER)
    taken = sum(paces.take("wangjian", minute * 60 + n) for minute in range(60) for n in range(30))
    assert taken == 1000
    assert not paces.take("wangjian", 3599)
    assert paces.take("lifang", 3599)
    assert paces.take("wangjian", 3600), "an hour after the first"


def test_an_app_reaches_two_hundred_times_its_accounts_a_day(sandbox: ChatSandbox, rest: Rest) -> None:
    assert sandbox.do(
        lambda platform: platform.person_times(rest.agent.agent_id, platform.clock.now(), 19_999)
    )
    assert rest.say("最后一条")["errcode"] == 0
    assert rest.say("多了一条")["errcode"] == 45009
    sandbox.clock.forward(days=1)
    rest.renew()
    assert rest.say("第二天")["errcode"] == 0


def test_one_api_takes_ten_thousand_a_minute(sandbox: ChatSandbox, rest: Rest) -> None:
    # In the middle of a minute, so that the test's own seconds don't cross into the next.
    sandbox.clock.forward(seconds=60 - sandbox.do(lambda platform: platform.clock.now()) % 60 + 5)
    path = "/cgi-bin/message/send"
    sandbox.do(lambda platform: platform.api_calls.take(path, platform.clock.now(), 9_999))
    assert rest.say("最后一个")["errcode"] == 0
    refused = rest.say("多了")
    assert (refused.status, refused["errcode"]) == (200, 45009)
    assert rest.get("agent/get", agentid=rest.agent.agent_id)["errcode"] == 0, "other functions are free"
    sandbox.clock.forward(seconds=60)
    assert rest.say("下一分钟")["errcode"] == 0
