"""A whole installation on this machine for a drill: MariaDB, Redis, the sandbox, web processes and workers.

Every part is a process of its own that can be killed and started again on the same port, and nothing is left over.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from subprocess import Popen

from models.core.config import Config, configure
from models.core.db.connection import close_database, in_transaction, open_database
from models.installation import install_standards
from scripts.drills.tables import lay_tables
from scripts.drills.town import STEPS, Town, plant, platform_seed
from scripts.services import database, store
from scripts.services.process import folder, free_port, launch, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a key ring of the drills, of no use elsewhere"


@dataclass
class Part:
    """One process that can be killed and raised again. `begin` starts it and returns when it is up."""

    name: str
    begin: Callable[[], Popen[bytes]]
    process: Popen[bytes] | None = None
    killed: int = 0

    def start(self) -> None:
        """Raise it."""
        self.process = self.begin()

    def kill(self) -> None:
        """SIGKILL to it and to all that it has started (Celery's children): none of them can say good-bye."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} had ended by itself (code {self.process.returncode})")
        os.killpg(self.process.pid, signal.SIGKILL)  # a session of its own: launch() made it the leader
        self.process.wait(20)
        self.killed += 1

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Ask it to end."""
        if self.process is not None:
            stop(self.process)


@dataclass
class Standing:
    """What stands: where each part is, and the people of the town."""

    home: Path
    url: str
    sandbox_url: str
    town: Town
    webs: list[Part]
    workers: list[Part]
    services: dict[str, Part] = field(default_factory=dict)

    def logs(self) -> dict[str, str]:
        """What every part printed, by name."""
        return {log.stem: log.read_text(errors="replace") for log in sorted(self.home.glob("*.log"))}

    def every(self) -> list[Part]:
        """All parts, in the order in which they were raised."""
        return [*self.services.values(), *self.webs, *self.workers]


@contextlib.contextmanager
def standing(
    *, people: int, groups: int, steps: Sequence[tuple[int, str, str]] = STEPS, webs: int = 2, workers: int = 2, celery: bool = False,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Standing]:  # fmt: skip
    """Raise it all, plant the people, and clear it away afterwards. With `celery` workers and beat instead of `work`."""
    with folder("drill") as home, contextlib.ExitStack() as stack:
        port, chat = free_port(), free_port()
        url, chat_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{chat}"
        configure(Config(secret_key=SECRET, public_url=url, data_dir=home / "data"))
        mariadb, server = _mariadb(home)
        redis, redis_url = _redis(home)
        for part in (mariadb, redis):
            stack.callback(part.end)
        redis.start()
        chosen = {
            "ANBAN_DATABASE_URL": server.url("anban"), "ANBAN_REDIS_URL": redis_url, "ANBAN_SECRET_KEY": SECRET,
            "ANBAN_DATA_DIR": str(home / "data"), "ANBAN_PUBLIC_URL": url, "ANBAN_LOG_LEVEL": "warning",
            "ANBAN_OUTSIDE_HOSTS": f'["127.0.0.1:{chat}"]', **(settings or {}),
        }  # fmt: skip
        open_database(chosen["ANBAN_DATABASE_URL"])
        stack.callback(close_database)
        in_transaction(install_standards)
        town = plant(chat_url, url, people=people, groups=groups, steps=steps)
        sandbox = _sandbox(home, chat, town)
        commands = (
            [("work",)] * workers
            if not celery
            else [("worker", "--concurrency", "6")] * workers + [("beat",)]
        )
        front = [anban(home, chosen, f"web-{n}", "web", "--port", str(port)) for n in range(webs)]
        back = [anban(home, chosen, f"{command[0]}-{n}", *command) for n, command in enumerate(commands)]
        for part in (sandbox, *front, *back):
            stack.callback(part.end)
            part.start()
        named = {"mariadb": mariadb, "redis": redis, "sandbox": sandbox}
        yield Standing(home, url, chat_url, town, front, back, named)


def _mariadb(home: Path) -> tuple[Part, database.MariaDB]:
    """A durable server, up: its first start makes the data, and says on which port it stays."""
    place = home / "mariadb"
    place.mkdir()
    lay_tables(place)
    server, process = database.start(place, with_parent=True)
    again = partial(database.serve, place, server.port, with_parent=True)
    return Part("mariadb", lambda: again()[1], process), server


def _redis(home: Path) -> tuple[Part, str]:
    place, port = home / "redis", free_port()
    place.mkdir()
    part = Part("redis", lambda: store.start(place, with_parent=True, port=port)[1])
    return part, store.Redis("127.0.0.1", port, 0).url()


def _sandbox(home: Path, port: int, town: Town) -> Part:
    seed, log = home / "seed.json", home / "sandbox.log"
    seed.write_text(json.dumps(asdict(platform_seed(town)), ensure_ascii=False))
    command = [sys.executable, "-m", "bots.sandbox", "--port", str(port), "--seed", str(seed)]
    return Part("sandbox", lambda: _launched(command, log, "聊天沙箱", dict(os.environ)))


def anban(home: Path, settings: Mapping[str, str], name: str, *command: str) -> Part:
    """A process of ours: the command `anban …` with these settings alone."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ANBAN_")}
    line, log = [sys.executable, "-m", "server.cli", *command], home / f"{name}.log"
    word = {"web": "listening", "run": "Ctrl+C"}.get(command[0], "")
    return Part(name, lambda: _launched(line, log, word, {**environment, **settings}))


def _launched(command: list[str], log: Path, word: str, settings: Mapping[str, str]) -> Popen[bytes]:
    """Start a command; return when it has printed `word` (empty: at once)."""
    before = log.stat().st_size if log.exists() else 0
    process = launch(command, log, with_parent=True, where=ROOT, settings=settings)

    def printed() -> bool:
        with log.open("rb") as file:
            file.seek(before)
            return word in file.read().decode(errors="replace")

    if word:
        wait_until(printed, process, log, 60)
    return process
