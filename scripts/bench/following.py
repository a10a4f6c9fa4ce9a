"""What the gate pays for those who listen (Q09, I01): clock-ins a second with relay, followers and kept sums, against none.

`python -m scripts.bench.following [--rounds 5] [--seconds 8] [--connections 64]`: two databases on a durable MariaDB with the
same world. In one every tenth piece of equipment is followed by an officer of its unit, the relay tells them, and sums are
kept; in the other nobody follows, no relay runs, and no sum is kept. Both in turns, over HTTP, two processes each.
"""

from __future__ import annotations

import sys
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
from scripts.bench.clock_ins import Comparison, Side
from scripts.bench.house import House, house
from scripts.bench.product.seed import id_number, seed
from scripts.bench.report import Line
from scripts.bench.world import World
from scripts.services.process import free_port

GOAL = 0.8
EACH = 10  # one in so many is followed
ON, OFF = "listened to", "unheard"
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
                with _relay(standing, side):
                    found.runs.append(clock_ins.measure(standing, side, connections, seconds))
                one = found.runs[-1]
                out.print(f"{one.side:12} {one.run.rate:7,.0f}/s  {'; '.join(one.faults)}", highlight=False)
    return _line(standing, found)


def _line(standing: House, found: Comparison) -> Line:
    ratio = found.ratio(ON, OFF)
    faults = [fault for run in found.runs for fault in run.faults]
    told = _number(standing, "anban", "SELECT COUNT(*) FROM message WHERE kind = 'clock_in.created'")
    sums = _number(standing, "unheard", "SELECT COUNT(*) FROM kept_sum")
    rates = [f"{found.median(side, lambda item: item.run.rate):,.0f}" for side in (OFF, ON)]
    wrong = faults + (["nobody was told"] if not told else []) + (["sums were kept"] if sums else [])
    return Line(
        f"clock-ins a second, {found.connections} connections: relay, followers of one in {EACH} ({told:,} told so far)"
        f" and kept sums ÷ none of them{'; ' + '; '.join(wrong) if wrong else ''}",
        rates[0], rates[1], f"{ratio:.2f}", f"≥ {GOAL}", ratio >= GOAL and not wrong,
    )  # fmt: skip


@contextmanager
def _relay(standing: House, side: Side) -> Iterator[None]:
    """A relay beside the side that is listened to."""
    if side.name != ON:
        yield
        return
    with processes.relay(standing.home, standing.settings):
        yield


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
