"""What readers can do, and within which bounds. Nothing that a file says of itself raises one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadingTask:
    """One kind of reading: a function `run(file, **given)` whose pieces (JSON or bytes) are sent back one by one.

    `lane` names the readers that do it: a long import must not keep photos waiting. `seconds` bounds CPU and wall
    time, `memory` what the reader may take beside what it has at its start, `output` what may come back, in bytes.
    `patience` is how many seconds a call waits for a reader that is free.
    """

    name: str
    lane: str
    module: str
    function: str
    seconds: int
    memory: int
    output: int
    patience: float

    def load(self) -> Any:
        """The function; in the reader alone, as it brings the libraries with it."""
        return getattr(import_module(self.module), self.function)


#: 100,000 rows of 6 columns take 2 s; three million cells, which is as many as are read, 15 s on a busy machine.
SHEET = ReadingTask(
    "sheet", "sheets", "models.core.excel.reading.pieces", "sheet_pieces",
    seconds=60, memory=640 * MIB, output=256 * MIB, patience=120.0,
)  # fmt: skip
#: A photo of 12 megapixels takes 0.4 s and 190 MB; the largest that are let in, of each kind, up to 4 s and 560 MB.
FILE = ReadingTask(
    "file", "files", "models.core.files.readers.content_types", "examine",
    seconds=20, memory=512 * MIB, output=96 * MIB, patience=20.0,
)  # fmt: skip
#: A picture that was kept before its derivatives were.
DERIVED = ReadingTask(
    "derived", "files", "models.core.files.readers.content_types", "derive",
    seconds=20, memory=512 * MIB, output=96 * MIB, patience=20.0,
)  # fmt: skip

TASKS = {task.name: task for task in (SHEET, FILE, DERIVED)}
#: How many readers of a lane one process has at most; each takes at most its task's memory.
READERS = {"sheets": 2, "files": 2}
#: How many may wait in a lane. They hold their files in memory, and a thread each.
WAITING = 24
#: A reader is replaced after so many files, or when it has grown: what a library leaks ends with it.
FILES_EACH = 500
GROWN = 200 * MIB
#: A reader that was not asked for so long ends by itself, in seconds.
IDLE = 300.0
