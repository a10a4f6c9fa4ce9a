"""Starting a server program, waiting until it answers, and stopping exactly that one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

_PR_SET_PDEATHSIG = 1
_MEMORY_FOLDER = Path("/dev/shm")


class Missing(RuntimeError):
    """A program that is needed is not installed; the text says how to get it."""


def program(*names: str, package: str) -> str:
    """The path of the first of `names` that is installed, also where only root's PATH looks.

    Raises Missing, naming the Debian `package` that carries it.
    """
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return found
    raise Missing(f"{names[0]} is not installed. Install it with: apt-get install {package}")


def free_port() -> int:
    """A TCP port on the loopback that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def folder(name: str, *, in_memory: bool = False) -> Iterator[Path]:
    """A new folder with a short path (a socket's path may have 107 bytes), removed at the end.

    `in_memory` puts it where a sync costs nothing, if the machine has such a place.
    """
    parent = _MEMORY_FOLDER if in_memory and os.access(_MEMORY_FOLDER, os.W_OK) else Path("/tmp")
    _sweep(parent)
    path = Path(tempfile.mkdtemp(prefix=f"anban-{os.getpid()}-{name}-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _sweep(parent: Path) -> None:
    # A killed run could not clean up: its folders carry its number.
    for left in parent.glob("anban-[0-9]*-*"):
        if not Path("/proc", left.name.split("-")[1]).exists():
            shutil.rmtree(left, ignore_errors=True)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def launch(
    command: Sequence[str],
    log: Path,
    *,
    with_parent: bool,
    settings: Mapping[str, str] | None = None,
    where: Path | None = None,
    keeps: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, its output in `log`.

    `with_parent` ends it together with this process, however that ends, so that nothing is left over.
    `settings` is its whole environment (default: ours), `where` the folder to start it in, `keeps` what file
    descriptors it takes along.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=settings,
            cwd=where,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if with_parent else None,
            pass_fds=keeps,
        )


class Running(Protocol):
    """What is asked of a process here: a `subprocess.Popen`, or what has its words."""

    args: Any
    returncode: int | Any

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def wait_until(ready: Callable[[], bool], process: Running, log: Path, seconds: float) -> None:
    """Return when `ready` says so.

    Raises RuntimeError with the log's tail if the process ends or the time is up; it is stopped then.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.05)
    stop(process)
    name = process.args[0] if isinstance(process.args, list) else process.args
    tail = log.read_text(errors="replace")[-3000:] if log.exists() else ""
    raise RuntimeError(f"{name} did not come up in {seconds:.0f} s:\n{tail}")


def stop(process: Running, seconds: float = 20) -> None:
    """Ask the process to end, and end it if it does not."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
