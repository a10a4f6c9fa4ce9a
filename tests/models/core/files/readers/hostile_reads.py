"""What a hostile file might make a library do; run in a reader as `python -m tests.models.core.files.readers.hostile_reads deeds`."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from models.core.files.readers import process, reading_tasks
from models.core.files.readers.refusals import ReadingRefused

LIBC = ctypes.CDLL(None)
HERE = Path(__file__)


def echo(file: BinaryIO) -> Iterator[Any]:
    content = file.read()
    yield {"size": len(content)}
    yield content


def who(file: BinaryIO) -> Iterator[int]:
    yield os.getpid()


def abort(file: BinaryIO) -> Iterator[Any]:
    os.abort()
    yield


def crash(file: BinaryIO) -> Iterator[Any]:
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)
    yield


def hoard(file: BinaryIO) -> Iterator[Any]:
    yield len(bytearray(1 << 30))


def hoard_natively(file: BinaryIO) -> Iterator[Any]:
    """As native code does that takes for granted that there is memory."""
    LIBC.malloc.restype = ctypes.c_void_p
    if not LIBC.malloc(ctypes.c_size_t(4 << 30)):
        os.abort()
    yield "it got it"


def spin(file: BinaryIO) -> Iterator[Any]:
    while True:
        pass
    yield


def sleep(file: BinaryIO) -> Iterator[Any]:
    """In native code, where no signal handler of Python's would run."""
    LIBC.sleep(60)
    LIBC.sleep(60)
    yield


def nap(file: BinaryIO) -> Iterator[Any]:
    time.sleep(1.5)
    yield 1


def chatter(file: BinaryIO) -> Iterator[bytes]:
    while True:
        yield b"a" * 100_000


def count(file: BinaryIO) -> Iterator[int]:
    yield from range(1_000_000)


def break_off(file: BinaryIO) -> Iterator[Any]:
    raise RuntimeError(file.read().decode())
    yield


def refuse(file: BinaryIO) -> Iterator[Any]:
    raise ReadingRefused({"code": "no"})
    yield


def connect(file: BinaryIO) -> Iterator[str]:
    yield _error(socket.socket)


def open_file(file: BinaryIO) -> Iterator[str]:
    yield _error(HERE.read_text)


def write_file(file: BinaryIO) -> Iterator[str]:
    yield _error(lambda: Path("/tmp/anban-deed").write_text("x"))


def run_program(file: BinaryIO) -> Iterator[str]:
    yield _error(lambda: subprocess.run(["/bin/true"], check=True))


def environment(file: BinaryIO) -> Iterator[list[str]]:
    yield sorted(os.environ)


def tire(file: BinaryIO) -> Iterator[int]:
    """The answer is sent, and then the process goes without looking whether somebody asks, as after a long rest."""

    def leave(line: socket.socket) -> None:
        time.sleep(0.5)

    process._next = leave  # type: ignore[assignment]
    yield os.getpid()


def _error(work: Any) -> str:
    try:
        work()
    except OSError as error:
        return type(error).__name__
    return "it could"


if __name__ == "__main__":
    names = [
        name for name, value in list(globals().items()) if getattr(value, "__module__", "") == "__main__"
    ]
    for name in names:
        reading_tasks.TASKS[name] = reading_tasks.ReadingTask(
            name, "deeds", "__main__", name, 5, 128 * reading_tasks.MIB, reading_tasks.MIB, 10.0
        )
    process.main("deeds")
