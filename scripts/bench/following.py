"""What the gate pays for those who listen (Q09, I01): clock-ins a second with relay, followers and kept sums, against none.

`python -m scripts.bench.following [--rounds 5] [--seconds 8] [--connections 64]`: two databases on a durable MariaDB with the
same world. In one every tenth piece of equipment is followed by an officer of its unit, the relay tells them, and sums are
kept; in the other nobody follows, no relay runs, and no sum is kept. Both in turns, over HTTP, two processes each.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import click
from rich.console import Console

from models.administration.records import Account
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign
from models.core.db.connection import close_database, in_transaction, migrate, open_database
from models.core.security import crypto
from models.equipment.records import Equipment
from models.installation import install_standards
from models.organization.records import Binding, Company, Person
from models.tasks.records import Follow
from scripts.bench import clock_ins, processes, report
from scripts.bench.clock_ins import Comparison, Measured, Side
from scripts.bench.house import House, house
from scripts.bench.processes import Served
from scripts.bench.product.seed import id_number, seed
from scripts.bench.report import Line
from scripts.bench.world import World
from scripts.services.process import free_port

GOAL = 0.8
EACH = 10  # one in so many is followed
ON, OFF = "listened to", "unheard"
_PATIENCE = 120.0  # seconds
out = Console()


@click.command(help=__doc__)
@click.option("--rounds", default=5, show_default=True, help="Rounds, each with one run of both.")
@click.option("--seconds", default=8.0, show_default=True, help="Length of a run.")
@click.option("--connections", default=64, show_default=True, help="Connections of the load client.")
def main(rounds: int, seconds: float, connections: int) -> None:
    """Measure, and end with 1 if the goal is missed."""
    with house(World()) as standing:
        line = measure(standing, rounds=rounds, seconds=seconds, connections=connections)
    report.show(out, [line], [])
    sys.exit(0 if line.reached else 1)


def measure(standing: House, *, rounds: int, seconds: float, connections: int) -> Line:
    """The median over the rounds of one rate by the other; a fault of any run misses the goal."""
    silent = replace(
        standing,
        settings={**standing.settings, "ANBAN_DATABASE_URL": _planted(standing, "unheard")},
        port=free_port(),
    )
    in_transaction(_follow)
    with ExitStack() as stack:
        served = stack.enter_context(processes.product(standing.home, standing.settings, standing.port))
        bare = stack.enter_context(
            processes.product(
                silent.home, silent.settings, silent.port, module="scripts.bench.product.without_sums"
            )
        )
        on = Side(ON, served, standing.world, standing.names, lambda: _rows(standing, "anban"))
        off = Side(OFF, bare, standing.world, standing.names, lambda: _rows(standing, "unheard"))
        for side in (on, off):
            clock_ins.measure(standing, side, connections, 2)
        found = Comparison(connections)
        for number in range(rounds):
            for side in (on, off) if number % 2 == 0 else (off, on):
                with _relay(standing, side) as listening:
                    found.runs.append(clock_ins.measure(standing, listening, connections, seconds))
                    side.used = listening.used
                _tell(standing, found.runs[-1])
    return _line(standing, found)


def _tell(standing: House, one: Measured) -> None:
    waiting = (
        _number(standing, "anban", "SELECT COUNT(*) FROM outbox WHERE state < 2") if one.side == ON else 0
    )
    out.print(
        f"{one.side:12} {one.run.rate:7,.0f}/s  CPU a clock-in: servers and relay {one.cpu_ms:.3f} ms, database"
        f" {one.database_cpu_ms:.3f} ms, client {1000 * one.run.cpu / max(one.run.sent, 1):.3f} ms;"
        f" {waiting:,} of the news wait  {'; '.join(one.faults)}",
        highlight=False,
    )


def _line(standing: House, found: Comparison) -> Line:
    ratio = found.ratio(ON, OFF)
    faults = [fault for run in found.runs for fault in run.faults]
    told = _number(standing, "anban", "SELECT COUNT(*) FROM message WHERE kind = 'clock_in.created'")
    sums = _number(standing, "unheard", "SELECT COUNT(*) FROM kept_sum")
    rates = [f"{found.median(side, lambda item: item.run.rate):,.0f}" for side in (OFF, ON)]
    wrong = faults + (["nobody was told"] if not told else []) + (["sums were kept"] if sums else [])
    cpu = [_cpu(found, side) for side in (OFF, ON)]
    out.print(
        f"CPU of all processes a clock-in: {cpu[0]:.3f} ms unheard, {cpu[1]:.3f} ms listened to: {cpu[0] / cpu[1]:.2f}",
        highlight=False,
    )
    return Line(
        f"clock-ins a second, {found.connections} connections: relay, followers of one in {EACH} ({told:,} told so far)"
        f" and kept sums ÷ none of them{'; ' + '; '.join(wrong) if wrong else ''}",
        rates[0], rates[1], f"{ratio:.2f}", f"≥ {GOAL}", ratio >= GOAL and not wrong,
    )  # fmt: skip


def _cpu(found: Comparison, side: str) -> float:
    """Milliseconds of processor a clock-in, of servers, relay, database and client: what bounds the rate on busy cores."""
    return found.median(
        side, lambda item: item.cpu_ms + item.database_cpu_ms + 1000 * item.run.cpu / max(item.run.sent, 1)
    )


@contextmanager
def _relay(standing: House, side: Side) -> Iterator[Side]:
    """The side as it is measured: the one that is listened to with a relay beside it, whose CPU counts. It has begun, and
    has told what waited, before the clock runs: what is asked is what listening costs, not what starting a process does.
    """
    if side.name != ON:
        yield side
        return
    with processes.relay(standing.home, standing.settings) as relay:
        until = time.monotonic() + _PATIENCE
        while _number(standing, "anban", "SELECT COUNT(*) FROM outbox WHERE state = 0"):
            if time.monotonic() > until:
                raise RuntimeError("the relay does not tell what waits")
            time.sleep(0.1)
        yield replace(side, served=Served(side.served.port, (*side.served.pids, relay)))


def _planted(standing: House, name: str) -> str:
    """The address of another database with the same world. The house's own is open again afterwards."""
    url = standing.server.url(name)
    close_database()
    open_database(url)
    try:
        migrate()
        in_transaction(install_standards)
        seed(standing.world, standing.settings["ANBAN_PUBLIC_URL"])
    finally:
        close_database()
        open_database(standing.settings["ANBAN_DATABASE_URL"])
    return url


def _follow() -> None:
    """An officer of every unit follows every tenth piece of equipment there."""
    for number, unit in enumerate(Company.select().where(Company.kind == "company").order_by(Company.id)):
        phone = f"1370000{number:04d}"
        account = Account.create(company=unit, login=phone, name="压测安全员", phone=phone)
        assign(account.id, builtin_roles.SAFETY_OFFICER, unit.id)
        number_of = id_number(900_000 + number)
        officer = Person.create(
            company=unit, name="压测安全员", phone=phone, role="safety_officer", account_id=account.id,
            id_number=number_of, id_hash=crypto.hash_id_number(number_of),
        )  # fmt: skip
        Binding.create(company=unit, person=officer, state="approved")
        things = list(Equipment.select().where(Equipment.company == unit).order_by(Equipment.id))[::EACH]
        rows = [
            {"company": unit.id, "person": officer.id, "subject_kind": "equipment", "subject_id": one.id,
             "title": one.name} for one in things
        ]  # fmt: skip
        Follow.insert_many(rows).execute()


def _rows(standing: House, database: str) -> tuple[int, int]:
    return _number(standing, database, "SELECT COUNT(*) FROM clock_in"), 0


def _number(standing: House, database: str, sql: str) -> int:
    connection = standing.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


if __name__ == "__main__":
    main()
