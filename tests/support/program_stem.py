"""One process that has imported the whole program and becomes it, as often as it is asked to.

Started by `forked_program.Stem` as `python -m tests.support.program_stem LINE`, where LINE is the file descriptor of
a socket that keeps the bounds of messages. What is asked is a JSON object: `command` (words after `anban`),
`settings` (the whole environment), `where` (the folder to run in) and `log` (a file to append to); the answer is
`{"pid": …}`, and `{"pid": …, "code": …}` when that process has ended (as subprocess counts: -9 for a kill).

The child is a process like any other: with a number, a session, an environment and files of its own; it ends as
Python ends, and with this one (SIGTERM) if nobody stops it before.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from typing import Any

_PR_SET_PDEATHSIG = 1
_LONGEST = 1 << 18  # bytes of a message


def _import_all() -> None:
    """Import what a running program has imported. Nothing may be open or run after that: a fork would share it."""
    import holidays
    import mysql.connector
    import pypinyin
    import uvloop

    import models.demo
    import server.cli
    import server.sandbox
    from models.core import chapters
    from server import application

    assert all((holidays, mysql.connector, pypinyin, uvloop, models.demo, server.cli, server.sandbox))
    chapters.load_all()
    application.routes()
    if threading.active_count() > 1:
        raise RuntimeError(f"importing the program started {threading.enumerate()}")


def _become(asked: dict[str, Any]) -> None:
    """In the child: take on what was asked, as a new process has it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setsid()
    with open(asked["log"], "ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.environ.clear()
    os.environ.update(asked["settings"])
    time.tzset()
    os.chdir(asked["where"])
    sys.argv[:] = ["anban", *asked["command"]]


def _ended() -> list[tuple[int, int]]:
    """Number and code of each child that has ended since it was last asked."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (each := os.waitpid(-1, os.WNOHANG))[0]:
            found.append((each[0], os.waitstatus_to_exitcode(each[1])))
    return found


def _serve(line: socket.socket) -> bool:
    """Fork what is asked for until nobody asks any more: False. True in a child, which is to run."""
    woken, waking = os.pipe()
    for end in (woken, waking):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking)
    while True:
        ready, _, _ = select.select([line, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            for pid, code in _ended():
                line.send(json.dumps({"pid": pid, "code": code}).encode())
        if line not in ready:
            continue
        asked = line.recv(_LONGEST)
        if not asked:
            return False
        pid = os.fork()
        if pid:
            line.send(json.dumps({"pid": pid}).encode())
            continue
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in (woken, waking):
            os.close(end)
        line.close()
        _become(json.loads(asked))
        return True


def main() -> None:
    """Get ready, serve; in a child: be `anban`."""
    with socket.socket(fileno=int(sys.argv[1])) as line:
        _import_all()
        # What all children share is not written to by each one's collector.
        gc.collect()
        gc.freeze()
        line.send(b"{}")
        child = _serve(line)
    if child:
        from server import cli

        cli.main()


if __name__ == "__main__":
    main()
