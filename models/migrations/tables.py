"""Every record of the house that has a table of its own, wherever in `models` it stands."""

from __future__ import annotations

import importlib
import pkgutil

from peewee import Model

import models
from models.core.records import Base

_MIGRATIONS = "models.migrations"


def all_records() -> list[type[Model]]:
    """The records, by the names of their tables. Imports every module of `models` but the migrations."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if not module.name.startswith(_MIGRATIONS):
            importlib.import_module(module.name)
    found: list[type[Model]] = []
    waiting = list(Base.__subclasses__())
    while waiting:
        record = waiting.pop()
        kinds = record.__subclasses__()
        waiting += kinds
        if record.__module__.startswith("models.") and record.__name__ != "Record" and not kinds:
            found.append(record)
    return sorted(found, key=lambda record: str(record._meta.table_name))
