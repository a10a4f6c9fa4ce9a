"""A label code that nothing else has: a row is saved with a fresh one (Q13, E01)."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from models.core.db.connection import database
from models.core.labels.label_codes import new_label_code


def save_with_label(record: Any) -> None:
    """Insert equipment or a grid node with a fresh label code; should it be taken (one in 35 million millions),
    with another.
    """
    for attempt in range(3):
        record.label_code = new_label_code()
        try:
            with database.atomic():
                record.save(force_insert=True)
            return
        except IntegrityError:
            if attempt == 2 or not _taken(type(record), record.label_code):
                raise


def _taken(kind: Any, label: str) -> bool:
    return bool(kind.select().where(kind.label_code == label).exists())
