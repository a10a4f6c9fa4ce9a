"""Everything that the measurements run against: durable MariaDB, Redis, the floors, the product."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.core.config import Config, configure
from models.core.db.connection import close_database, in_transaction, migrate, open_database
from models.installation import install_standards
from scripts.bench.floors import seed as floor_seed
from scripts.bench.load import Names
from scripts.bench.product.seed import seed
from scripts.bench.world import World
from scripts.services import MariaDB, mariadb, redis
from scripts.services.process import folder, free_port

SECRET = "a key ring of the benchmark, of no use elsewhere"


@dataclass(frozen=True)
class House:
    """What stands: the database server, the product's settings, and how each side calls people and things.

    This process has the product's database open too, to count what really came in.
    """

    home: Path
    world: World
    server: MariaDB
    settings: dict[str, str]
    port: int
    names: Names
    floor_names: Names
    floor_url: str

    def connect(self, name: str = "anban") -> Any:
        """A connection of one's own (DB-API, autocommit) to the product's or the floor's database."""
        return self.server.connect(database=name, autocommit=True)


@contextlib.contextmanager
def house(world: World) -> Iterator[House]:
    """Raise it all in temporary folders, plant the world on both sides, and clear it away afterwards."""
    with folder("bench") as home, mariadb() as server, redis() as store:
        port = free_port()
        public_url = f"http://127.0.0.1:{port}"
        settings = {
            "ANBAN_DATABASE_URL": server.url("anban"),
            "ANBAN_REDIS_URL": store.url(),
            "ANBAN_SECRET_KEY": SECRET,
            "ANBAN_DATA_DIR": str(home / "data"),
            "ANBAN_PUBLIC_URL": public_url,
            "ANBAN_LOG_LEVEL": "warning",
            # A few accounts ask for all: the load of a company comes from one desk.
            "ANBAN_LIMITS": json.dumps(dict.fromkeys(("read", "write", "search", "address"), "1000000/1")),
        }
        configure(Config(secret_key=SECRET, public_url=public_url, data_dir=home / "data"))
        open_database(settings["ANBAN_DATABASE_URL"])
        migrate()
        in_transaction(install_standards)
        names = seed(world, public_url)
        floor_url = server.url("floor")
        connection = server.connect(database="floor")
        floor_seed.seed(connection, world)
        connection.close()
        try:
            yield House(
                home, world, server, settings, port, names, floor_seed.names(world), floor_url.split("?")[0]
            )
        finally:
            close_database()
