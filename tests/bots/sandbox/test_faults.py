"""Every fault, from the API: what the app meets, and what people see (L07)."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error

import pytest

from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import Rest, buttons
from tests.support.chat_sandbox import ChatSandbox, Refusal


def words(sandbox: ChatSandbox, userid: str = "wangjian") -> list[str]:
    return [entry["content"]["content"] for entry in sandbox.person(userid).inbox()]


def test_slow(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("slow", seconds=0.4)
    began = time.monotonic()
    assert rest.say("慢")["errcode"] == 0
    assert time.monotonic() - began >= 0.4
    assert sandbox.wire("message/send")[-1]["faults"] == ["slow"]


def test_slow_comes_after_the_effect_unless_early(sandbox: ChatSandbox, rest: Rest) -> None:
    for early, shown in ((False, True), (True, False)):
        sandbox.no_faults()
        sandbox.fault("slow", seconds=0.6, early=early)
        sending = threading.Thread(target=rest.say, args=(f"{early}",))
        sending.start()
        time.sleep(0.25)
        assert (f"{early}" in words(sandbox)) is shown
        sending.join()


def test_5xx(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("error", status=503, count=1)
    status, body = rest.raw("message/send", b"{}", "", {})
    assert (status, body.startswith(b"<html>")) == (503, True)
    assert rest.say("好")["errcode"] == 0, "used up"
    assert words(sandbox) == ["好"]


def test_dropped(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("drop")
    answer = rest.say("丢")
    assert (answer["errcode"], bool(answer["msgid"])) == (0, True)
    assert not words(sandbox)


def test_duplicated(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("duplicate")
    rest.say("两次")
    assert words(sandbox) == ["两次", "两次"]


def test_out_of_order(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("reorder", count=1)
    rest.say("一")
    assert not words(sandbox)
    rest.say("二")
    assert words(sandbox) == ["二", "一"]


def test_what_is_held_back_comes_by_itself(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("reorder", count=1)
    rest.say("一")
    sandbox.person("wangjian").wait_for(lambda entry: entry["content"]["content"] == "一", seconds=6)


def test_a_repeat_that_says_only_that_the_number_was_used(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    sandbox.fault("used")
    with pytest.raises((http.client.HTTPException, OSError)):
        rest.card(buttons("t1"))
    assert rest.card(buttons("t1"))["errcode"] == 42014
    assert len(sandbox.person("wangjian").cards()) == 1, "it came, and nobody was told so"
    assert rest.say("字")["errcode"] == 0, "words have no number"
    sandbox.no_faults()
    assert rest.card(buttons("t2"))["errcode"] == 0


def test_token_invalid(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("token", count=1)
    assert rest.say("一")["errcode"] == 40014
    assert rest.say("一")["errcode"] == 40014, "the token is gone, not the call"
    rest.renew()
    assert rest.say("一")["errcode"] == 0


def test_cut(sandbox: ChatSandbox, rest: Rest) -> None:
    for early, shown in ((False, ["有"]), (True, ["有"])):
        sandbox.no_faults()
        sandbox.fault("cut", early=early)
        with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
            rest.say("没有" if early else "有")
        assert words(sandbox) == shown


def test_where_how_often_and_how_likely(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.fault("error", "/cgi-bin/webhook/*")
    assert rest.say("不相干")["errcode"] == 0
    sandbox.no_faults()
    sandbox.fault("error", "/cgi-bin/*", count=2)
    assert [rest.raw("message/send", b"{}", "", {})[0] for _ in range(3)] == [502, 502, 200]
    sandbox.fault("error", probability=0.5)
    met = [rest.raw("message/send", b"{}", "", {})[0] for _ in range(80)]
    assert 10 < met.count(502) < 70


def test_callbacks_dropped_duplicated_and_slow(sandbox: ChatSandbox, app: App) -> None:
    phone = sandbox.person("wangjian")
    sandbox.fault("drop", "callback", count=1)
    assert "没有送出" in phone.say("一")["delivered"]["problem"]
    sandbox.fault("duplicate", "callback", count=1)
    phone.say("二")
    app.wait(2)
    assert app.heard[0].body == app.heard[1].body
    sandbox.fault("slow", "callback", seconds=0.4, count=1)
    began = time.monotonic()
    phone.say("三")
    assert time.monotonic() - began >= 0.4
    assert [heard.values["Content"] for heard in app.heard] == ["二", "二", "三"]


def test_callbacks_out_of_order(sandbox: ChatSandbox, app: App) -> None:
    sandbox.fault("reorder", "callback", count=1)
    first = threading.Thread(target=sandbox.person("wangjian").say, args=("一",))
    first.start()
    time.sleep(0.2)
    sandbox.person("lifang").say("二")
    first.join(5)
    assert [heard.values["Content"] for heard in app.wait(2)] == ["二", "一"]


def test_callbacks_whose_answer_is_lost_come_again(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    sandbox.patience(0.1)
    rest.card(buttons("t1"))
    phone = sandbox.person("wangjian")
    for kind in ("error", "cut"):
        app.heard.clear()
        sandbox.fault(kind, "callback", count=1)
        told = phone.press(phone.cards()[0], "收到")
        assert told["delivered"]["ok"]
        bodies = [heard.body for heard in app.wait(2)]
        assert bodies[0] == bodies[1]


def test_callbacks_with_a_wrong_signature(sandbox: ChatSandbox, app: App) -> None:
    sandbox.fault("token", "callback", count=1)
    sandbox.person("wangjian").say("一")
    assert app.heard[0].query["msg_signature"] != app.heard[0].signed


def test_the_switch_board_is_told_and_switched_off(sandbox: ChatSandbox) -> None:
    first = sandbox.fault("slow", seconds=1)
    second = sandbox.fault("drop", "callback", count=3)
    assert [(one["id"], one["count"]) for one in sandbox.ask("faults")["faults"]] == [
        (first, None),
        (second, 3),
    ]
    sandbox.ask(f"faults?id={first}", method="DELETE")
    assert [one["id"] for one in sandbox.ask("state")["faults"]] == [second]
    sandbox.no_faults()
    assert not sandbox.ask("faults")["faults"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"kind": "poem"},
        {"kind": ["slow"]},
        {"kind": "slow", "seconds": 601},
        {"kind": "slow", "seconds": "soon"},
        {"kind": "slow", "probability": 0},
        {"kind": "slow", "probability": float("nan")},
        {"kind": "slow", "count": 0},
        {"kind": "slow", "where": ""},
        {"kind": "error", "status": 200},
        {"kind": "error", "status": None},
    ],
)
def test_faults_that_are_none(sandbox: ChatSandbox, wanted: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="400"):
        sandbox.ask("faults", wanted)
    assert not sandbox.ask("faults")["faults"]


def test_a_count_in_words_counts_down(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.ask("faults", {"kind": "error", "count": "1"})
    assert rest.raw("message/send", b"{}", "", {})[0] == 502
    assert rest.say("好")["errcode"] == 0
