"""A crowd that clocks in, each person on a connection of their own, for drills of what stands behind the answers."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from models.core.config import Config, configure
from models.core.db.connection import close_database, in_transaction, migrate, open_database
from models.installation import install_standards
from models.organization.records import Company
from scripts.bench.load import Names
from scripts.bench.product.seed import seed
from scripts.bench.world import World
from scripts.drills.standing import SECRET
from scripts.drills.town import officer

WORLD = World(persons=600, equipment=600, companies=1, seed="anban-crowd")


@dataclass
class Waits:
    """When each request began, and how long it took (seconds); what was refused, and how many got no answer at all.

    With `kept` what was answered with success is kept.
    """

    told: list[tuple[float, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unanswered: int = 0
    kept: list[Any] | None = None

    def during(self, began: float, ended: float) -> list[float]:
        """How long those took that ran at some time between the two moments, shortest first."""
        return sorted(took for at, took in self.told if at < ended and at + took > began)


class Crowd:
    """Others, each on a thread and a connection of their own, until `end`."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def add(self, waits: Waits, ask: Callable[[requests.Session], requests.Response | None]) -> None:
        """Somebody who asks again as soon as they were answered; None says that they have enough."""

        def work() -> None:
            with requests.Session() as line:
                while not self._over.is_set():
                    at = time.monotonic()
                    try:
                        answer = ask(line)
                    except requests.RequestException:
                        waits.unanswered += 1
                        time.sleep(0.05)
                        continue
                    if answer is None:
                        return
                    waits.told.append((at, time.monotonic() - at))
                    if answer.status_code >= 400:
                        waits.faults.append(f"{answer.status_code} {answer.text[:200]}")
                    elif waits.kept is not None:
                        waits.kept.append(answer.json())
                    time.sleep(0.01)

        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()

    def end(self) -> None:
        """Let the last answers come in."""
        self._over.set()
        for thread in self._threads:
            thread.join()


def clock_ins(url: str, names: Names) -> Callable[[requests.Session], requests.Response | None]:
    """What one of the crowd asks: a clock-in of a pair that had none yet; None when there is no further one."""
    pairs, lock = WORLD.walk(0, WORLD.pairs), threading.Lock()

    def ask(line: requests.Session) -> requests.Response | None:
        with lock:
            pair = next(pairs, None)
        if pair is None:
            return None
        person, equipment = pair
        body = {
            "qr": names.qr(equipment), "unit": names.unit(0),
            "scanned_at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "place": {"lng": 120.15507, "lat": 30.27415, "accuracy": 12.5},
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {names.token(person)}", "Idempotency-Key": uuid.uuid4().hex}
        return line.post(f"{url}/api/mp/v1/clock-ins", json=body, headers=headers, timeout=120)

    return ask


def planted(home: Path, url: str, database_url: str) -> tuple[dict[str, str], Names]:
    """A unit of people who can clock in, and an officer; gives the settings of its processes and how to call things."""
    settings = {
        "ANBAN_DATABASE_URL": database_url, "ANBAN_SECRET_KEY": SECRET, "ANBAN_PUBLIC_URL": url,
        "ANBAN_DATA_DIR": str(home / "data"), "ANBAN_LOG_LEVEL": "warning",
    }  # fmt: skip
    configure(Config(secret_key=SECRET, public_url=url, data_dir=home / "data"))
    open_database(database_url)
    migrate()
    in_transaction(install_standards)
    names = seed(WORLD, url)
    in_transaction(lambda: officer(Company.get(Company.kind == "company")))
    close_database()
    return settings, names
