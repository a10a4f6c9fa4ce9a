"""The chat sandbox inside a test: a server on a port of its own, on a loop thread of its own.

`sandbox` begins empty for each test, with the people of `bots.sandbox.core.example`. Everything goes over HTTP, as for
any other client; `sandbox.platform` may be read, and changed by `sandbox.do(...)`.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from bots.sandbox import SERVER_OPTIONS, Agent, Seed, build
from bots.sandbox.core.example import example
from bots.sandbox.core.platform import Platform

T = TypeVar("T")
Entry = dict[str, Any]


class Refusal(AssertionError):
    """The sandbox's own API said no; the text is its reason."""


def _ask(url: str, data: bytes | None, kind: str, method: str | None = None) -> Any:
    request = urllib.request.Request(url, data, {"Content-Type": kind}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise Refusal(f"{error.code}: {error.read().decode(errors='replace')}") from error


class Phone:
    """Somebody's phone. Presses and words return when the app has answered (or was given up)."""

    def __init__(self, sandbox: ChatSandbox, userid: str) -> None:
        self._sandbox, self.userid = sandbox, userid

    @property
    def thread(self) -> str:
        """The chat with the first app."""
        return f"app:{self._sandbox.agent.agent_id}"

    def inbox(self, thread: str | None = None) -> list[Entry]:
        """What the app (or another thread: `sms`) sent here, oldest first; `content` is a card as it looks now."""
        return [entry for entry in self.everything(thread) if not entry["mine"]]

    def everything(self, thread: str | None = None) -> list[Entry]:
        """All of a thread, also one's own words."""
        place = urllib.parse.quote(thread or self.thread)
        return list(self._sandbox.ask(f"threads/u:{self.userid}/{place}")["entries"])

    def cards(self) -> list[Entry]:
        """The template cards among `inbox()`."""
        return [entry for entry in self.inbox() if entry["msgtype"] == "template_card"]

    def sms(self) -> list[str]:
        """The texts of the short messages."""
        return [entry["content"]["content"] for entry in self.inbox("sms")]

    def wait_for(self, what: Callable[[Entry], bool] = lambda entry: True, seconds: float = 10) -> Entry:
        """The newest entry of the app for which `what` holds; AssertionError if there is none in time."""
        end = time.monotonic() + seconds
        while True:
            found = [entry for entry in self.inbox() if what(entry)]
            if found:
                return found[-1]
            assert time.monotonic() < end, f"{self.userid} was sent nothing like it: {self.inbox()}"
            time.sleep(0.02)

    def press(self, card: Entry, verb: str, chosen: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
        """Press the button whose text or key is `verb`, or whose key has it in it."""
        content = card["content"]
        buttons = [
            *content.get("button_list", ()),
            *([content["submit_button"]] if "submit_button" in content else ()),
        ]
        key = _key(buttons, verb)
        return self._act("press", {"serial": card["serial"], "key": key, "chosen": chosen})

    def pick(self, card: Entry, verb: str) -> dict[str, Any]:
        """Pick from the menu in the corner of a card."""
        key = _key(card["content"]["action_menu"]["action_list"], verb)
        return self._act("pick", {"serial": card["serial"], "key": key})

    def say(self, text: str, thread: str | None = None) -> dict[str, Any]:
        """Write to the app, or to a group: `thread="g:…"`."""
        return self._act("say", {"thread": thread or self.thread, "text": text})

    def send_photo(self, data: bytes, name: str = "photo.jpg") -> dict[str, Any]:
        """Send a picture to the app."""
        query = urllib.parse.urlencode({"thread": self.thread, "name": name})
        url = f"{self._sandbox.url}/sandbox/api/people/{self.userid}/photo?{query}"
        return dict(_ask(url, data, "application/octet-stream"))

    def send_place(self, lng: float, lat: float, label: str = "") -> dict[str, Any]:
        """Send a place to the app."""
        return self._act("place", {"thread": self.thread, "lng": lng, "lat": lat, "label": label})

    def menu(self, key: str) -> dict[str, Any]:
        """Press the app's menu at the foot."""
        return self._act("menu", {"agent": self._sandbox.agent.agent_id, "key": key})

    def event(self, name: str, key: str = "") -> dict[str, Any]:
        """An event without a message: `enter_agent`, `subscribe`, `click`."""
        return self._act("event", {"agent": self._sandbox.agent.agent_id, "name": name, "key": key})

    def _act(self, act: str, given: Mapping[str, Any]) -> dict[str, Any]:
        return dict(self._sandbox.ask(f"people/{self.userid}/{act}", given))


def _key(buttons: list[dict[str, Any]], verb: str) -> str:
    for same in (
        lambda button: button.get("text") == verb,
        lambda button: button.get("key") == verb,
        lambda button: verb in button.get("key", ""),
    ):
        found = [button for button in buttons if button.get("key") and same(button)]
        if found:
            return str(found[0]["key"])
    raise AssertionError(f"no button {verb!r} among {[button.get('text') for button in buttons]}")


class SandboxClock:
    """The sandbox's own time; the house's clock is another (`clock` of tests.support.clocks)."""

    def __init__(self, sandbox: ChatSandbox) -> None:
        self._sandbox = sandbox

    def forward(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Put it forward."""
        span = seconds + 60 * minutes + 3600 * hours + 86_400 * days
        self._sandbox.ask("clock", {"seconds": span})


class ChatSandbox:
    """A running sandbox: `url`, its `seed` (with the secrets), `agent` (the first app), phones, robots, faults, clock."""

    def __init__(self, seed: Seed, state: Path | None = None) -> None:
        self.seed = seed
        self.clock = SandboxClock(self)
        self._state = state
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._up = threading.Event()
        self._thread.start()
        if not self._up.wait(20):
            raise RuntimeError("the sandbox did not start")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._app = build(self._state, self.seed)
        self._server = HTTPServer(self._app, **SERVER_OPTIONS)
        socket, self.port = bind_unused_port()
        self._server.add_socket(socket)
        self._loop.call_soon(self._app.start)
        self._loop.call_soon(self._up.set)
        self._loop.run_forever()

    def close(self) -> None:
        """Stop it; its state is written."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.stop()
        await self._app.stop()
        await self._server.close_all_connections()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @property
    def url(self) -> str:
        """The base address, as `WecomApp.base_url` wants it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def agent(self) -> Agent:
        """The first app: `agent_id`, `secret`, `token`, `aes_key`."""
        return self.seed.agents[0]

    @property
    def platform(self) -> Platform:
        """The inside. Read it; change it in `do` alone."""
        return self._app.platform

    def do(self, action: Callable[[Platform], T]) -> T:
        """Run `action` on the sandbox's loop."""

        async def run() -> T:
            return action(self.platform)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(20)

    def ask(self, path: str, given: Mapping[str, Any] | None = None, method: str | None = None) -> Any:
        """The sandbox's own API (`/sandbox/api/…`): POST with `given`, GET without."""
        data = None if given is None else json.dumps(given, ensure_ascii=False).encode()
        return _ask(f"{self.url}/sandbox/api/{path}", data, "application/json", method)

    def person(self, userid: str) -> Phone:
        """Somebody's phone."""
        return Phone(self, userid)

    def add_person(self, userid: str, name: str, **more: Any) -> Phone:
        """One more member; `phone`, `departments`, `licensed` … as `Member` has them."""
        self.ask("settings/member", {"userid": userid, "name": name, **more})
        return self.person(userid)

    def group(self, group_id: str) -> list[Entry]:
        """What stands in a group, oldest first (robots' and apps' messages, and what people wrote)."""
        return list(self.ask(f"threads/g:{group_id}/group")["entries"])

    def remove_group(self, group_id: str) -> None:
        """Somebody disbands a group: its robots are gone (93000)."""
        self.ask("settings/remove_group", {"id": group_id})

    def call_back_to(self, url: str, *, verify: bool = False) -> str:
        """Set the app's callback address; with `verify` it is tried, and the problem is returned."""
        given = {"agent": self.agent.agent_id, "url": url, "verify": verify}
        return str(self.ask("settings/callback", given)["problem"])

    def fault(self, kind: str, where: str = "/cgi-bin/message/send", **more: Any) -> int:
        """Switch a fault on: kinds and fields as `bots.sandbox.core.faults.Fault`; `where="callback"` for callbacks."""
        return int(self.ask("faults", {"kind": kind, "where": where, **more})["id"])

    def no_faults(self) -> None:
        """Switch all off."""
        self.ask("faults", method="DELETE")

    def revoke_tokens(self) -> int:
        """Make all access tokens invalid at once; gives how many were valid."""
        return int(self.ask("settings/revoke", {})["revoked"])

    def patience(self, seconds: float) -> None:
        """How long a callback may take (5 s, as the platform has it)."""
        self.ask("settings/patience", {"seconds": seconds})

    def wire(self, path: str = "") -> list[dict[str, Any]]:
        """What went over the wire, oldest first, secrets masked; `way` is "in" or "out" (callbacks)."""
        query = urllib.parse.urlencode({"path": path, "whole": 1})
        return list(self.ask(f"wire?{query}")["lines"])


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., ChatSandbox]]:
    """A function that starts a sandbox with another seed, or one that keeps its state: `(seed, state)`."""
    running: list[ChatSandbox] = []

    def start(seed: Seed | None = None, state: Path | None = None) -> ChatSandbox:
        running.append(ChatSandbox(seed or example(), state))
        return running[-1]

    yield start
    for each in running:
        if each._thread.is_alive():
            each.close()


@pytest.fixture
def sandbox(start_sandbox: Callable[..., ChatSandbox]) -> ChatSandbox:
    """A sandbox with the people of the example and no callback address (`call_back_to` sets one)."""
    return start_sandbox()
