"""The library takes our records as they are kept: secrets encrypted at rest, plain when read."""

from __future__ import annotations

from typing import Any

import pytest

from bots.store import connect
from bots.wecom.client import Wecom
from bots.wecom.protocol.crypto import Callback
from bots.wecom.robot import Robot, text
from models.messages.channels.records import ChatGroup, WecomApp
from tests.bots.wecom.platform import SECRET, Platform

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def app(database: Any, platform: Platform) -> WecomApp:
    """An app as the console saves it."""
    made = WecomApp.create(
        name="安全", corp_id="ww1", agent_id=7, app_secret=SECRET, callback_token="tok", callback_key=KEY,
        base_url=f"{platform.url}/",
    )  # fmt: skip
    return WecomApp.get_by_id(made.id)


def test_an_app_sends_and_hears(app: WecomApp, platform: Platform) -> None:
    wecom = Wecom.of(app, connect())
    platform.answer("message/send", {"errcode": 0, "msgid": "m1"})
    assert wecom.send({"msgtype": "text", "text": {"content": "x"}}, ["a"]).msgid == "m1"
    callback = Callback.of(app)
    stamp = str(int(callback._now().timestamp()))
    sealed = callback.encrypt("<xml/>")
    assert callback.decrypt(callback.sign(stamp, "n", sealed), stamp, "n", sealed) == "<xml/>"


def test_a_group_has_the_address_of_its_app(app: WecomApp, platform: Platform) -> None:
    made = ChatGroup.create(name="厂群", kind="robot", webhook_key="robot-key", app=app)
    Robot.of(ChatGroup.get_by_id(made.id)).send(text("x"))
    assert platform.of("webhook/send")[0].query == {"key": "robot-key"}
    alone = ChatGroup.create(name="另一个群", kind="robot", webhook_key="other")
    assert Robot.of(ChatGroup.get_by_id(alone.id))._wire.base_url == "https://qyapi.weixin.qq.com"
