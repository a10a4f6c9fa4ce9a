"""The token and the tickets: fetched once for all threads and processes, never another app's (reference §1.4)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis.exceptions

from bots.wecom.client import Wecom
from bots.wecom.protocol.errors import WecomError
from tests.bots.wecom.platform import SECRET, Platform

TEXT = {"msgtype": "text", "text": {"content": "x"}}


def test_eight_at_once_after_an_invalidation_fetch_once(
    make: Callable[..., Wecom], platform: Platform
) -> None:
    clients = [make() for _ in range(8)]  # as many as processes: they share Redis and nothing else
    clients[0].send(TEXT, ["a"])
    platform.invalidate()
    together = threading.Barrier(8)

    def send(client: Wecom) -> None:
        together.wait()
        client.send(TEXT, ["a"])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, clients))
    assert platform.given == 2, "one at the start, one for all eight"
    assert sum(call.query["access_token"] == "t2" for call in platform.of("message/send")) == 8


def test_eight_at_once_at_the_start_fetch_once(make: Callable[..., Wecom], platform: Platform) -> None:
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda client: client.token(), [make() for _ in range(8)]))
    assert tokens == ["t1"] * 8
    assert platform.given == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_is_never_taken_ends_after_one_retry(
    wecom: Wecom, platform: Platform, code: int
) -> None:
    platform.valid, platform.refuse_with = False, code
    with pytest.raises(WecomError) as caught:
        wecom.send(TEXT, ["a"])
    assert (caught.value.code, caught.value.kind) == (code, "token")
    assert platform.paths() == ["gettoken", "message/send", "gettoken", "message/send"]


def test_a_stale_token_that_was_replaced_meanwhile_costs_no_fetch(wecom: Wecom, platform: Platform) -> None:
    assert wecom.token() == "t1"
    assert wecom.token(stale="t1") == "t2"
    assert wecom.token(stale="t1") == "t2"
    assert platform.given == 2


def test_a_wrong_secret_is_not_tried_at_once_again(make: Callable[..., Wecom], platform: Platform) -> None:
    wrong = make(secret="wrong")
    for _ in range(3):
        with pytest.raises(WecomError) as caught:
            wrong.send(TEXT, ["a"])
        assert (caught.value.code, caught.value.kind) == (40001, "setup")
    assert platform.paths() == ["gettoken"]
    assert make().send(TEXT, ["a"]).msgid == "", "the right one isn't held up by it"


def test_a_platform_that_is_away_is_asked_again(make: Callable[..., Wecom], platform: Platform) -> None:
    platform.answer("gettoken", {"errcode": -1, "errmsg": "system busy"})
    with pytest.raises(WecomError) as caught:
        make().token()
    assert caught.value.kind == "retry"
    del platform.answers["gettoken"]
    assert make().token() == "t1"


def test_apps_of_a_corp_share_nothing(make: Callable[..., Wecom], platform: Platform, store: Any) -> None:
    platform.answers["ticket/get"] = lambda call, handler: {
        "errcode": 0, "ticket": f"of {call.query['access_token']}", "expires_in": 7200,
    }  # fmt: skip
    one, two = make(7), make(8)
    assert (one.ticket("agent"), two.ticket("agent")) == ("of t1", "of t2")
    assert (one.ticket("agent"), two.ticket("agent")) == ("of t1", "of t2")
    assert len(platform.of("ticket/get")) == 2, "kept"
    assert all(0 < store.ttl(key) <= 7200 for key in store.keys("*")), "and not for ever"


def test_corp_and_agent_tickets_differ(wecom: Wecom, platform: Platform) -> None:
    platform.answer("get_jsapi_ticket", {"errcode": 0, "ticket": "corp", "expires_in": 7200})
    platform.answer("ticket/get", {"errcode": 0, "ticket": "agent", "expires_in": 7200})
    assert (wecom.ticket("corp"), wecom.ticket("agent")) == ("corp", "agent")
    signed = wecom.sign("corp", "https://a.example/m/?x=1#/pages/scan")
    assert signed.signature == wecom.signature(
        "corp", signed.nonce, signed.timestamp, "https://a.example/m/?x=1"
    )
    assert (signed.corp_id, signed.agent_id) == ("ww1", 7)


def test_nothing_readable_lies_in_redis(wecom: Wecom, store: Any) -> None:
    wecom.token()
    kept = b" ".join([*store.keys("*"), *(store.get(key) for key in store.keys("*token"))])
    assert b"t1" not in kept.split(b":")[-1]
    assert SECRET.encode() not in kept


def test_a_key_of_ours_that_was_lost_costs_one_fetch(wecom: Wecom, platform: Platform, store: Any) -> None:
    wecom.token()
    (key,) = store.keys("*:token")
    store.set(key, b"s1.00000000.AAAA")
    assert wecom.token() == "t2"


def test_a_holder_of_the_lock_that_died_is_waited_for_in_vain(
    make: Callable[..., Wecom], store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.wecom.protocol.session.WAIT_FOR_LOCK", 0.05)
    wecom = make()
    with (
        store.lock(f"{wecom._kept.storage.prefix}:token-lock", timeout=30),
        pytest.raises(WecomError) as caught,
    ):
        wecom.token()
    assert caught.value.kind == "retry"
    assert wecom.token() == "t1"


def test_redis_away_is_an_error_of_ours(wecom: Wecom, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise redis.exceptions.ConnectionError("away")

    monkeypatch.setattr(wecom._kept.storage.redis, "get", away)
    with pytest.raises(WecomError) as caught:
        wecom.token()
    assert caught.value.kind == "retry"
