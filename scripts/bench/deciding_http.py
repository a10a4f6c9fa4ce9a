"""Tasks decided a second over HTTP: two processes of the product at the phone's door, and two of bare Tornado that
carry out the same reads and writes as hand-written SQL, in turns, in one book with many past tasks.

Half of the requests decide a first step (the next one opens), half a last step (the case ends). Each side has cases of
its own, of the same people; afterwards the rows of each must be what its answers said.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from models.core.db.connection import database
from models.tasks.records import Case
from scripts.bench import load, processes, tasks_seed
from scripts.bench.clock_ins import Comparison, Measured
from scripts.bench.deciding import WORLD, Book, opened
from scripts.bench.house import House
from scripts.bench.processes import Served

CONNECTIONS = 16
_A_SECOND = 500  # more decisions of one step than any side makes in a second
_FIRST = {"floor": 4_000_000, "product": 5_000_000}  # the numbers of each side's cases
_BODY = json.dumps({"outcome": "agree", "comment": "同意"}).encode()

_WAITING = """SELECT t.id, s.case_id FROM task t JOIN case_step s ON s.id = t.step_id
 WHERE s.case_id BETWEEN %s AND %s AND s.`key` = %s AND t.state = 'open' ORDER BY s.case_id LIMIT %s"""
# What is seeded in the trail has no account.
_ROWS = """SELECT
 (SELECT COUNT(*) FROM task t JOIN case_step s ON s.id = t.step_id
   WHERE s.case_id BETWEEN {low} AND {high} AND t.state = 'done' AND t.outcome = 'agree'),
 (SELECT COUNT(*) FROM outbox WHERE kind = 'step.closed' AND subject_id BETWEEN {low} AND {high}),
 (SELECT COUNT(*) FROM case_event WHERE case_id BETWEEN {low} AND {high} AND act = 'decided' AND account_id IS NOT NULL),
 (SELECT COUNT(DISTINCT task_id) FROM case_event WHERE case_id BETWEEN {low} AND {high} AND act = 'decided' AND account_id IS NOT NULL),
 (SELECT COUNT(*) FROM case_step WHERE case_id BETWEEN {low} AND {high} AND `key` = 'approve' AND state = 'done'),
 (SELECT COUNT(*) FROM flow_case WHERE id BETWEEN {low} AND {high} AND state = 'approved'),
 (SELECT COUNT(*) FROM case_event WHERE case_id BETWEEN {low} AND {high} AND act = 'ended')"""


@dataclass
class Side:
    """One of the two servers, with the range of cases that it decides."""

    name: str
    served: Served
    low: int
    high: int


@dataclass
class OverHttp:
    """The comparison of both sides, the product with a relay beside it, and what was not as it must be."""

    compared: Comparison = field(default_factory=lambda: Comparison(CONNECTIONS))
    with_relay: list[Measured] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Of all runs, in words; empty if every answer is a task done, and every task done once."""
        return [
            *self.wrong,
            *(fault for run in (*self.compared.runs, *self.with_relay) for fault in run.faults),
        ]


def measure(
    house: House,
    book: Book,
    *,
    rounds: int,
    seconds: float,
    told: Callable[[Measured], None] = lambda _: None,
) -> OverHttp:
    """Both sides in turns, every second round in the opposite order; then the product with a relay."""
    result, count = OverHttp(), int(_A_SECOND * seconds * (rounds + 5))
    with opened(house, book):
        _fill(count)
        settings = {**house.settings, "ANBAN_DATABASE_URL": book.url}
        with ExitStack() as stack:
            served = {
                "floor": stack.enter_context(
                    processes.floor("deciding_floor", house.home, "--database", book.url.split("?")[0])
                ),
                "product": stack.enter_context(processes.product(house.home, settings, house.port)),
            }
            sides = [Side(name, on, _FIRST[name], _FIRST[name] + count - 1) for name, on in served.items()]
            for number in range(rounds + 1):
                for side in sides if number % 2 else reversed(sides):
                    run = _run(house, side, seconds, result.wrong)
                    told(run)
                    if number:  # the first round warms both up, and leaves last steps to be decided
                        result.compared.runs.append(run)
            relay = stack.enter_context(processes.relay(house.home, settings))
            ours = sides[1]
            ours.served = Served(ours.served.port, (*ours.served.pids, relay))
            for _ in range(min(rounds, 3)):
                result.with_relay.append(_run(house, ours, seconds, result.wrong))
                told(result.with_relay[-1])
    return result


def _fill(count: int) -> None:
    with database.connection_context():
        flow = int(Case.select(Case.flow_version).where(Case.id == 1).scalar())
    for first in _FIRST.values():
        tasks_seed.fill(first, count, flow=flow, persons=range(WORLD.persons), over=False)
    tasks_seed.analyze()


def _run(house: House, side: Side, seconds: float, wrong: list[str]) -> Measured:
    """One run of one side, with its rows counted before and after; adds to `wrong` what they do not agree in."""
    prepared = load.write(house.home / "decisions", _requests(side, int(_A_SECOND * seconds)))
    before = _rows(side)
    cpu, database_cpu = processes.cpu_seconds(side.served.pids), processes.cpu_seconds((house.server.pid,))
    run = load.wrk(side.served.port, prepared, connections=CONNECTIONS, seconds=seconds)
    cpu = processes.cpu_seconds(side.served.pids) - cpu
    database_cpu = processes.cpu_seconds((house.server.pid,)) - database_cpu
    after = _rows(side)
    prepared.unlink()
    done, news, told, told_once, last, over, ended = (b - a for a, b in zip(before, after, strict=True))
    if not done == told == told_once:
        wrong.append(
            f"{side.name}: {done} tasks done, {told} told of in the trail, {told_once} different ones"
        )
    if not last == over == ended:
        wrong.append(f"{side.name}: {last} last steps done, {over} cases over, {ended} ends in the trail")
    each = 1000 / max(run.sent, 1)
    return Measured(side.name, CONNECTIONS, run, cpu * each, database_cpu * each, done, news)


def _requests(side: Side, count: int) -> Iterator[bytes]:
    """First and last steps that wait, in turns; after the last ones more of the first."""
    waiting = (_waiting(side, key, most) for key, most in (("check", 2 * count), ("approve", count)))
    for task, case in itertools.chain.from_iterable(itertools.zip_longest(*waiting, fillvalue=(0, 0))):
        if task:
            yield load.post(f"/api/mp/v1/tasks/{task}/decide", WORLD.token(case % WORLD.persons), _BODY)


def _waiting(side: Side, step: str, most: int) -> list[tuple[int, int]]:
    with database.connection_context():
        return list(database.execute_sql(_WAITING, (side.low, side.high, step, most)).fetchall())


def _rows(side: Side) -> tuple[int, ...]:
    with database.connection_context():
        found = database.execute_sql(_ROWS.format(low=side.low, high=side.high)).fetchone()
    return tuple(int(number) for number in found)
