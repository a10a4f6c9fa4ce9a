"""What kept sums cost the gate, and what they make of a statistic (I01).

`python -m scripts.bench.kept_sums [--rows 3000000] [--rounds 7]`: the rule that clocks in, batches in turns with and without
sums (in one process, so that nothing else is in the figure), on a durable MariaDB; then the statistics of clock-ins and of a tenth
as many hazards over a tenth of the rows and over all of them, for a whole year, by each thing that they are grouped by, with
filters, and by day as the page opens. With `--pages` only these.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import click
from rich.console import Console

from models.core import clock
from models.core.db.connection import close_database, database, in_transaction, open_database
from models.core.security import crypto
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import Statistic, kept_sums
from models.core.views.statistic import AskedStatistic, statistic
from models.duty.gate import Passed, Scan, clock_in
from models.duty.records import READ_CLOCK_INS
from models.duty.views import CLOCK_IN_STATISTIC
from models.hazards.records import READ_HAZARDS
from models.hazards.views import HAZARD_STATISTIC
from models.organization.records import Company
from scripts.bench import paging, report
from scripts.bench.house import House, house
from scripts.bench.product import hazards
from scripts.bench.report import Line
from scripts.bench.world import World

BATCH = 256
ROWS, BATCHES = 3_000_000, 20
COST, GROWTH = 0.8, 1.5
#: Who works in the books: each at one site of a company, on nine machines of one kind there.
WORLD = World(persons=960, equipment=540, companies=4)
AMONG = WORLD.groups * hazards.SITES
out = Console()


@click.command(help=__doc__)
@click.option("--rows", default=ROWS, show_default=True, help="Clock-ins of the larger statistic.")
@click.option("--rounds", default=7, show_default=True, help="Rounds of each comparison.")
@click.option("--batches", default=BATCHES, show_default=True, help="Batches of a round.")
@click.option("--pages", is_flag=True, help="Only the pages.")
@click.option(
    "--quiet", default="", help="A file that is there while pages are asked for, so that others wait."
)
def main(rows: int, rounds: int, batches: int, pages: bool, quiet: str) -> None:
    """Measure, and end with 1 if a goal is missed."""
    with house(World()) as standing:
        if pages:
            found = page_lines(standing, rows, rounds, quiet)
        else:
            found = lines(standing, rows=rows, rounds=rounds, batches=batches)
    report.show(out, found, [])
    sys.exit(0 if all(line.reached for line in found) else 1)


def lines(standing: House, *, rows: int = ROWS, rounds: int, batches: int = BATCHES) -> list[Line]:
    """Both figures, in a house that stands."""
    return [gate_line(standing, rounds, batches), *page_lines(standing, rows, rounds)]


def gate_line(standing: House, rounds: int, batches: int) -> Line:
    """Clock-ins a second with kept sums against without, in turns."""
    walk = standing.world.walk(0, 2 * (rounds + 1) * batches * BATCH)
    with_sums, without = [], []
    for _ in range(rounds + 1):
        with_sums.append(_clocked(standing, walk, batches))
        with patch.object(kept_sums, "add", lambda *_: None):
            without.append(_clocked(standing, walk, batches))
    ratio = statistics.median(on / off for on, off in zip(with_sums[1:], without[1:], strict=True))
    on, off = statistics.median(with_sums[1:]), statistics.median(without[1:])
    return Line(
        f"clock-ins a second by the rule, {BATCH} in a batch: kept sums on ÷ off", f"{off:,.0f}", f"{on:,.0f}",
        f"{ratio:.2f}", f"≥ {COST}", ratio >= COST, {"on": with_sums, "off": without},
    )  # fmt: skip


def _clocked(standing: House, walk: Iterator[tuple[int, int]], batches: int) -> float:
    lots = [[_scan(standing, *next(walk)) for _ in range(BATCH)] for _ in range(batches)]
    with database.connection_context():
        started = time.perf_counter()
        for lot in lots:
            outcomes = in_transaction(clock_in, lot)
            if not all(isinstance(one, Passed) and one.created for one in outcomes):
                raise RuntimeError(
                    f"not clocked in: {next(one for one in outcomes if not isinstance(one, Passed))!r}"
                )
        return batches * BATCH / (time.perf_counter() - started)


def _scan(standing: House, person: int, equipment: int) -> Scan:
    names, now = standing.names, clock.now()
    unit = int(names.unit(standing.world.company_of(person)))
    token = crypto.hash_token(names.token(person))
    key = f"{person}-{equipment}"
    return Scan(token_hash=token, key=key, qr=names.qr(equipment), unit=unit, scanned_at=now, received_at=now)


_CLOCK_INS: dict[str, AskedStatistic] = {
    "by month": AskedStatistic("day", "month"),
    "by day": AskedStatistic("day", "day"),
    "by site": AskedStatistic("site"),
    "by kind of equipment": AskedStatistic("type"),
    "by company": AskedStatistic("company"),
    "by person": AskedStatistic("person"),
    "by equipment": AskedStatistic("equipment"),
    "late ones by site": AskedStatistic("site", filters={"late": ["true"]}),
    "late ones by person": AskedStatistic("person", filters={"late": ["true"]}),
}
_HAZARDS: dict[str, AskedStatistic] = {
    "by month": AskedStatistic("reported_at", "month"),
    "by day": AskedStatistic("reported_at", "day"),
    "by level": AskedStatistic("level"),
    "by state": AskedStatistic("state"),
    "by site": AskedStatistic("site"),
    "by origin": AskedStatistic("origin"),
    "by company, with the rate": AskedStatistic("company"),
    "by rectifier": AskedStatistic("rectifier"),
    "by reporter": AskedStatistic("reporter"),
    "major ones by site": AskedStatistic("site", filters={"level": ["major"]}),
    "overdue ones by company": AskedStatistic("company", filters={"overdue": ["true"]}),
}
Question = tuple[Statistic, AskedStatistic]


def page_lines(standing: House, rows: int, rounds: int, quiet: str = "") -> list[Line]:
    """Statistics over all rows against a tenth of them, in milliseconds."""
    asked: dict[str, Question] = {
        **{f"clock-ins {name}": (CLOCK_IN_STATISTIC, one) for name, one in _CLOCK_INS.items()},
        **{f"hazards {name}": (HAZARD_STATISTIC, one) for name, one in _HAZARDS.items()},
    }
    books = [_book(standing, rows // 10, "book_tenth"), _book(standing, rows, "book_whole")]
    with _others_wait(quiet):
        few, many = (_timed(standing, book, asked, rounds) for book in books)
    return [
        Line(
            f"{name} of a year, {rows:,} clock-ins and {rows // 10:,} hazards against a tenth", f"{few[name]:.1f} ms",
            f"{many[name]:.1f} ms", f"{many[name] / few[name]:.2f}", f"≤ {GROWTH}", many[name] <= GROWTH * few[name],
        )
        for name in asked
    ]  # fmt: skip


@contextlib.contextmanager
def _others_wait(file: str) -> Iterator[None]:
    if file:
        Path(file).touch()
    try:
        yield
    finally:
        if file:
            Path(file).unlink(missing_ok=True)


def _book(standing: House, rows: int, name: str) -> paging.Book:
    """A database with so many clock-ins and a tenth as many hazards, summed up."""
    book = paging.make_book(standing, rows, name, world=WORLD, among=AMONG, planted=hazards.plant_sites)
    with _opened(standing, book):
        hazards.plant_hazards(rows // 10)
        in_transaction(kept_sums.recount_all)
        database.execute_sql("ANALYZE TABLE kept_sum").fetchall()
    return book


@contextlib.contextmanager
def _opened(standing: House, book: paging.Book) -> Iterator[None]:
    close_database()
    open_database(book.url)
    try:
        with database.connection_context():
            yield
    finally:
        close_database()
        open_database(standing.settings["ANBAN_DATABASE_URL"])


def _timed(standing: House, book: paging.Book, asked: dict[str, Question], rounds: int) -> dict[str, float]:
    with _opened(standing, book):
        return {name: _median(*question, rounds) for name, question in asked.items()}


def _median(view: Statistic, asked: AskedStatistic, rounds: int) -> float:
    units: Sequence[int] = [row.id for row in Company.select().where(Company.kind == "company")]
    rights = {READ_CLOCK_INS: Scope.GROUP, READ_HAZARDS: Scope.GROUP}
    actor = Actor(1, "压测安全员", units[0], rights, group_companies=tuple(units))
    last = clock.today()
    year = {"from": (last - timedelta(days=365)).isoformat(), "to": last.isoformat()}
    question = AskedStatistic(asked.by, asked.step, filters={view.time: year, **asked.filters})
    times = []
    for _ in range(rounds + 3):
        started = time.perf_counter()
        in_transaction(statistic, actor, view, question, write=False)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[3:])


if __name__ == "__main__":
    main()
