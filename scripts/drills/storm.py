"""People in a storm: they report, press and answer while everything around them fails, and remember what they were told.

What a person was told is kept here and compared with the database afterwards: a report that was taken, a press that was
answered by the card, an answer that the phone's door confirmed.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests
from tornado.websocket import websocket_connect

from models.core import clock
from scripts.drills.standing import Standing
from scripts.drills.town import AGENT

#: How the platform misbehaves meanwhile: in about one call of five something goes wrong.
FAULTS: tuple[dict[str, Any], ...] = (
    {"where": "/cgi-bin/message/send", "kind": "slow", "seconds": 2, "probability": 0.04},
    {"where": "/cgi-bin/message/send", "kind": "slow", "seconds": 12, "probability": 0.01},
    {"where": "/cgi-bin/message/send", "kind": "error", "status": 502, "probability": 0.04},
    {"where": "/cgi-bin/message/send", "kind": "cut", "probability": 0.03},
    {"where": "/cgi-bin/message/send", "kind": "cut", "early": True, "probability": 0.02},
    {"where": "/cgi-bin/message/send", "kind": "drop", "probability": 0.02},
    {"where": "/cgi-bin/message/send", "kind": "duplicate", "probability": 0.03},
    {"where": "/cgi-bin/message/send", "kind": "reorder", "probability": 0.04},
    {"where": "/cgi-bin/message/send", "kind": "token", "probability": 0.02},
    {"where": "/cgi-bin/gettoken", "kind": "error", "status": 503, "probability": 0.05},
    {"where": "/cgi-bin/webhook/send", "kind": "error", "status": 502, "probability": 0.05},
    {"where": "/cgi-bin/webhook/send", "kind": "cut", "probability": 0.04},
    {"where": "/sms/send", "kind": "error", "status": 503, "probability": 0.04},
    {"where": "/sms/send", "kind": "cut", "probability": 0.03},
    {"where": "callback", "kind": "slow", "seconds": 1, "probability": 0.05},
    {"where": "callback", "kind": "error", "probability": 0.04},
    {"where": "callback", "kind": "drop", "probability": 0.02},
    {"where": "callback", "kind": "duplicate", "probability": 0.04},
    {"where": "callback", "kind": "reorder", "probability": 0.03},
    {"where": "callback", "kind": "token", "probability": 0.02},
    {"where": "callback", "kind": "cut", "probability": 0.03},
)
SILENT, BY_PHONE = 0.25, 0.1  # who never presses, who answers on the phone's own page
RECEIVERS = 30
_TRIES = 25  # a person who sees that it failed presses again


@dataclass
class Told:
    """What people were told by what they held in their hands."""

    reports: dict[str, int] = field(default_factory=dict)  # what → the accident's id, once it was confirmed
    receivers: dict[str, list[int]] = field(default_factory=dict)  # what → numbers of the people chosen
    accepted: list[tuple[str, str]] = field(default_factory=list)  # (user, message's task prefix) by a card
    later: list[tuple[str, str]] = field(default_factory=list)  # the same, "稍后处理"
    answered: list[tuple[int, int]] = field(default_factory=list)  # (number, accident) by the phone's door
    refused: list[str] = field(default_factory=list)  # presses whose card said no
    seen_to_fail: int = 0  # presses that the platform gave up after three deliveries, and said so
    given_up: list[tuple[str, str]] = field(default_factory=list)
    tries: int = 0  # of reports, all together
    faults: list[str] = field(default_factory=list)


class Storm:
    """The people. `start`, then `no_more_reports`, then `calm` once the rest is over."""

    def __init__(
        self, stand: Standing, *, every: float, faults: Sequence[Mapping[str, Any]] = FAULTS
    ) -> None:
        self._stand, self._every, self._faults = stand, every, faults
        self.told = Told()
        self._lock = threading.Lock()
        self._end, self._reporting = threading.Event(), threading.Event()
        self._hands = ThreadPoolExecutor(24, thread_name_prefix="hand")
        self._busy = 0
        self._seen: set[tuple[str, str]] = set()
        self._random = random.Random(20)
        self.number = 0

    def start(self) -> None:
        """Switch the faults on and begin."""
        for fault in self._faults:
            requests.post(
                f"{self._stand.sandbox_url}/sandbox/api/faults", json=fault, timeout=30
            ).raise_for_status()
        self._threads = [
            threading.Thread(target=self._report_again_and_again, name="reporters"),
            threading.Thread(target=lambda: asyncio.run(self._watch()), name="phones"),
        ]
        for thread in self._threads:
            thread.start()

    def no_more_reports(self) -> None:
        """Nothing new happens from now on; those under way go on. The platform is well again."""
        self._reporting.set()
        requests.delete(
            f"{self._stand.sandbox_url}/sandbox/api/faults", json={}, timeout=30
        ).raise_for_status()

    @property
    def busy(self) -> int:
        """How many people have something in hand."""
        with self._lock:
            return self._busy

    def calm(self) -> None:
        """The people go home."""
        self._reporting.set()
        self._end.set()
        for thread in self._threads:
            thread.join(60)
        self._hands.shutdown(wait=True)

    def _do(self, act: Any, *args: Any) -> None:
        with self._lock:
            self._busy += 1
        self._hands.submit(self._done, act, *args)

    def _done(self, act: Any, *args: Any) -> None:
        try:
            act(*args)
        except Exception as error:
            self.told.faults.append(f"{act.__name__}: {type(error).__name__}: {error}"[:300])
        finally:
            with self._lock:
                self._busy -= 1

    # -- reports

    def _report_again_and_again(self) -> None:
        while not self._reporting.is_set():
            self.number += 1
            self._do(self._report, f"风暴 {self.number:04d} 号")
            self._reporting.wait(self._every)

    def _report(self, what: str) -> None:
        """By the phone's door, under one key until it is confirmed, as the phone client does."""
        town, numbers = self._stand.town, range(len(self._stand.town.persons))
        reporter, *chosen = self._random.sample(numbers, min(RECEIVERS + 1, len(numbers)))
        self.told.receivers[what] = chosen
        body = {
            "what": what, "place": "演练场", "happened_at": clock.local(clock.now()).isoformat(),
            "receivers": {
                "persons": [str(town.persons[n]) for n in chosen], "ways": ["system", "card"],
                "groups": [str(each) for each in self._random.sample(town.group_ids, min(2, town.groups))],
            },
        }  # fmt: skip
        headers = {
            "Authorization": f"Bearer {town.world.token(reporter)}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        answer = self._until_confirmed("accidents", body, headers)
        if answer is not None:
            self.told.reports[what] = int(answer["id"])

    def _until_confirmed(
        self, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> dict[str, Any] | None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            self.told.tries += 1
            try:
                answer = requests.post(
                    f"{self._stand.url}/api/mp/v1/{path}", json=body, headers=headers, timeout=15
                )
            except requests.RequestException:
                time.sleep(1)
                continue
            if answer.status_code in (200, 201):
                return dict(answer.json())
            if answer.status_code < 500:
                self.told.faults.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                return None
            time.sleep(1)
        self.told.faults.append(f"{path}: not confirmed in two minutes")
        return None

    # -- presses

    async def _watch(self) -> None:
        """Everybody's phone: what comes in is pressed some time later."""
        address = f"{self._stand.sandbox_url.replace('http', 'ws', 1)}/sandbox/live"
        line = await websocket_connect(address)
        owners = [f"u:{self._stand.town.user(n)}" for n in range(len(self._stand.town.persons))]
        await line.write_message(json.dumps({"watch": owners}))
        while not self._end.is_set():
            try:
                frame = await asyncio.wait_for(line.read_message(), 0.5)
            except TimeoutError:
                continue
            if frame is None:
                self.told.faults.append("the sandbox hung up")
                return
            self._look(json.loads(frame))

    def _look(self, news: dict[str, Any]) -> None:
        entry = news.get("entry") or {}
        content = entry.get("content") or {}
        texts = {each["text"] for each in content.get("button_list") or ()}
        if news.get("type") != "entry" or "收到" not in texts:
            return  # who reported it is asked nothing
        user, message = entry["owner"].removeprefix("u:"), content["task_id"].partition("-")[0]
        number = int(user.removeprefix("u"))
        if (user, message) in self._seen or random.Random(f"{user}{message}").random() < SILENT:
            return
        self._seen.add((user, message))
        if random.Random(f"{message}{user}").random() < BY_PHONE:
            self._do(self._answer_by_phone, number, content)
        else:
            self._do(self._press, user, message, entry)

    def _press(self, user: str, message: str, entry: dict[str, Any]) -> None:
        """收到, on the card itself, until it says so."""
        time.sleep(random.uniform(0.2, 3))
        key = next(each["key"] for each in entry["content"]["button_list"] if each["text"] == "收到")
        for _ in range(_TRIES):
            answer = requests.post(
                f"{self._stand.sandbox_url}/sandbox/api/people/{user}/press",
                json={"serial": entry["serial"], "key": key}, timeout=120,
            )  # fmt: skip
            said = answer.json()
            if (
                answer.status_code == 409
            ):  # the card offers nothing any more: an answer that came late has changed it
                return
            if said["delivered"]["ok"] and said["reply"]:
                self._answered(user, message, said)
                return
            self.told.seen_to_fail += 1
            time.sleep(random.uniform(1, 3))
        self.told.given_up.append((user, message))

    def _answered(self, user: str, message: str, said: dict[str, Any]) -> None:
        if said["reply"] == "update_button":
            self.told.later.append((user, message))
        elif "已回应：收到" in str(said["entry"]["content"]):
            self.told.accepted.append((user, message))
        else:
            self.told.refused.append(f"{user} {message}: {str(said['entry']['content'])[:200]}")

    def _answer_by_phone(self, number: int, content: dict[str, Any]) -> None:
        """收到, on the phone's page of the accident."""
        time.sleep(random.uniform(0.2, 3))
        key = next(each["key"] for each in content["button_list"] if each["text"] == "收到")
        accident = int(key.split(":")[2])
        token = self._stand.town.world.token(number)
        headers = {"Authorization": f"Bearer {token}"}
        if (
            self._until_confirmed(f"accidents/{accident}/answers", {"answer": "received"}, headers)
            is not None
        ):
            self.told.answered.append((number, accident))


def everything(stand: Standing) -> dict[str, list[dict[str, Any]]]:
    """The platform's own record: what stands on every phone (`u:…` of the app, `sms:…`) and in every group (`g:…`)."""
    session = requests.Session()

    def entries(owner: str, thread: str) -> list[dict[str, Any]]:
        url = f"{stand.sandbox_url}/sandbox/api/threads/{owner}/{thread}"
        return list(session.get(url, timeout=60).json()["entries"])

    found: dict[str, list[dict[str, Any]]] = {}
    for n in range(len(stand.town.persons)):
        user = stand.town.user(n)
        found[f"u:{user}"] = entries(f"u:{user}", f"app:{AGENT}")
        found[f"sms:{user}"] = entries(f"u:{user}", "sms")
    for n in range(stand.town.groups):
        found[f"g:{n}"] = entries(f"g:g{n}", "group")
    return found
