"""A group's robot: judged by errcode, and its key is told to nobody."""

from __future__ import annotations

import base64
import hashlib
import logging
from typing import Any

import pytest

from bots.wecom import robot
from bots.wecom.protocol.errors import WecomError
from bots.wecom.protocol.wire import File
from bots.wecom.robot import Robot
from tests.bots.wecom.platform import Platform

KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def group(platform: Platform) -> Robot:
    """A robot of the platform."""
    return Robot(KEY, platform.url)


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (robot.text("快报", users=["@all"], phones=["13800001111"]),
         {"content": "快报", "mentioned_list": ["@all"], "mentioned_mobile_list": ["13800001111"]}),
        (robot.markdown("**快报**"), {"content": "**快报**"}),
        (robot.markdown_v2("| a |"), {"content": "| a |"}),
        (robot.image(b"\xff\xd8"),
         {"base64": base64.b64encode(b"\xff\xd8").decode(), "md5": hashlib.md5(b"\xff\xd8").hexdigest()}),
        (robot.news([{"title": "t", "url": "u"}]), {"articles": [{"title": "t", "url": "u"}]}),
        (robot.file("md1"), {"media_id": "md1"}),
        (robot.template_card({"card_type": "text_notice"}), {"card_type": "text_notice"}),
    ],
)  # fmt: skip
def test_what_goes_out(
    group: Robot, platform: Platform, message: dict[str, Any], body: dict[str, Any]
) -> None:
    group.send(message)
    (call,) = platform.calls
    assert call.path == "webhook/send"
    assert call.query == {"key": KEY}
    kind = call.json["msgtype"]
    assert call.json == {"msgtype": kind, kind: body}


def test_an_upload(group: Robot, platform: Platform) -> None:
    platform.answer("webhook/upload_media", {"errcode": 0, "type": "file", "media_id": "md1"})
    assert group.upload("file", File("快报.pdf", b"%PDF-1.7", "application/pdf")) == "md1"
    (call,) = platform.calls
    assert call.query == {"type": "file", "key": KEY}
    assert (call.files["media"][0].filename, call.files["media"][0].body) == ("file.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(("code", "kind"), [(45009, "wait"), (93000, "setup"), (40058, "data")])
def test_a_200_that_says_no_and_repeats_the_key(
    group: Robot, platform: Platform, code: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    platform.answer("webhook/send", {"errcode": code, "errmsg": f"no, key={KEY} at all"})
    with caplog.at_level(logging.DEBUG), pytest.raises(WecomError) as caught:
        group.send(robot.text("x"))
    error = caught.value
    assert (error.code, error.kind) == (code, kind)
    assert (
        KEY
        not in f"{error} {error!r} {error.reason} {error.__context__ if not error.__suppress_context__ else ''}"
    )
    assert KEY not in caplog.text
    assert KEY not in repr(group)


def test_what_a_robot_cannot_send(group: Robot) -> None:
    with pytest.raises(ValueError, match="notices only"):
        robot.template_card({"card_type": "button_interaction"})
    with pytest.raises(WecomError):
        robot.image(b"x" * (robot.MOST_IMAGE + 1))
    with pytest.raises(ValueError, match="one to eight"):
        robot.news([])
