"""Response codes: one use, 72 hours; and what they change (L07)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import Rest, buttons
from tests.support.chat_sandbox import ChatSandbox

DONE = {"button": {"replace_name": "已处理"}}


@pytest.fixture
def code(app: App, rest: Rest) -> str:
    """The code of a card that two people got."""
    return str(rest.card(buttons("t1"), "wangjian|lifang")["response_code"])


def card_of(sandbox: ChatSandbox, userid: str) -> Any:
    (card,) = sandbox.person(userid).cards()
    return card


def test_a_code_is_used_once(sandbox: ChatSandbox, rest: Rest, code: str) -> None:
    assert rest.update(code, **DONE)["errcode"] == 0
    mine, hers = card_of(sandbox, "wangjian"), card_of(sandbox, "lifang")
    assert (mine["done"], mine["note"]) == (True, "已处理")
    assert not hers["done"], "only those named"
    assert rest.update(code, ["lifang"], **DONE)["errcode"] == 42022
    assert not card_of(sandbox, "lifang")["done"]


def test_a_code_lives_72_hours(sandbox: ChatSandbox, rest: Rest, code: str) -> None:
    young = rest.card(buttons("t2"), "zhaomin")["response_code"]
    sandbox.clock.forward(hours=71, minutes=59)
    rest.renew()
    assert rest.update(young, ["zhaomin"], **DONE)["errcode"] == 0
    sandbox.clock.forward(minutes=2)
    assert rest.update(code, **DONE)["errcode"] == 42016
    assert not card_of(sandbox, "wangjian")["done"]


def test_everybody_or_another_card(sandbox: ChatSandbox, rest: Rest, code: str) -> None:
    new = {
        "card_type": "text_notice", "main_title": {"title": "事故已结束"},
        "card_action": {"type": 1, "url": "https://anban.example"},
    }  # fmt: skip
    assert rest.update(code, atall=1, template_card=new)["errcode"] == 0
    assert card_of(sandbox, "wangjian")["content"] == card_of(sandbox, "lifang")["content"] == new


def test_who_did_not_get_it_is_named(rest: Rest, code: str) -> None:
    assert rest.update(code, ["WangJian", "ZhaoMin"], **DONE)["invaliduser"] == ["zhaomin"]


def test_a_refused_update_leaves_the_code_as_it_was(sandbox: ChatSandbox, rest: Rest, code: str) -> None:
    assert rest.update(code)["errcode"] == 40058
    assert rest.update(code, button={})["errcode"] == 42020
    assert rest.update(code, template_card={"card_type": "text_notice"})["errcode"] == 40058
    assert rest.update(code, partyids=["x"], **DONE)["errcode"] == 40035
    assert rest.update("made-up", **DONE)["errcode"] == 42016
    assert rest.update(code, **DONE)["errcode"] == 0


def test_a_notice_has_no_buttons_to_grey(app: App, rest: Rest) -> None:
    notice = {
        "card_type": "text_notice", "main_title": {"title": "x"}, "task_id": "n1",
        "card_action": {"type": 1, "url": "https://anban.example"},
        "action_menu": {"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]},
    }  # fmt: skip
    given = rest.card(notice)["response_code"]
    assert rest.update(given, **DONE)["errcode"] == 40058


def test_every_press_has_a_code_of_its_own(sandbox: ChatSandbox, app: App, rest: Rest, code: str) -> None:
    phone = sandbox.person("lifang")
    told = phone.press(card_of(sandbox, "lifang"), "收到")
    assert app.heard[0].values["ResponseCode"] == told["response_code"] != code
    assert rest.update(told["response_code"], ["lifang"], **DONE)["errcode"] == 0
    assert rest.update(told["response_code"], ["lifang"], **DONE)["errcode"] == 42022
    assert rest.update(code, **DONE)["errcode"] == 0, "the send's own is still there"


def test_an_answer_on_the_spot_spends_the_code_of_the_press(
    sandbox: ChatSandbox, app: App, rest: Rest, code: str
) -> None:
    app.answers("<MsgType>update_button</MsgType><Button><ReplaceName>已收到</ReplaceName></Button>")
    told = sandbox.person("lifang").press(card_of(sandbox, "lifang"), "收到")
    assert told["reply"] == "update_button"
    assert card_of(sandbox, "lifang")["note"] == "已收到"
    assert not card_of(sandbox, "wangjian")["done"], "for the one who pressed alone"
    assert rest.update(told["response_code"], ["lifang"], **DONE)["errcode"] == 42022
