"""A restart keeps the chat, and what the platform remembers of it (L07)."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bots.sandbox import Seed
from bots.sandbox.core.platform import Platform
from bots.sandbox.core.saving import Keeper
from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import JPEG, Rest, buttons
from tests.support.chat_sandbox import ChatSandbox

Start = Callable[..., ChatSandbox]


def test_everything_that_was_seen_is_there_again(start_sandbox: Start, tmp_path: Path) -> None:
    state = tmp_path / "chat" / "chat.json"
    first = start_sandbox(None, state)
    app, rest = App(first), Rest(first)
    first.call_back_to(app.url)
    code = rest.card(buttons("t1"), "wangjian|lifang")["response_code"]
    spent = rest.card(buttons("t2"))["response_code"]
    rest.update(spent, button={"replace_name": "已处理"})
    msgid = rest.say("只一次", enable_duplicate_check=1)["msgid"]
    picture = rest.upload("media/upload", JPEG, "a.jpg", type="image")["media_id"]
    rest.send("image", {"media_id": picture})
    rest.post("menu/create", {"button": [{"type": "click", "name": "帮助", "key": "help"}]}, agentid=1000002)
    chat = rest.post("appchat/create", {"userlist": ["lifang", "wangjian"]})["chatid"]
    rest.post("appchat/send", {"chatid": chat, "msgtype": "text", "text": {"content": "集合"}})
    first.person("wangjian").say("知道了")
    first.ask("people/wangjian/read", {"owner": "u:wangjian", "thread": "app:1000002"})
    first.add_person("newcomer", "新人")
    first.clock.forward(hours=5)
    first.fault("slow", "/cgi-bin/media/*", seconds=2, count=3)
    before = first.person("wangjian").everything()
    first.close()
    app.close()

    second = start_sandbox(None, state)
    assert second.person("wangjian").everything() == before
    state_now = second.ask("state")
    assert 17_990 < state_now["ahead"] < 18_010
    assert [(one["kind"], one["count"]) for one in state_now["faults"]] == [("slow", 3)]
    assert state_now["agents"][0]["menu"][0]["key"] == "help"
    assert "newcomer" in [one["id"] for one in state_now["people"]]
    assert second.group(chat)[0]["content"]["content"] == "集合"
    unread = {one["thread"]: one["unread"] for one in second.ask("people/wangjian")["threads"]}
    assert unread["app:1000002"] == 0

    second.no_faults()
    again = Rest(second)
    assert again.get("agent/get", rest.token, agentid=1000002)["errcode"] == 40014, "tokens are gone"
    second.call_back_to("http://127.0.0.1:9/")
    assert again.card(buttons("t1"))["errcode"] == 42014
    assert again.update(spent, button={"replace_name": "x"})["errcode"] == 42022
    assert again.update(code, ["lifang"], button={"replace_name": "已处理"})["errcode"] == 0
    assert again.raw("media/get", None, "", {"media_id": picture}) == (200, JPEG)
    assert again.post("message/recall", {"msgid": msgid})["errcode"] == 0
    serials = [entry["serial"] for entry in second.person("wangjian").everything()]
    again.say("新的")
    assert second.person("wangjian").everything()[-1]["serial"] > max(serials)


def test_what_was_sent_before_is_not_sent_again_after(start_sandbox: Start, tmp_path: Path) -> None:
    state = tmp_path / "chat.json"
    first = start_sandbox(None, state)
    Rest(first).say("复查", enable_duplicate_check=1)
    first.close()
    second = start_sandbox(None, state)
    Rest(second).say("复查", enable_duplicate_check=1)
    assert len(second.person("wangjian").inbox()) == 1


def test_the_file_is_written_while_it_runs(start_sandbox: Start, tmp_path: Path) -> None:
    state = tmp_path / "chat.json"
    Rest(start_sandbox(None, state)).say("写下来")
    end = time.monotonic() + 8
    while not state.exists() or "写下来" not in state.read_text(encoding="utf-8"):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("damage", ["nothing", "half", "field", "entry"])
def test_a_file_that_can_not_be_read_is_put_aside_and_the_chat_begins_anew(
    start_sandbox: Start, tmp_path: Path, damage: str
) -> None:
    state = tmp_path / "chat.json"
    first = start_sandbox(None, state)
    Rest(first).say("旧的")
    first.clock.forward(hours=1)
    first.close()
    text = state.read_text(encoding="utf-8")
    kept = json.loads(text)
    match damage:
        case "nothing":
            text = ""
        case "half":
            text = text[: len(text) // 2]
        case "field":
            del kept["codes"]
            text = json.dumps(kept)
        case "entry":
            kept["entries"].append(kept["entries"][0][:4])
            text = json.dumps(kept)
    state.write_text(text, encoding="utf-8")

    second = start_sandbox(None, state)
    assert not second.person("wangjian").inbox(), "nothing of it, not a half"
    assert second.ask("state")["ahead"] == 0
    assert (tmp_path / "chat.json.broken").read_text(encoding="utf-8") == text
    assert Rest(second).say("新的")["errcode"] == 0


def test_a_stop_waits_for_the_file_that_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers at once would take the half-written file from each other, and the program would end with an error."""
    platform, path = Platform(Seed("ww1", "甲公司", [], [])), tmp_path / "chat.json"
    begun, second = threading.Event(), threading.Event()
    sync = os.fsync

    def slow(file: int) -> None:
        """The first writer gives a second one time to come; that one then waits until the first has its file in place."""
        sync(file)
        if not begun.is_set():
            begun.set()
            second.wait(0.5)
        else:
            second.set()
            end = time.monotonic() + 5
            while not path.exists():
                assert time.monotonic() < end
                time.sleep(0.01)

    async def stopped_while_it_writes() -> None:
        keeper = Keeper(platform, path)
        keeper.start()
        platform.changed()
        assert await asyncio.to_thread(begun.wait, 10)
        platform.changed()
        await keeper.stop()

    monkeypatch.setattr(os, "fsync", slow)
    asyncio.run(stopped_while_it_writes())
    assert json.loads(path.read_text(encoding="utf-8"))["version"]
    assert not list(tmp_path.glob("*.new"))
