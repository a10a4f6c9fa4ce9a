"""kill -9 of web processes and of MariaDB under clock-ins: every one that was answered must be there (X10).

    python -m scripts.drills.durable [--kills 20] [--people 8] [--embedded] [--fast]

On what `scripts.services` gives by default. `--embedded`: `anban run` on SQLite, killed as often. `--fast`: MariaDB as
the tests have it, to see that the drill finds what is lost there. A power cut can't be tried here: see
docs/decisions/durability.md.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click

from models.core.db.bulk import select_in
from models.core.db.connection import close_database, database, open_database
from scripts.bench.load import Names
from scripts.drills.crowd import Crowd, Waits, clock_ins, planted
from scripts.drills.standing import Part, anban
from scripts.drills.tables import lay_tables
from scripts.services import database as mariadb
from scripts.services import store
from scripts.services.process import folder, free_port

_CHUNK = 500


@dataclass
class Stand:
    """What stands: where, and what of it is killed."""

    url: str
    database_url: str
    names: Names
    parts: list[Part] = field(default_factory=list)


@contextlib.contextmanager
def _standing(home: Path, *, embedded: bool, fast: bool) -> Iterator[Stand]:
    port = free_port()
    url, also = f"http://127.0.0.1:{port}", {}
    parts: list[Part] = []
    with contextlib.ExitStack() as stack:
        if embedded:
            address = f"sqlite:///{home / 'anban.db'}"
        else:
            (home / "mariadb").mkdir()
            lay_tables(home / "mariadb")
            server, process = mariadb.start(home / "mariadb", with_parent=True, fast=fast)
            again = partial(mariadb.serve, home / "mariadb", server.port, with_parent=True, fast=fast)
            parts.append(Part("mariadb", lambda: again()[1], process))
            redis, running = store.start(home, with_parent=True)
            stack.callback(Part("redis", lambda: running, running).end)
            address, also = server.url("anban"), {"ANBAN_REDIS_URL": redis.url()}
        settings, names = planted(home, url, address)
        command = ("run", "--no-demo") if embedded else ("web",)
        for number in range(1 if embedded else 2):
            parts.append(anban(home, settings | also, f"web-{number}", *command, "--port", str(port)))
            parts[-1].start()
        for part in parts:
            stack.callback(part.end)
        yield Stand(url, address, names, parts)


def missing(database_url: str, ids: list[int]) -> list[int]:
    """Those of the clock-ins that are not in the database."""
    open_database(database_url)
    found: set[int] = set()
    with database.connection_context():
        for start in range(0, len(ids), _CHUNK):
            asked = select_in("SELECT id FROM clock_in WHERE id IN ({keys})", ids[start : start + _CHUNK])
            found.update(number for (number,) in asked)
    close_database()
    return [number for number in ids if number not in found]


@click.command(help=__doc__)
@click.option("--kills", default=20, show_default=True, help="Of each part.")
@click.option("--people", default=8, show_default=True, help="How many clock in at once.")
@click.option("--embedded", is_flag=True, help="One process on SQLite.")
@click.option("--fast", is_flag=True, help="MariaDB without durable commits: must fail.")
def main(kills: int, people: int, embedded: bool, fast: bool) -> None:
    """Run it, print the figures, and end with 1 if an answered clock-in is lost."""
    answered, crowd, killed = Waits(kept=[]), Crowd(), 0
    with folder("durable") as home, _standing(home, embedded=embedded, fast=fast) as stand:
        clock_in = clock_ins(stand.url, stand.names)
        try:
            for _ in range(people):
                crowd.add(answered, clock_in)
            for _ in range(kills):
                for part in stand.parts:
                    time.sleep(random.uniform(0.5, 1.5))
                    part.kill()
                    killed += 1
                    time.sleep(random.uniform(0.0, 0.5))
                    part.start()
            time.sleep(2)
        finally:
            crowd.end()
        told = list(dict.fromkeys(int(one["id"]) for one in answered.kept or []))
        lost = missing(stand.database_url, told)
    click.echo(f"{killed} kills of {', '.join(part.name for part in stand.parts)}")
    click.echo(f"{len(told):8,}  clock-ins answered with success")
    click.echo(f"{len(answered.faults):8,}  refused while something was away")
    click.echo(f"{answered.unanswered:8,}  without an answer")
    click.echo(f"{len(lost):8,}  answered and lost")
    sys.exit(1 if lost or len(told) < killed else 0)


if __name__ == "__main__":
    main()
