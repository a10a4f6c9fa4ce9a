"""What `announce` adds to the transaction of a rule: an accident is reported with it and without it, in turns (L01).

    python -m scripts.drills.announcing [--pairs 300]

MariaDB with durable commits, one connection, nothing else. Both sides do all that the rule does; the bare one skips the
one row of the outbox. A pair is one after the other, each time the other way round first; the figure is the median of
the differences within the pairs.
"""

from __future__ import annotations

import contextlib
import statistics
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import click

from models.accidents.report import reporting
from models.administration.accounts.actors import actor_for_token
from models.core import clock
from models.core.config import Config, configure
from models.core.db.connection import close_database, in_transaction, open_database
from models.core.security.actor import Actor
from models.installation import install_standards
from scripts.drills.standing import SECRET
from scripts.drills.tables import lay_tables
from scripts.drills.town import plant
from scripts.services import database as mariadb
from scripts.services.process import folder, stop

GOAL_MS = 1.0


@dataclass(frozen=True)
class Announced:
    """Medians in milliseconds: the whole rule with and without, and the difference within the pairs."""

    pairs: int
    with_ms: float
    without_ms: float
    added_ms: float
    added_p90_ms: float


def measure(pairs: int = 300) -> Announced:
    """So many pairs on a server of its own."""
    with folder("announcing") as home:
        configure(Config(secret_key=SECRET, public_url="http://127.0.0.1:8888", data_dir=home / "data"))
        (home / "mariadb").mkdir()
        lay_tables(home / "mariadb")
        server, process = mariadb.start(home / "mariadb", with_parent=True)
        try:
            open_database(server.url("anban"))
            in_transaction(install_standards)
            town = plant("http://127.0.0.1:9", "http://127.0.0.1:8888", people=50, groups=0)
            actor = in_transaction(actor_for_token, town.world.token(0), door="phone", write=False)
            return _compare(actor, pairs)
        finally:
            close_database()
            stop(process)


def _compare(actor: Actor, pairs: int) -> Announced:
    for _ in range(20):  # warm
        _report(actor)
    told, silent = [], []
    for number in range(pairs):
        for speaks in (True, False) if number % 2 else (False, True):
            with contextlib.nullcontext() if speaks else _silence():
                (told if speaks else silent).append(_report(actor))
    added = [one - other for one, other in zip(told, silent, strict=True)]
    return Announced(
        pairs, statistics.median(told), statistics.median(silent), statistics.median(added),
        statistics.quantiles(added, n=10)[8],
    )  # fmt: skip


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with mock.patch.object(reporting, "announce"):
        yield


def _report(actor: Actor) -> float:
    """One report, committed; in milliseconds."""
    data: dict[str, Any] = {"what": "演练", "place": "演练场", "happened_at": clock.now(), "receivers": None}
    key = uuid.uuid4().hex
    began = time.perf_counter()
    in_transaction(reporting.report, actor, data, key=key)
    return (time.perf_counter() - began) * 1000


@click.command(help=__doc__)
@click.option("--pairs", default=300, show_default=True)
def main(pairs: int) -> None:
    """Run it and print the figures."""
    found = measure(pairs)
    click.echo(f"the rule with its news: {found.with_ms:.2f} ms, without: {found.without_ms:.2f} ms")
    click.echo(
        f"added by the news: {found.added_ms:.2f} ms (median of {pairs} pairs; to reach: at most {GOAL_MS} ms)"
    )


if __name__ == "__main__":
    main()
