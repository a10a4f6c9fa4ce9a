"""How long it takes to seal, verify and sweep a log: `python -m scripts.drills.sealing --lines 100000`.

On a SQLite database of its own, which is thrown away. Ends with 1 unless all lines were sealed, nothing was found, and
all were swept.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from models.administration.logs import retention
from models.administration.records import SignIn
from models.core import clock
from models.core.config import config, configure
from models.core.db.connection import close_database, database, in_transaction, migrate, open_database
from models.core.db.writes import insert_rows
from models.core.logs.sealing import Seal

PIECE = 2000


@click.command()
@click.option("--lines", default=100_000, show_default=True)
def main(lines: int) -> None:
    """Write so many sign-ins of an hour ago, and time what the sweeper does with them."""
    with tempfile.TemporaryDirectory() as folder:
        open_database(f"sqlite:///{Path(folder) / 'anban.db'}")
        migrate()
        before = config()
        try:
            _write(lines)
            sealed = _timed("sealed", _seal_all)
            with database.connection_context():
                faults = _timed("verified, faults", lambda: len(list(retention.verify_all())))
            configure(replace(before, log_days=0))
            swept = _timed("swept", retention.sweep_all)
        finally:
            configure(before)
            close_database()
    raise SystemExit(0 if (sealed, faults, swept) == (lines, 0, lines) else 1)


def _timed(what: str, work: Callable[[], int]) -> int:
    started = time.perf_counter()
    found = work()
    click.echo(f"{what}: {found} in {time.perf_counter() - started:.2f} s")
    return found


def _write(lines: int) -> None:
    at = clock.now() - timedelta(hours=1)
    for start in range(0, lines, PIECE):
        rows = [
            {"login": f"138{number:08d}", "door": "phone", "outcome": "ok", "address": "10.0.0.1", "device": "P30",
             "at": at, "account_id": number, "company_id": 1}
            for number in range(start, min(start + PIECE, lines))
        ]  # fmt: skip
        in_transaction(insert_rows, SignIn, rows)


def _seal_all() -> int:
    while retention.seal_all():
        pass
    with database.connection_context():
        return sum(seal.lines for seal in Seal.select())


if __name__ == "__main__":
    main()
