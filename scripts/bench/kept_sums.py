"""What kept sums cost the gate, and what they make of a statistic (I01).

`python -m scripts.bench.kept_sums [--rows 3000000] [--rounds 7]`: the rule that clocks in, batches in turns with and without
sums (in one process, so that nothing else is in the figure), on a durable MariaDB; then the statistic of clock-ins over a
tenth of the rows and over all of them, from kept sums, for a whole year by month and by site.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from unittest.mock import patch

import click
from rich.console import Console

from models.core import clock
from models.core.db.connection import close_database, database, in_transaction, open_database
from models.core.security import crypto
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import kept_sums
from models.core.views.statistic import AskedStatistic, statistic
from models.duty.gate import Passed, Scan, clock_in
from models.duty.records import READ_CLOCK_INS
from models.duty.sums import CLOCK_IN_SUMS
from models.duty.views import CLOCK_IN_STATISTIC
from models.organization.records import Company
from scripts.bench import paging, report
from scripts.bench.house import House, house
from scripts.bench.report import Line
from scripts.bench.world import World

BATCH = 256
ROWS, BATCHES = 3_000_000, 20
COST, GROWTH = 0.8, 1.5
out = Console()


@click.command(help=__doc__)
@click.option("--rows", default=ROWS, show_default=True, help="Clock-ins of the larger statistic.")
@click.option("--rounds", default=7, show_default=True, help="Rounds of each comparison.")
@click.option("--batches", default=BATCHES, show_default=True, help="Batches of a round.")
def main(rows: int, rounds: int, batches: int) -> None:
    """Measure, and end with 1 if a goal is missed."""
    with house(World()) as standing:
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


def page_lines(standing: House, rows: int, rounds: int) -> list[Line]:
    """A statistic over all rows against a tenth of them, in milliseconds."""
    asked = {
        "by month": AskedStatistic("day", "month"),
        "by site": AskedStatistic("site"),
        "by kind of equipment": AskedStatistic("type"),
    }
    few = _timed(standing, rows // 10, "book_tenth", asked, rounds)
    many = _timed(standing, rows, "book_whole", asked, rounds)
    return [
        Line(
            f"statistic of a year {name}, {rows:,} clock-ins against {rows // 10:,}", f"{few[name]:.1f} ms",
            f"{many[name]:.1f} ms", f"{many[name] / few[name]:.2f}", f"≤ {GROWTH}", many[name] <= GROWTH * few[name],
        )
        for name in asked
    ]  # fmt: skip


def _timed(
    standing: House, rows: int, name: str, asked: dict[str, AskedStatistic], rounds: int
) -> dict[str, float]:
    book = paging.make_book(standing, rows, name)
    close_database()
    open_database(book.url)
    try:
        with database.connection_context():
            _of_their_equipment()
            in_transaction(kept_sums.recount, CLOCK_IN_SUMS)
            while kept_sums.fold(5000):
                pass
            database.execute_sql("ANALYZE TABLE kept_sum").fetchall()
            return {each: _median(question, rounds) for each, question in asked.items()}
    finally:
        close_database()
        open_database(standing.settings["ANBAN_DATABASE_URL"])


def _of_their_equipment() -> None:
    database.execute_sql(
        "UPDATE clock_in c JOIN equipment e ON e.id = c.equipment_id SET c.site_id = e.site_id, c.type_id = e.type_id"
    )


def _median(asked: AskedStatistic, rounds: int) -> float:
    units: Sequence[int] = [row.id for row in Company.select().where(Company.kind == "company")]
    actor = Actor(1, "压测安全员", units[0], {READ_CLOCK_INS: Scope.GROUP}, group_companies=tuple(units))
    last = clock.today()
    year = {"from": (last - timedelta(days=365)).isoformat(), "to": last.isoformat()}
    question = AskedStatistic(asked.by, asked.step, filters={"day": year})
    times = []
    for _ in range(rounds + 3):
        started = time.perf_counter()
        in_transaction(statistic, actor, CLOCK_IN_STATISTIC, question, write=False)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[3:])


if __name__ == "__main__":
    main()
