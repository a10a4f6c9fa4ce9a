"""Fills a database with hazards of a year, by statements for many: most closed, the last days' open, a few left lying.

As in a plant that works: of those older than five days one in two hundred is still open (and so overdue), four in a hundred
were none or taken back, the others are closed, a tenth of them late; of the last five days' six in ten are open. One in
thirty is a major one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from models.core import clock
from models.core.db.bulk import insert_all
from models.core.db.connection import database, in_transaction
from models.core.security import crypto
from models.equipment.records import Equipment
from models.organization.records import Company, Person
from scripts.bench.product.seed import id_number
from scripts.bench.world import TRADES

SITES, PEOPLE = 5, 250  # of each company
_PIECE = 2000
_YEAR = timedelta(days=365)
_NOBODY_ELSE = 500_000  # beyond the numbers of other people

_COLUMNS = (
    "version", "created_at", "updated_at", "company_id", "site_id", "number", "origin", "what", "level", "state",
    "reporter_id", "rectifier_id", "found_at", "reported_at", "due_at", "rectified_at", "closed_at", "door", "late",
    "extensions",
)  # fmt: skip


def plant_sites() -> None:
    """Sites of each company, with people, and its equipment at them."""
    for number, unit in enumerate(Company.select().where(Company.kind == "company")):
        for site in range(SITES):
            made = Company.create(
                name=f"{unit.name}{site + 1}厂", kind="site", parent=unit, company_root=unit.id
            )
            Company.update(path=f"{unit.path}{made.id}/").where(Company.id == made.id).execute()
        numbers = [id_number(_NOBODY_ELSE + number * PEOPLE + one) for one in range(PEOPLE)]
        Person.insert_many(
            {"company": unit.id, "name": f"巡检{one}", "name_sort": "", "id_number": text, "phone": f"138{number}{one:07d}",
             "id_hash": crypto.hash_id_number(text), "role": "safety_officer"}
            for one, text in enumerate(numbers)
        ).execute()  # fmt: skip
    _put_equipment()


def _put_equipment() -> None:
    """Each piece of equipment at a site of its company: one after the other, after one of each trade."""
    for unit, sites in _sites().items():
        pieces = (
            Equipment.select(Equipment.id).where(Equipment.company == unit).order_by(Equipment.id).tuples()
        )
        for place, site in enumerate(sites):
            here = [row_id for n, (row_id,) in enumerate(pieces) if n // len(TRADES) % len(sites) == place]
            Equipment.update(site=site).where(Equipment.id.in_(here or [0])).execute()


def _sites() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for site, unit in Company.select(Company.id, Company.company_root).where(Company.kind == "site").tuples():
        found.setdefault(unit, []).append(site)
    return found


def plant_hazards(rows: int) -> None:
    """So many hazards over the last year, at the sites that are there."""
    chance, now = Random("hazards"), clock.now()
    sites = [(unit, site) for unit, several in _sites().items() for site in several]
    people: dict[int, list[int]] = {}
    query = Person.select(Person.company, Person.id).where(Person.name.startswith("巡检"))
    for unit, person in query.tuples():
        people.setdefault(unit, []).append(person)
    for start in range(0, rows, _PIECE):
        made = []
        for number in range(start, min(start + _PIECE, rows)):
            unit, site = chance.choice(sites)
            at = now - _YEAR * (1 - number / rows)
            made.append(_hazard(chance, number, at, now, (unit, site), people[unit]))
        in_transaction(insert_all, "hazard", _COLUMNS, made)
    database.execute_sql("ANALYZE TABLE hazard").fetchall()


def _hazard(
    chance: Random, number: int, at: datetime, now: datetime, where: tuple[int, int], people: list[int]
) -> tuple[Any, ...]:
    state = _state(chance, now - at)
    planned, done = state in ("rectifying", "closed"), state == "closed"
    level = ("major" if chance.random() < 0.03 else "general") if planned else None
    origin = chance.choices(("snap", "inspection", "manual"), (70, 20, 10))[0]
    hours = 80 if chance.random() < 0.1 else 40
    return (
        1, at, at, *where, f"YH{number}", origin, "电缆裸露", level, state, chance.choice(people),
        chance.choice(people) if planned else None, at, at, at + timedelta(days=3) if planned else None,
        at + timedelta(hours=hours) if done else None, at + timedelta(hours=90) if done else None, "phone", 0, 0,
    )  # fmt: skip


def _state(chance: Random, age: timedelta) -> str:
    if age < timedelta(days=5):
        return chance.choices(("reported", "rectifying", "closed"), (20, 40, 40))[0]
    return chance.choices(("rectifying", "rejected", "withdrawn", "closed"), (0.5, 3, 1, 95.5))[0]
