"""What tests start by a fork is a process as real as one that was started from nothing."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.services.process import folder, free_port, stop, wait_until
from tests.support.forked_program import Forked, Stem
from tests.support.started_program import ROOT, Server

_BARE = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def stem() -> Iterator[Stem]:
    begun = Stem(_BARE)
    yield begun
    begun.close()


@pytest.fixture
def home() -> Iterator[Path]:
    with folder("forked", in_memory=True) as place:
        yield place


def _start(stem: Stem, home: Path, name: str) -> tuple[Forked, Server]:
    port = free_port()
    settings = {**_BARE, "ANBAN_DATA_DIR": str(home / name), "ANBAN_PORT": str(port)}
    log = home / f"{name}.log"
    process = stem.start(["run", "--no-demo"], log, settings=settings, where=home)
    server = Server(f"http://127.0.0.1:{port}", port, "", home / name, log, settings)
    wait_until(server.healthy, process, log, 90)
    return process, server


def test_it_is_a_process_of_its_own(stem: Stem, home: Path) -> None:
    one, first = _start(stem, home, "one")
    two, second = _start(stem, home, "two")
    assert len({one.pid, two.pid, os.getpid()}) == 3 and os.getsid(one.pid) == one.pid
    assert Path(f"/proc/{one.pid}/cwd").resolve() == home
    held = [_target(link) for link in Path(f"/proc/{one.pid}/fd").iterdir()]
    assert any("/one/" in each for each in held) and not any("/two" in each for each in held)
    assert (first.data_dir / "anban.db").exists() and (second.data_dir / "anban.db").exists()
    assert (first.data_dir / "secret.key").read_text() != (second.data_dir / "secret.key").read_text()
    assert "安班已启动" in first.log_text() and str(second.port) not in first.log_text()
    one.kill()
    assert one.wait(20) == -signal.SIGKILL and one.poll() == -signal.SIGKILL
    assert not first.healthy() and second.healthy()
    stop(two)
    assert two.returncode == 0, "it ended as it was asked to"


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return ""


def test_what_cannot_start_says_so_in_its_log_and_code(stem: Stem, home: Path) -> None:
    settings = {**_BARE, "ANBAN_DATA_DIR": str(home / "data"), "ANBAN_PORT": "none"}
    process = stem.start(["run", "--no-demo"], home / "log", settings=settings, where=home)
    assert process.wait(60) == 1
    assert "ANBAN_PORT" in (home / "log").read_text()


def test_who_waits_too_short_is_told(stem: Stem, home: Path) -> None:
    process, _ = _start(stem, home, "data")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    assert process.poll() is None
    stop(process)


def test_it_ends_with_the_stem(home: Path) -> None:
    stem = Stem(_BARE)
    process, server = _start(stem, home, "data")
    running = os.pidfd_open(process.pid)
    stem.close()
    ended, _, _ = select.select([running], [], [], 60)
    os.close(running)
    assert ended and not server.healthy()
