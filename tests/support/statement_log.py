"""What is asked of the database while a test looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from models.core.db.connection import database


@contextmanager
def listening() -> Iterator[list[str]]:
    """The statements that are run inside, by whichever thread; of a transaction neither beginning nor end."""
    said: list[str] = []
    opened = database.obj

    def listen(event: Any) -> None:
        said.append(event.sql.strip())

    opened.query_hooks.append(listen)
    try:
        yield said
    finally:
        opened.query_hooks.remove(listen)
