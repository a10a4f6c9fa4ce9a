"""The menu at the foot of an app's chat (L07)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import Rest
from tests.support.chat_sandbox import ChatSandbox, Refusal

HELP = {"type": "click", "name": "帮助", "key": "help"}
SCAN = {"type": "view", "name": "扫码", "url": "https://anban.example/scan"}


def create(rest: Rest, *buttons: Any) -> int:
    return int(rest.post("menu/create", {"button": list(buttons)}, agentid=rest.agent.agent_id)["errcode"])


def test_a_menu_is_shown_and_its_presses_are_told(sandbox: ChatSandbox, app: App, rest: Rest) -> None:
    menu = [{"name": "上岗", "sub_button": [SCAN, HELP]}, HELP]
    assert create(rest, *menu) == 0
    assert rest.get("menu/get", agentid=rest.agent.agent_id)["button"] == menu
    assert sandbox.ask("state")["agents"][0]["menu"] == menu

    sandbox.person("wangjian").menu("help")
    sandbox.person("wangjian").menu(SCAN["url"])
    pressed = [(one.values["Event"], one.values["EventKey"], one.values["FromUserName"]) for one in app.heard]
    assert pressed == [("click", "help", "wangjian"), ("view", SCAN["url"], "wangjian")]
    with pytest.raises(Refusal, match="菜单里没有"):
        sandbox.person("wangjian").menu("altered")

    assert rest.get("menu/delete", agentid=rest.agent.agent_id)["errcode"] == 0
    assert rest.get("menu/get", agentid=rest.agent.agent_id)["errcode"] == 46003


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([HELP] * 4, 40016),
        ([{**HELP, "name": "五个汉字啊呀"}], 40018),
        ([{**HELP, "name": ""}], 41102),
        ([{**HELP, "key": "k" * 129}], 40019),
        ([{**SCAN, "url": f"https://{'a' * 1024}"}], 40020),
        ([{**SCAN, "url": "anban.example/scan"}], 45034),
        ([{**SCAN, "url": "javascript:alert(1)"}], 40058),
        ([{"name": "更多", "sub_button": [{**SCAN, "url": "https://a b"}]}], 40058),
        ([{**HELP, "type": "poem"}], 40017),
        ([{"name": "更多", "sub_button": [HELP] * 6}], 40023),
        ([{"name": "更多", "sub_button": [{"name": "再", "sub_button": [HELP]}]}], 40022),
        ([{"name": "更多", "sub_button": [{**HELP, "name": "字" * 14}]}], 40025),
        (["帮助"], 40035),
    ],
)
def test_menus_that_are_none(sandbox: ChatSandbox, rest: Rest, buttons: list[Any], errcode: int) -> None:
    assert create(rest, *buttons) == errcode
    assert sandbox.ask("state")["agents"][0]["menu"] == []


def test_a_name_of_16_bytes_is_taken(rest: Rest) -> None:
    assert create(rest, {**HELP, "name": "五个汉字啊a"}) == 0
