"""The whole program as a user starts it: a process of its own, with a data folder of its own.

`live_server` is one with demo data for a test module; `start_server` starts more, with any settings.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scripts.services.process import folder, free_port, stop, wait_until
from tests.support.forked_program import close_stem, stem

ROOT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR")


@dataclass
class Server:
    """A running Anban: where it listens, where its data and its log are; in the demo its chat sandbox at `chat`."""

    url: str
    port: int
    chat: str
    data_dir: Path
    log: Path
    settings: Mapping[str, str] = field(repr=False)

    def log_text(self) -> str:
        """All that it has printed so far."""
        return self.log.read_text(errors="replace")

    def healthy(self) -> bool:
        """Whether it answers and reaches its database."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False


@contextlib.contextmanager
def running(
    data_dir: Path, *, command: str = "run", seconds: float = 90, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """`anban <command>` on a free port, up and healthy; ended after the block.

    `settings` are further ANBAN_ variables, named without that prefix: `{"DEMO": "1"}`. Raises RuntimeError
    with the end of the log if it does not come up, and AssertionError after the block if it printed a
    traceback or did not end by itself.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    chat = free_port()
    chosen = {
        "DATA_DIR": str(data_dir), "PORT": str(port), "PUBLIC_URL": url, "SANDBOX_PORT": str(chat),
        **(settings or {}),
    }  # fmt: skip
    bare = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    bare |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "default"}
    environment = {**bare, **{f"ANBAN_{name}": value for name, value in chosen.items()}}
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir.parent / f"{data_dir.name}-{port}.log"
    # Started beside its data, not in the checkout, so that no .env of somebody's is read.
    process = stem(bare).start([command], log, settings=environment, where=data_dir.parent)
    server = Server(url, port, f"http://127.0.0.1:{chat}", data_dir, log, environment)
    wait_until(server.healthy, process, log, seconds)
    try:
        yield server
    finally:
        began = time.monotonic()
        stop(process, 20)
    text = server.log_text()
    assert "Traceback (most recent call last)" not in text, f"a traceback in the log:\n{text[-6000:]}"
    assert process.returncode == 0, f"the server ended with {process.returncode}:\n{text[-3000:]}"
    assert time.monotonic() - began < 15, "the server took long to end"


def pytest_unconfigure() -> None:
    """End what programs were forked from."""
    close_stem()


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with freshly planted demo data on SQLite, made once for all workers: copy it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    planted = shared / "demo-data"
    with (shared / "demo-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not planted.exists():
            making = shared / "demo-data-in-the-making"
            shutil.rmtree(making, ignore_errors=True)
            # Thousands of commits, for which all workers wait: in memory.
            with folder("demo", in_memory=True) as home:
                with running(home / "data", seconds=180, settings={"DEMO": "1", "RELAY": "0"}):
                    pass
                shutil.copytree(home / "data", making)
            making.rename(planted)
    return planted


@pytest.fixture(scope="module")
def start_server() -> Iterator[Callable[..., contextlib.AbstractContextManager[Server]]]:
    """A function that starts a server in a new folder: `with start_server(settings={…}) as server`.

    `copy_of` is a data folder to begin with; the other words are those of `running`.
    """
    with folder("house", in_memory=True) as home:
        count = iter(range(1000))

        def start(
            *, copy_of: Path | None = None, settings: Mapping[str, str] | None = None, **words: object
        ) -> contextlib.AbstractContextManager[Server]:
            data_dir = home / f"data{next(count)}"
            if copy_of:
                shutil.copytree(copy_of, data_dir)
            return running(data_dir, settings=settings, **words)  # type: ignore[arg-type]

        yield start


@pytest.fixture(scope="module")
def live_server(
    request: pytest.FixtureRequest,
    engine: str,
    demo_data: Path,
    new_database: Callable[[], str],
    start_server: Callable[..., contextlib.AbstractContextManager[Server]],
) -> Iterator[Server]:
    """A server with demo data, for all tests of a module; its `SETTINGS` are further ones."""
    demo = {"DEMO": "1", **getattr(request.module, "SETTINGS", {})}
    if engine == "sqlite":
        starting = start_server(copy_of=demo_data, settings=demo)
    else:
        starting = start_server(settings={**demo, "DATABASE_URL": new_database()}, seconds=180)
    with starting as server:
        yield server
