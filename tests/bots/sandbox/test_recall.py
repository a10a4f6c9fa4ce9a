"""Taking a message back within a day (L07)."""

from __future__ import annotations

import pytest

from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import Rest, buttons
from tests.support.chat_sandbox import ChatSandbox, Refusal


def recall(rest: Rest, msgid: str) -> int:
    return int(rest.post("message/recall", {"msgid": msgid})["errcode"])


def test_a_message_is_gone_from_every_screen(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    sent = rest.card(buttons("t1"), "wangjian|lifang")
    (card,) = sandbox.person("lifang").cards()
    assert recall(rest, sent["msgid"]) == 0
    for userid in ("wangjian", "lifang"):
        (entry,) = sandbox.person(userid).inbox()
        assert (entry["recalled"], entry["content"]) == (True, {})
    with pytest.raises(Refusal, match="已经撤回"):
        sandbox.person("lifang").press(card, "收到")
    assert not app.heard


def test_only_within_24_hours_and_only_ones_own(sandbox: ChatSandbox, rest: Rest) -> None:
    first = rest.say("一")["msgid"]
    sandbox.clock.forward(hours=2)
    rest.renew()
    second = rest.say("二")["msgid"]
    sandbox.clock.forward(hours=22, seconds=1)
    rest.renew()
    assert recall(rest, first) == 40058
    assert recall(rest, second) == 0
    assert recall(rest, "made-up") == 40058
    assert [entry["recalled"] for entry in sandbox.person("wangjian").inbox()] == [False, True]


def test_what_nobody_saw_can_be_taken_back_too(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("drop")
    assert recall(rest, rest.say("没人看见")["msgid"]) == 0
    sandbox.no_faults()
    sandbox.fault("reorder", count=1)
    held = rest.say("晚到")["msgid"]
    assert recall(rest, held) == 0
    rest.say("先到")
    entries = sandbox.person("wangjian").inbox()
    assert [(entry["recalled"], entry["content"].get("content")) for entry in entries] == [
        (False, "先到"),
        (True, None),
    ]
