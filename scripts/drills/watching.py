"""Somebody who looks at an accident's board during a load: asks for it again and again, and listens for live news."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import requests
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from scripts.drills.standing import Standing
from scripts.drills.town import OFFICER

EVERY = 1.0  # seconds between two looks
SLOWEST = 5.0  # seconds that a look may take
QUIET = 5.0  # seconds without live news, while people answer, that are too long


@dataclass
class Watched:
    """What the onlooker saw."""

    looks: int = 0
    slowest: float = 0.0
    news: int = 0
    longest_quiet: float = 0.0
    seen: int = 0  # acknowledged, at the last look
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.looks} looks, slowest {self.slowest:.2f} s; {self.news} live news, at most"
            f" {self.longest_quiet:.1f} s apart; {self.seen} acknowledged at the last look"
        )


@contextlib.contextmanager
def watching(stand: Standing, accident_id: int) -> Iterator[Watched]:
    """Look on for the length of the block."""
    found, end = Watched(), threading.Event()
    threads = [
        threading.Thread(target=_look, args=(stand, accident_id, found, end)),
        threading.Thread(target=lambda: asyncio.run(_listen(stand, found, end))),
    ]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        end.set()
        for thread in threads:
            thread.join(30)
    if found.slowest > SLOWEST:
        found.faults.append(f"the board took {found.slowest:.1f} s")
    if found.longest_quiet > QUIET:
        found.faults.append(f"no live news for {found.longest_quiet:.1f} s")


def _look(stand: Standing, accident_id: int, found: Watched, end: threading.Event) -> None:
    session = requests.Session()
    url = f"{stand.url}/api/console/v1/accidents/{accident_id}/board"
    last = -1
    while not end.is_set():
        began = time.perf_counter()
        answer = session.get(url, headers={"Cookie": f"anban_session={OFFICER}"}, timeout=30)
        found.slowest = max(found.slowest, time.perf_counter() - began)
        found.looks += 1
        if answer.status_code != 200:
            found.faults.append(f"the board answered {answer.status_code}")
            return
        found.seen = answer.json()["counts"]["acknowledged"]
        if found.seen < last:
            found.faults.append(f"the board went back from {last} to {found.seen}")
        last = found.seen
        end.wait(EVERY)


async def _listen(stand: Standing, found: Watched, end: threading.Event) -> None:
    address = f"{stand.url.replace('http', 'ws', 1)}/api/console/v1/live"
    request = HTTPRequest(address, headers={"Cookie": f"anban_session={OFFICER}", "Origin": stand.url})
    line = await websocket_connect(request)
    last = time.monotonic()
    while not end.is_set():
        try:
            frame = await asyncio.wait_for(line.read_message(), 0.5)
        except TimeoutError:
            continue
        if frame is None:
            found.faults.append("the live connection was closed")
            return
        if json.loads(frame).get("ledger") == "accidents":
            found.news += 1
            found.longest_quiet = max(found.longest_quiet, time.monotonic() - last)
            last = time.monotonic()
    line.close()
