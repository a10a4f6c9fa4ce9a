"""Starting the program for a test in a third of the time: a fork of a process that has imported it (`program_stem`).

Importing takes two of three processor seconds of a start, and is the same each time. That a program starts from
nothing is held by the tests of its commands (tests/server) and by the drills, which start it as a user does.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.services.process import folder, launch

ROOT = Path(__file__).resolve().parents[2]
_UP = 120  # seconds that the stem has for importing on a busy machine
_LONGEST = 1 << 16  # bytes of an answer


class Forked:
    """A process that the stem has forked, with the words of `subprocess.Popen` that tests use."""

    def __init__(self, stem: Stem, pid: int, command: Sequence[str]) -> None:
        self._stem, self.pid = stem, pid
        self.args = ["anban", *command]
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its code if it has ended, else None."""
        return self._asked(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its code as soon as it has ended. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while self._asked(None if until is None else max(0, until - time.monotonic())) is None:
            if until is not None and time.monotonic() >= until:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it (SIGKILL)."""
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _asked(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            self.returncode = self._stem.code_of(self.pid, seconds)
        return self.returncode


class Stem:
    """A process that has imported the program as it stands in the folder `root`, and from which programs are forked."""

    def __init__(self, settings: Mapping[str, str], root: Path = ROOT) -> None:
        self._home = contextlib.ExitStack()
        self._log = self._home.enter_context(folder("stem", in_memory=True)) / "log"
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._codes: dict[int, int] = {}
        with theirs:
            command = [sys.executable, "-m", f"{__package__}.program_stem", str(theirs.fileno())]
            self._process = launch(
                command, self._log, with_parent=True, settings=settings, where=root, keeps=(theirs.fileno(),)
            )
        self._answer(_UP)

    def start(self, command: Sequence[str], log: Path, *, settings: Mapping[str, str], where: Path) -> Forked:
        """`anban <command>` in the folder `where` with the environment `settings`, its output appended to `log`."""
        asked = {"command": list(command), "settings": dict(settings), "where": str(where), "log": str(log)}
        self._line.send(json.dumps(asked).encode())
        while "code" in (answer := self._answer(_UP)):
            self._codes[answer["pid"]] = answer["code"]
        return Forked(self, answer["pid"], command)

    def code_of(self, pid: int, seconds: float | None) -> int | None:
        """The code that process `pid` ended with, waiting for at most `seconds` (None: for ever); None if it has not."""
        until = None if seconds is None else time.monotonic() + seconds
        while pid not in self._codes:
            left = None if until is None else max(0, until - time.monotonic())
            try:
                answer = self._answer(left)
            except (TimeoutError, BlockingIOError):
                return None
            self._codes[answer["pid"]] = answer["code"]
        return self._codes.pop(pid)

    def close(self) -> None:
        """End it; what it has forked and is not stopped ends with it."""
        self._line.close()
        self._process.wait(30)
        self._home.close()

    def _answer(self, seconds: float | None) -> dict[str, int]:
        self._line.settimeout(seconds)
        answer = self._line.recv(_LONGEST)
        if not answer:
            tail = self._log.read_text(errors="replace")[-3000:]
            raise RuntimeError(f"the process that programs are forked from has ended:\n{tail}")
        return dict(json.loads(answer))


_stems: list[Stem] = []


def stem(settings: Mapping[str, str]) -> Stem:
    """The stem of this test process, begun with the environment `settings` when it is first asked for."""
    if not _stems:
        _stems.append(Stem(settings))
    return _stems[0]


def close_stem() -> None:
    """End it, if there is one."""
    while _stems:
        _stems.pop().close()
