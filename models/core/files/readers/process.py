"""The reader: a process that waits for one file after the other and sends back what is in them.

Started by `models/core/files/readers/pool.py` as `python -m models.core.files.readers.process <lane>`, with one end of a socket as
standard input.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import traceback
from typing import Any, BinaryIO

import orjson

from models.core.files.readers import confinement, wire
from models.core.files.readers.reading_tasks import GROWN, IDLE, TASKS, ReadingTask
from models.core.files.readers.refusals import ReadingRefused

#: Text encodings that a file may name; Python loads them when they are first asked for, and then it is too late.
_ENCODINGS = (
    "ascii", "cp437", "cp1252", "latin_1", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32",
    "utf_32_le", "utf_32_be", "gbk", "gb18030", "gb2312", "big5", "idna",
)  # fmt: skip
_MODULES = ("_strptime", "linecache", "stringprep", "unicodedata", "zlib", "bz2", "lzma")


def main(lane: str) -> None:
    """Read files until nobody asks any more."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    line = socket.socket(fileno=os.dup(0))
    mine = {name: (task, task.load()) for name, task in TASKS.items() if task.lane == lane}
    for module in (*(f"encodings.{each}" for each in _ENCODINGS), *_MODULES):
        importlib.import_module(module)
    gc.freeze()
    confinement.remember()
    sealed = confinement.confine()
    wire.send(line, wire.READY, orjson.dumps({"sealed": sealed}))
    while (request := _next(line)) is not None:
        given, file = request
        task, run = mine[given["task"]]
        with file:
            _work(line, task, run, file, given["given"])
        gc.collect()
        if confinement.grown() > GROWN:
            return


def _next(line: socket.socket) -> tuple[dict[str, Any], BinaryIO] | None:
    line.settimeout(IDLE)
    try:
        return wire.asked(line)
    except TimeoutError:
        return None
    finally:
        line.settimeout(None)


def _work(line: socket.socket, task: ReadingTask, run: Any, file: BinaryIO, given: dict[str, Any]) -> None:
    confinement.bound(task.seconds, task.memory)
    try:
        for piece in run(file, **given):
            if isinstance(piece, bytes):
                wire.send(line, wire.BYTES, piece)
            else:
                wire.send(line, wire.JSON, orjson.dumps(piece))
    except ReadingRefused as refused:
        wire.send(line, wire.REFUSED, orjson.dumps(refused.told))
    except (ConnectionError, SystemExit, KeyboardInterrupt):
        raise
    # What a hostile file raises in a library is not to be foreseen; a panic of native code is no Exception.
    except BaseException as error:
        why = "memory" if isinstance(error, MemoryError) else "failed"
        where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in _frames(error)]
        wire.send(
            line, wire.FAILED, orjson.dumps({"why": why, "error": type(error).__name__, "where": where})
        )
    else:
        wire.send(line, wire.DONE)
    finally:
        confinement.unbound()


def _frames(error: BaseException) -> traceback.StackSummary:
    """Where it happened, without what stood there."""
    return traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except (ConnectionError, wire.Closed):
        # The server is gone, and with it who asked.
        sys.exit(0)
