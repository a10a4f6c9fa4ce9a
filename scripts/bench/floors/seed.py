"""Fills the tables of the clock-in floor from the world."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from scripts.bench.floors.tables import SCHEMA
from scripts.bench.load import Names
from scripts.bench.world import World

#: How the floor calls the world's people and things: ids count from 1.
PUBLIC_URL = "https://anban.example.com"


def names(world: World) -> Names:
    """Tokens, labels and units as the floor knows them."""
    return Names(
        token=world.token,
        qr=lambda number: f"{PUBLIC_URL}/e/{world.equipment_code(number)}",
        unit=lambda company: str(company + 1),
    )


def seed(connection: Any, world: World) -> None:
    """Create the tables anew and fill them. Takes an open MySQL connection (DB-API)."""
    cursor = connection.cursor()
    for statement in SCHEMA.split(";"):
        if statement.strip():
            cursor.execute(statement)
    now = datetime.now(UTC)
    soon, later = now + timedelta(days=30), now.date() + timedelta(days=900)
    cursor.executemany(
        "INSERT INTO floor_token (hash, person_id, person_name, company_id, company_name, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [
            (hashlib.sha256(world.token(n).encode()).digest(), n + 1, f"工人{n:04d}", world.company_of(n) + 1,
             f"第{world.company_of(n) + 1}分公司", soon)
            for n in range(world.persons)
        ],
    )  # fmt: skip
    cursor.executemany(
        "INSERT INTO floor_certificate (person_id, code, number, project, valid_until)"
        " VALUES (%s, %s, %s, %s, %s)",
        [
            (n + 1, world.trade_of(n)[0], f"T33010{n:012d}", world.trade_of(n)[1], later)
            for n in range(world.persons)
        ],
    )
    cursor.executemany(
        "INSERT INTO floor_equipment (code, company_id, name, register_no, location, type, operator_code,"
        " state) VALUES (%s, %s, %s, %s, %s, %s, %s, 'in_use')",
        [
            (world.equipment_code(n), world.company_of(n) + 1, f"{n:04d}号{world.trade_of(n)[2]}",
             f"车11浙A{n:05d}", f"{n % 20}号车间", world.trade_of(n)[2], world.trade_of(n)[0])
            for n in range(world.equipment)
        ],
    )  # fmt: skip
    connection.commit()
