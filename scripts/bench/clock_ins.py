"""Clock-ins a second: the product against the hand-written floor and against a handler that only does JSON."""

from __future__ import annotations

import contextlib
import itertools
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench import load, processes
from scripts.bench.house import House
from scripts.bench.load import Names, Run
from scripts.bench.processes import Served
from scripts.bench.world import World

#: More requests than any side answers in a second; what is left over is used by the next run.
_PREPARED_A_SECOND = 9_000


@dataclass
class Side:
    """One of the servers compared. `count` gives rows (clock-ins, outbox) of its database, if it has one."""

    name: str
    served: Served
    world: World
    names: Names
    count: Callable[[], tuple[int, int]] | None = None
    used: int = 0  # pairs of the world that were sent already

    @property
    def loops(self) -> bool:
        """Whether requests may be repeated, because nothing is kept."""
        return self.count is None


@dataclass(frozen=True)
class Measured:
    """One run of one side. CPU in milliseconds a request; `written` and `announced` are new rows."""

    side: str
    connections: int
    run: Run
    cpu_ms: float
    database_cpu_ms: float
    written: int | None = None
    announced: int | None = None

    @property
    def faults(self) -> list[str]:
        """What is wrong with the run, in words; empty if every answer is a row and every row an answer."""
        run = self.run
        wrong = {"refused": run.refused, "broken": run.broken, "timed out": run.timeouts}
        found = [f"{number} {what}" for what, number in wrong.items() if number]
        if run.exhausted:
            found.append("the load client ran out of requests")
        if run.answered != run.sent:
            found.append(f"{run.sent - run.answered} without an answer")
        if self.written is not None and self.written != run.answered:
            found.append(f"{run.answered} answers, {self.written} rows")
        if self.announced is not None and self.announced != self.written:
            found.append(f"{self.written} rows, {self.announced} in the outbox")
        return found


@dataclass
class Comparison:
    """All runs of one number of connections, in the order in which they were made."""

    connections: int
    runs: list[Measured] = field(default_factory=list)

    def of(self, side: str) -> list[Measured]:
        """The runs of a side."""
        return [item for item in self.runs if item.side == side]

    def ratio(self, side: str, to: str) -> float:
        """The median over the rounds of the side's rate by the other's rate in the same round."""
        pairs = zip(self.of(side), self.of(to), strict=True)
        return statistics.median(one.run.rate / other.run.rate for one, other in pairs)

    def median(self, side: str, what: Callable[[Measured], float]) -> float:
        """The median of a figure of the side."""
        return statistics.median(map(what, self.of(side)))


@contextlib.contextmanager
def sides(house: House) -> Iterator[dict[str, Side]]:
    """All three servers up and warm."""
    with contextlib.ExitStack() as stack:
        floor = stack.enter_context(
            processes.floor("clockin_floor", house.home, "--database", house.floor_url)
        )
        bare = stack.enter_context(processes.floor("json_floor", house.home))
        served = stack.enter_context(processes.product(house.home, house.settings, house.port))
        yield {
            "floor": Side("floor", floor, house.world, house.floor_names, lambda: _floor_rows(house)),
            "product": Side("product", served, house.world, house.names, lambda: _product_rows(house)),
            "json": Side("json", bare, house.world, house.names),
        }


@contextlib.contextmanager
def product_with_relay(house: House, *, used: int) -> Iterator[Side]:
    """The product alone, with a relay that takes its news away; `used` pairs were sent before."""
    with (
        processes.product(house.home, house.settings, house.port) as served,
        processes.relay(house.home, house.settings) as relay,
    ):
        both = Served(served.port, (*served.pids, relay))
        yield Side("product", both, house.world, house.names, lambda: _product_rows(house), used)


@contextlib.contextmanager
def floor_on_uvloop(house: House, *, used: int) -> Iterator[Side]:
    """The hand-written floor alone, on the loop that the product has; `used` pairs were sent before."""
    with processes.floor("clockin_floor", house.home, "--database", house.floor_url, "--uvloop") as served:
        yield Side("floor", served, house.world, house.floor_names, lambda: _floor_rows(house), used)


def _floor_rows(house: House) -> tuple[int, int]:
    return _one_row(house, "floor", "SELECT COUNT(*), 0 FROM floor_clock_in")


def _product_rows(house: House) -> tuple[int, int]:
    # News counts only with its record, and a record twice if it was announced twice.
    return _one_row(
        house,
        "anban",
        "SELECT (SELECT COUNT(*) FROM clock_in), (SELECT COUNT(*) FROM outbox o"
        " JOIN clock_in c ON c.id = o.subject_id WHERE o.kind = 'clock_in.created')",
    )


def _one_row(house: House, database: str, sql: str) -> tuple[int, int]:
    connection = house.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            records, news = cursor.fetchone()
            return int(records), int(news)
    finally:
        connection.close()


def compare(
    house: House,
    all_sides: dict[str, Side],
    connections: int,
    *,
    rounds: int,
    seconds: float,
    told: Callable[[Measured], None] = lambda _: None,
) -> Comparison:
    """Run the sides in turns, every second round in the opposite order."""
    result = Comparison(connections)
    order = list(all_sides.values())
    for number in range(rounds):
        for side in order if number % 2 == 0 else reversed(order):
            result.runs.append(measure(house, side, connections, seconds))
            told(result.runs[-1])
    return result


def warm_up(house: House, all_sides: dict[str, Side]) -> None:
    """Let every side fill its caches and open its connections; not counted."""
    for side in all_sides.values():
        measure(house, side, 64, 2)


_run_numbers = itertools.count()


def measure(house: House, side: Side, connections: int, seconds: float) -> Measured:
    """One run of one side, its rows counted before and after."""
    wanted = int((seconds if not side.loops else 1) * _PREPARED_A_SECOND)
    wanted = min(wanted, house.world.pairs - side.used)
    prepared = load.write(
        house.home / "requests",
        load.requests(house.world, side.names, side.used, wanted, f"r{next(_run_numbers)}-{id(side):x}"),
    )
    before = side.count() if side.count else (0, 0)
    cpu, database_cpu = processes.cpu_seconds(side.served.pids), processes.cpu_seconds((house.server.pid,))
    run = load.wrk(side.served.port, prepared, connections=connections, seconds=seconds, loop=side.loops)
    cpu = processes.cpu_seconds(side.served.pids) - cpu
    database_cpu = processes.cpu_seconds((house.server.pid,)) - database_cpu
    after = side.count() if side.count else (0, 0)
    _remove(prepared)
    if not side.loops:
        side.used += run.sent
    each = 1000 / max(run.sent, 1)
    written = after[0] - before[0] if side.count else None
    announced = after[1] - before[1] if side.name == "product" else None
    return Measured(side.name, connections, run, cpu * each, database_cpu * each, written, announced)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
