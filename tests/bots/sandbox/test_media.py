"""Files: what may be handed over, for three days (L07)."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest

from bots.sandbox.core.clock import Clock
from bots.sandbox.wecom import media as stored
from tests.bots.sandbox.calling import JPEG, Rest
from tests.support.chat_sandbox import ChatSandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
AMR, MP4 = b"#!AMR\n" + bytes(40), bytes(4) + b"ftypmp42" + bytes(40)


def test_a_file_comes_back_as_it_was_for_three_days(sandbox: ChatSandbox, rest: Rest) -> None:
    given = rest.upload("media/upload", JPEG, "site.jpg", type="image")
    assert (given["errcode"], given["type"]) == (0, "image")
    assert given["created_at"].isdecimal()
    status, found = rest.raw("media/get", None, "", {"media_id": given["media_id"]})
    assert (status, found) == (200, JPEG)
    assert rest.send("image", {"media_id": given["media_id"]})["errcode"] == 0

    sandbox.clock.forward(days=2, hours=23, minutes=59)
    rest.renew()
    assert rest.send("image", {"media_id": given["media_id"]})["errcode"] == 0
    sandbox.clock.forward(minutes=2)
    assert rest.send("image", {"media_id": given["media_id"]})["errcode"] == 40007
    assert rest.get("media/get", media_id=given["media_id"])["errcode"] == 40007


def test_a_picture_of_uploadimg_stays_and_has_an_address(sandbox: ChatSandbox, rest: Rest) -> None:
    url = rest.upload("media/uploadimg", PNG, "a.png")["url"]
    sandbox.clock.forward(days=100)
    with urllib.request.urlopen(url, timeout=10) as found:
        assert (found.headers["Content-Type"], found.read()) == ("image/png", PNG)


@pytest.mark.parametrize(
    ("kind", "data", "errcode"),
    [
        ("image", b"", 44001),
        ("image", JPEG[:5], 40006),
        ("image", b"GIF89a" + bytes(40), 40123),
        ("image", JPEG + bytes(10 << 20), 40009),
        ("voice", JPEG, 40004),
        ("voice", AMR, 0),
        ("voice", AMR + bytes(2 << 20), 45001),
        ("video", MP4, 0),
        ("video", PNG, 40004),
        ("file", b"%PDF-1.7", 0),
        ("file", bytes((20 << 20) + 1), 45001),
        ("poem", JPEG, 40005),
    ],
)
def test_what_may_be_handed_over(rest: Rest, kind: str, data: bytes, errcode: int) -> None:
    assert rest.upload("media/upload", data, type=kind)["errcode"] == errcode


def test_a_file_is_no_picture(rest: Rest) -> None:
    given = rest.upload("media/upload", JPEG, type="file")["media_id"]
    assert rest.send("image", {"media_id": given})["errcode"] == 40007
    assert rest.send("file", {"media_id": given})["errcode"] == 0


def test_files_that_ran_out_or_are_too_many_leave_the_memory(monkeypatch: Any) -> None:
    clock = Clock()
    store = stored.MediaStore(clock)
    store.keep("image", "old", b"x")
    for_good = store.keep("image", "stays", b"x", for_good=True)
    clock.forward(stored.SECONDS + 1)
    new = store.keep("image", "new", b"x")
    assert set(store.all) == {for_good.id, new.id}

    monkeypatch.setattr(stored, "ROOM", 10)
    clock.forward(1)
    large = store.keep("file", "large", bytes(9))
    assert set(store.all) == {new.id, large.id}, "the oldest goes first"
