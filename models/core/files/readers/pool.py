"""The server's side: a few readers of each lane, started when they are needed, replaced when they die.

A call takes a free reader, hands it the file and gets its pieces as they come. It blocks; call it from a worker
thread. Each process has readers of its own: a forked one (Celery) starts anew.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import structlog

from models.core.files.readers import wire
from models.core.files.readers.reading_tasks import FILES_EACH, READERS, WAITING, ReadingTask
from models.core.files.readers.refusals import Busy, ReadingRefused, UnreadableFile

log = structlog.get_logger("readers")
_BEGIN = 30.0  # seconds that a reader has to be ready; it takes 0.3 on an idle machine
_OVER = 5.0  # seconds beyond a task's own, after which a reader is ended from here
_ROOT = Path(__file__).resolve().parents[4]
_MODULE = "models.core.files.readers.process"


class _Away(Exception):
    """The reader had ended before it took the file: another one will."""


class Reader:
    """One child process."""

    def __init__(self, lane: str) -> None:
        ours, theirs = socket.socketpair()
        self.lane, self.line, self.files = lane, ours, 0
        command = [sys.executable, "-m", _MODULE, lane]
        with theirs:
            self.process = subprocess.Popen(
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                cwd=_ROOT, env=_environment(), start_new_session=True,
            )  # fmt: skip
        try:
            self.line.settimeout(_BEGIN)
            self.sealed = bool(orjson.loads(wire.receive(self.line)[1])["sealed"])
        except BaseException:
            self.end()
            raise

    def run(self, task: ReadingTask, file: BinaryIO, given: dict[str, Any]) -> Iterator[Any]:
        """The pieces that the task sends. Raises Refused, Unreadable, and _Away."""
        end = time.monotonic() + task.seconds + _OVER
        self.files += 1
        try:
            self.line.settimeout(_OVER)
            wire.ask(self.line, file.fileno(), {"task": task.name, "given": given})
        except OSError as error:
            raise _Away from error
        came = 0
        while True:
            self.line.settimeout(max(0.01, end - time.monotonic()))
            try:
                kind, content = wire.receive(self.line)
            except TimeoutError as error:
                raise UnreadableFile("slow") from error
            except wire.TooMuch as error:
                raise UnreadableFile("output") from error
            except OSError as error:
                raise self._why(came) from error
            came += len(content)
            if came > task.output:
                raise UnreadableFile("output")
            if kind == wire.DONE:
                return
            if kind == wire.REFUSED:
                raise ReadingRefused(orjson.loads(content))
            if kind == wire.FAILED:
                raise _failed(orjson.loads(content))
            yield content if kind == wire.BYTES else orjson.loads(content)

    def _why(self, came: int) -> Exception:
        """It hung up. With 0 it had ended before, as nobody asked for long; else it died of the file."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_OVER)
        code = self.process.returncode
        if code == 0 and not came:
            return _Away()
        slow = code is not None and -code in (signal.SIGALRM, signal.SIGXCPU)
        return UnreadableFile("slow" if slow else "died")

    def end(self) -> None:
        """End the process; what it was doing is given up."""
        self.line.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def _failed(told: dict[str, Any]) -> UnreadableFile:
    log.info("file_not_read", **told)
    return UnreadableFile(told["why"] if told["why"] in ("memory", "failed") else "failed")


def _environment() -> dict[str, str]:
    """What a reader needs to find its code. None of the server's settings, least of all its key."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    paths = [str(_ROOT), *(path for path in sys.path if path)]
    return {**kept, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "MALLOC_ARENA_MAX": "1"}


class ReaderPool:
    """The readers of one kind of task in this process: some are free, some at work, the others not started yet."""

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.free: list[Reader] = []
        self.room = threading.Semaphore(most)
        self.lock = threading.Lock()
        self.waiting = 0

    def take(self, patience: float) -> Reader:
        """A reader for this call alone. Raises Busy where too many wait, or this one too long."""
        with self.lock:
            if self.waiting >= WAITING:
                raise Busy
            self.waiting += 1
        try:
            if not self.room.acquire(timeout=patience):
                raise Busy
        finally:
            with self.lock:
                self.waiting -= 1
        try:
            with self.lock:
                while self.free:
                    reader = self.free.pop()
                    if reader.process.poll() is None:
                        return reader
                    reader.end()
            return Reader(self.name)
        except (OSError, ValueError) as error:
            self.room.release()
            log.error("reader_not_started", lane=self.name, error=type(error).__name__)
            raise Busy from error
        except BaseException:
            self.room.release()
            raise

    def give(self, reader: Reader, *, well: bool) -> None:
        """Give a reader back; one that did not end its work well, or had its files, is ended."""
        if well and reader.files < FILES_EACH:
            with self.lock:
                self.free.append(reader)
        else:
            reader.end()
        self.room.release()

    def close(self) -> None:
        """End the readers that are free."""
        with self.lock:
            free, self.free = self.free, []
        for reader in free:
            reader.end()


_lanes = {name: ReaderPool(name, most) for name, most in READERS.items()}


def _forget() -> None:
    """After a fork: the readers are the parent's, and talking to them would mix up two conversations."""
    for lane in _lanes.values():
        for reader in lane.free:
            reader.line.close()
    _lanes.clear()
    _lanes.update({name: ReaderPool(name, most) for name, most in READERS.items()})


os.register_at_fork(after_in_child=_forget)


def read(
    task: ReadingTask, source: bytes | str | Path | BinaryIO, **given: Any
) -> Generator[Any, None, None]:
    """What a task finds in a file, piece by piece: JSON data, or bytes. Nothing has been read before the first.

    Raises Refused for what the task itself refuses, Unreadable for what kills the reader or passes its bounds, Busy
    where too many wait.
    """
    began = time.monotonic()
    with contextlib.closing(wire.as_file(source)) as file:
        for _ in range(3):
            try:
                yield from _once(_lanes[task.lane], task, file, given)
                return
            except _Away:
                continue
            except UnreadableFile as error:
                size, seconds = os.fstat(file.fileno()).st_size, round(time.monotonic() - began, 2)
                log.warning("unreadable_file", task=task.name, why=error.why, size=size, seconds=seconds)
                raise
    raise Busy


def _once(lane: ReaderPool, task: ReadingTask, file: BinaryIO, given: dict[str, Any]) -> Iterator[Any]:
    reader, well = lane.take(task.patience), False
    try:
        yield from reader.run(task, file, given)
        well = True
    except ReadingRefused:
        well = True
        raise
    except UnreadableFile as error:
        well = error.why == "failed"  # it said so itself, and is as well as before
        raise
    finally:
        lane.give(reader, well=well)


def close() -> None:
    """End all readers that are free, when the server goes down; the others end with their file."""
    for lane in _lanes.values():
        lane.close()
