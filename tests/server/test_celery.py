"""Production's form: a web process, Celery workers and beat on a real Redis and MariaDB, and a worker that is killed (L08)."""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
import requests

from models.core import clock
from models.demo import PASSWORD
from scripts.services import redis
from scripts.services.process import folder, free_port, launch, stop, wait_until
from tests.journeys.chatting import ChatPhone
from tests.support.started_program import Server, running

pytestmark = pytest.mark.slow


@dataclass
class Plant:
    """A demo that leaves all work behind the answers to Celery."""

    server: Server
    start: Callable[..., Popen[bytes]]

    def report(self, what: str) -> None:
        """A worker reports an accident on the phone door."""
        door = f"{self.server.url}/api/mp/v1"
        body = {"provider": "password", "login": "19900000011", "password": PASSWORD}
        token = requests.post(f"{door}/session", json=body, timeout=30).json()["token"]
        moment = clock.local(clock.now()).isoformat()
        answer = requests.post(
            f"{door}/accidents",
            json={"what": what, "place": "泵房", "happened_at": moment},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text


@pytest.fixture
def plant(engine: str, new_database: Callable[[], str]) -> Iterator[Plant]:
    """The demo on MariaDB, its web process without a relay of its own."""
    if engine == "sqlite":
        pytest.skip("Celery is for several processes, which an embedded database has not")
    with folder("celery") as home, redis() as store:
        settings = {"DEMO": "1", "RELAY": "0", "DATABASE_URL": new_database(), "REDIS_URL": store.url()}
        started: list[Popen[bytes]] = []
        with running(home / "data", settings=settings, seconds=180) as server:

            def start(*command: str) -> Popen[bytes]:
                log = home / f"{command[0]}-{len(started)}.log"
                started.append(
                    launch(
                        [sys.executable, "-m", "server.cli", *command], log, with_parent=True,
                        settings={**server.settings, "ANBAN_PORT": str(free_port())}, where=home,
                    )
                )  # fmt: skip
                return started[-1]

            try:
                yield Plant(server, start)
            finally:
                for process in started:
                    stop(process)


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_workers_send_and_a_killed_one_is_replaced(plant: Plant) -> None:
    worker = plant.start("worker", "--concurrency", "5")
    plant.start("beat")
    leader = ChatPhone(plant.server, "wushuangjiang")
    plant.report("第一起")
    card: Any = None
    wait_until(lambda: bool(leader.inbox()), worker, plant.server.log, 60)
    card = leader.card("第一起")
    leader.press(card, "收到")

    for pid in (*_children(worker.pid), worker.pid):
        os.kill(pid, signal.SIGKILL)
    worker.wait(20)
    plant.report("第二起")
    plant.start("worker", "--concurrency", "5")
    leader.wait_for(lambda entry: "第二起" in str(entry["content"]), seconds=90)
    titles = [
        entry["content"]["main_title"]["title"]
        for entry in leader.inbox()
        if "main_title" in entry["content"]
    ]
    assert sum("第一起" in title for title in titles) == 1, "told once, whatever was killed"
    assert sum("第二起" in title for title in titles) == 1
