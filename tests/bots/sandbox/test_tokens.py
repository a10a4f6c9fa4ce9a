"""Tokens: given, kept, running out, taken back (L07)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bots.sandbox.calling import Rest
from tests.support.chat_sandbox import ChatSandbox


def ask(rest: Rest, token: str | None = "") -> int:
    """The errcode of a call that changes nothing."""
    return int(rest.get("agent/get", token, agentid=rest.agent.agent_id)["errcode"])


def test_a_token_holds_two_hours_and_asking_again_gives_the_same(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.clock.forward(minutes=30)
    again = rest.new_token()
    assert again["access_token"] == rest.token
    assert 5395 <= again["expires_in"] <= 5400

    sandbox.clock.forward(minutes=89)
    assert ask(rest) == 0
    sandbox.clock.forward(minutes=2)
    assert ask(rest) == 42001

    fresh = rest.new_token()
    assert fresh["access_token"] != rest.token
    assert fresh["expires_in"] == 7200
    assert ask(rest, fresh["access_token"]) == 0


def test_a_token_that_was_taken_back_is_another_case_than_one_that_ran_out(
    sandbox: ChatSandbox, rest: Rest
) -> None:
    assert sandbox.revoke_tokens() == 1
    assert ask(rest) == 40014
    assert rest.new_token()["access_token"] != rest.token
    assert sandbox.revoke_tokens() == 1


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"corp": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"corp": "wwother"}, 40013),
        ({"secret": "another"}, 40001),
    ],
)
def test_who_asks_must_say_who_it_is(rest: Rest, given: dict[str, Any], errcode: int) -> None:
    refused = rest.new_token(**given)
    assert (refused.status, refused["errcode"]) == (200, errcode)
    assert "access_token" not in refused


def test_calls_without_a_token_or_with_a_made_up_one(rest: Rest) -> None:
    assert ask(rest, None) == 41001
    assert ask(rest, "made-up") == 40014


def test_a_token_is_for_its_own_app_alone(rest: Rest) -> None:
    body = {"touser": "wangjian", "msgtype": "text", "text": {"content": "x"}}
    assert rest.post("message/send", {**body, "agentid": 7})["errcode"] == 301002
    assert rest.post("message/send", body)["errcode"] == 41011


def test_secrets_are_not_shown_in_the_wire(sandbox: ChatSandbox, rest: Rest) -> None:
    rest.say("好")
    shown = str(sandbox.wire())
    assert rest.token not in shown
    assert rest.agent.secret not in shown
    assert rest.token[:4] in shown
