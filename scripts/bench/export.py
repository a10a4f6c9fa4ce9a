"""Export of 100,000 rows of 上岗日志, database and all, against bare openpyxl writing the same cells.

Each side runs in a process of its own, in turns, so that memory is its own and both meet the same machine.
The floor has its cells in a file of one row after the other, and its clock runs only while it writes.
"""

from __future__ import annotations

import json
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.bench.processes import ROOT, peak_megabytes

ROWS, FEW = 100_000, 10_000
#: Twelve, those of the record and such as are worked out of other rows.
COLUMNS = (
    *("day", "scanned_at", "person_name", "equipment_name", "code", "certificate_number", "late", "company"),
    *("received_at", "site", "type", "equipment"),
)


@dataclass(frozen=True)
class Exported:
    """Seconds of the median round, of the clock and of its own processor time, and the most memory (MB) of a round, of both
    sides; `began_memory` is the program's before it exports, `few_memory` that after the first `FEW` rows.
    """

    rows: int
    bare_seconds: float
    ours_seconds: float
    bare_cpu: float
    ours_cpu: float
    bare_memory: float
    ours_memory: float
    few_memory: float
    began_memory: float


def compare(url: str, token: str, home: Path, *, rounds: int = 3) -> Exported:
    """Export what the signed-in `token` sees in the database at `url`, in turns with the floor."""
    told: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for side, found in told.items():
            command = [sys.executable, "-m", "scripts.bench.export", side, str(home), url, token]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            found.append(json.loads(done.stdout))
    seconds = {side: statistics.median(item["seconds"] for item in found) for side, found in told.items()}
    cpu = {side: statistics.median(item["cpu"] for item in found) for side, found in told.items()}
    memory = {side: max(item["memory"] for item in found) for side, found in told.items()}
    few, began = (max(item[when] for item in told["ours"]) for when in ("few", "began"))
    rows = int(told["ours"][0]["rows"])
    return Exported(
        rows,
        seconds["bare"],
        seconds["ours"],
        cpu["bare"],
        cpu["ours"],
        memory["bare"],
        memory["ours"],
        few,
        began,
    )


def ours(home: Path, url: str, token: str) -> dict[str, float]:
    """The product's own export; keeps its cells for the floor."""
    from models.administration.accounts.actors import arrive
    from models.core.config import Config, configure
    from models.core.db.connection import open_database
    from models.core.excel.export import checked_columns, export
    from models.core.ledger.reading.query import ListQuery
    from models.duty.ledgers import CLOCK_INS

    configure(Config(data_dir=home))
    open_database(url, max_connections=4)
    actor, target = arrive(token, "console"), home / "ours.xlsx"
    query = ListQuery.parse(CLOCK_INS, q="", filters={}, sort="")
    began, started = peak_megabytes(_own()), time.perf_counter()
    columns, first, used = checked_columns(CLOCK_INS, COLUMNS), [0.0], time.process_time()

    def progress(done: int, _total: int) -> None:
        if done >= FEW and not first[0]:
            first[0] = peak_megabytes(_own())

    rows = export(actor, CLOCK_INS, query, columns, target, progress)
    seconds, used, memory = time.perf_counter() - started, time.process_time() - used, peak_megabytes(_own())
    _keep(target, home / "cells")
    return {"seconds": seconds, "cpu": used, "memory": memory, "few": first[0], "began": began, "rows": rows}


def bare(home: Path) -> dict[str, float]:
    """The floor: openpyxl's write-only mode, nothing else."""
    from openpyxl import Workbook

    started, reading, used = time.perf_counter(), 0.0, time.process_time()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("上岗日志")
    cells = _kept(home / "cells")
    while True:
        asked, spent = time.perf_counter(), time.process_time()
        row = next(cells, None)
        reading += time.perf_counter() - asked
        used += time.process_time() - spent
        if row is None:
            break
        sheet.append(row)
    book.save(home / "bare.xlsx")
    seconds, used = time.perf_counter() - started - reading, time.process_time() - used
    return {"seconds": seconds, "cpu": used, "memory": peak_megabytes(_own()), "few": 0.0, "began": 0.0}


def _keep(workbook: Path, target: Path) -> None:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0)
    with target.open("wb") as file:
        for row in sheet.to_python():
            pickle.dump(row, file)


def _kept(source: Path) -> Iterator[list[Any]]:
    with source.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


def _own() -> int:
    import os

    return os.getpid()


if __name__ == "__main__":
    side, folder, *rest = sys.argv[1:]
    print(json.dumps(ours(Path(folder), *rest) if side == "ours" else bare(Path(folder))))
