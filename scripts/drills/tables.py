"""A MariaDB's data with all tables, ready to be served from the disk.

Making the tables on a disk takes a durable server twenty seconds and more, most of which it waits. So they are made in
memory and copied. What serves them afterwards is on the disk and as durable as ever: on a file system in memory the
server maps its log, and a kill -9 would lose nothing whatever the settings are.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from models.core.db.connection import close_database, migrate, open_database
from scripts.services import database
from scripts.services.process import folder, stop


def lay_tables(place: Path) -> None:
    """Put the data of a server with the migrated database `anban` into `place`, for `database.start` there."""
    with folder("tables", in_memory=True) as quick:
        server, process = database.start(quick, with_parent=True, fast=True)
        try:
            open_database(server.url("anban"))
            migrate()
            close_database()
        finally:
            stop(process)
        shutil.copytree(quick / "data", place / "data")
