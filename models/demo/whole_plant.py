"""Planting the demo: one group, two companies, 200 people, 40 pieces of equipment, a month of clock-ins."""

from __future__ import annotations

from datetime import date
from random import Random

from models.core import clock
from models.core.config import config
from models.demo.attendance import clock_in
from models.demo.equipment.machines import install
from models.demo.organisation import found
from models.demo.people.accounts import open_accounts
from models.demo.people.registry import write_registry
from models.demo.people.workforce import hire
from models.organization.records import Person

SEED = 20_261_122


def is_empty() -> bool:
    """Whether nobody has entered people yet, so that the demo may be planted."""
    return not Person.select().exists()


def plant(seed: int = SEED, today: date | None = None) -> dict[str, int]:
    """Plant the demo into a prepared database (`install_standards`), and say how much of what there is.

    The same seed and day give the same plant. Run it in a transaction; it refuses where there are people, so
    that real data never gets a demo password. Raises RuntimeError then. Where a registry is configured whose
    file is missing, that is written too.
    """
    if not is_empty():
        raise RuntimeError("the demo is only planted into an empty house")
    day = today or clock.today()
    random = Random(seed)
    organisation = found()
    machines = install(organisation, random, day)
    workers = hire(organisation, random, day)
    accounts = open_accounts(organisation, workers)
    clock_ins = clock_in(workers, machines, accounts, random, day)
    path = config().registry_path
    if path is not None and not path.exists():
        write_registry(path)
    return {
        "people": len(workers),
        "equipment": len(machines),
        "accounts": len(accounts),
        "clock_ins": clock_ins,
    }
