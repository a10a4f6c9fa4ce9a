"""The servers under measure, each two processes on one port, and what they and the database cost in CPU."""

from __future__ import annotations

import contextlib
import http.client
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from scripts.services.process import free_port, launch, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]
WEB_PROCESSES = 2
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """A server that answers on the loopback `port`; `pids` are its processes."""

    port: int
    pids: tuple[int, ...]


@contextlib.contextmanager
def floor(module: str, home: Path, *options: str) -> Iterator[Served]:
    """`scripts.bench.floors.<module>` for the length of the block, forking into its two processes."""
    port = free_port()
    command = [
        *(sys.executable, "-m", f"scripts.bench.floors.{module}"),
        *("--port", str(port), "--processes", str(WEB_PROCESSES), *options),
    ]
    log = home / f"{module}.log"
    process = launch(command, log, with_parent=True, where=ROOT)
    try:
        wait_until(lambda: _answers(port), process, log, 20)
        yield Served(port, (process.pid, *_children(process.pid)))
    finally:
        stop(process)


@contextlib.contextmanager
def product(
    home: Path, settings: dict[str, str], port: int, *, module: str = "server.cli"
) -> Iterator[Served]:
    """Two `anban web` on one port for the length of the block. `settings` are the ANBAN_… of the environment; `module` is
    another that ends in the command line."""
    logs = [home / f"web-{port}-{number}.log" for number in range(WEB_PROCESSES)]
    # Whoever listened here before wrote to the same logs, and said so too.
    begun = [log.stat().st_size if log.exists() else 0 for log in logs]
    web = [_anban(home, settings, log.stem, "web", "--port", str(port), module=module) for log in logs]
    try:
        for process, log, old in zip(web, logs, begun, strict=True):
            wait_until(lambda log=log, old=old: b"listening" in log.read_bytes()[old:], process, log, 30)
        yield Served(port, tuple(process.pid for process in web))
    finally:
        for process in web:
            stop(process)


@contextlib.contextmanager
def relay(home: Path, settings: dict[str, str]) -> Iterator[int]:
    """One `anban work` for the length of the block; gives its process id."""
    process = _anban(home, settings, "relay", "work")
    try:
        yield process.pid
    finally:
        stop(process)


def _anban(
    home: Path, settings: dict[str, str], name: str, *command: str, module: str = "server.cli"
) -> Popen[bytes]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ANBAN_")}
    return launch(
        [sys.executable, "-m", module, *command],
        home / f"{name}.log",
        with_parent=True,
        where=ROOT,
        settings={**environment, **settings},
    )


def cpu_seconds(pids: tuple[int, ...]) -> float:
    """CPU time that the processes have used so far."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / _TICKS


def peak_megabytes(pid: int) -> float:
    """The most memory that the process has held so far, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


def _children(pid: int) -> tuple[int, ...]:
    return tuple(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
