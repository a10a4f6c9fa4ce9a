"""The types of training and the courses that every installation begins with (C04, J07): samples, marked where they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core.ledger import ledger_named
from models.core.ledger.library.declaration import Standard
from models.core.ledger.library.planting import remember
from models.training.courses.records import Course, TrainingType


@cache
def _held() -> Any:
    return orjson.loads(files("models.training").joinpath("data/sample_courses.json").read_bytes())


def _said(item: Mapping[str, Any], **instead: Any) -> dict[str, Any]:
    """Values as a form takes them, without what is empty."""
    whole = {**item, **instead}
    return {name: value for name, value in whole.items() if value not in (None, "")}


@cache
def standard_types() -> tuple[Standard, ...]:
    """The types of training, each by its name."""
    return tuple(
        Standard(item["name"], _said({"name": item["name"], "note": item["note"]}))
        for item in _held()["types"]
    )


@cache
def standard_courses() -> tuple[Standard, ...]:
    """The courses, each by its code, under its type."""
    return tuple(
        Standard(
            item["code"],
            _said(
                item, type={"label": item["type"]}, hours=f"{item['hours']:g}", sample=bool(item["sample"])
            ),
            group=item["type"],
            sample=bool(item["sample"]),
        )
        for item in _held()["courses"]
    )


def install_courses() -> int:
    """Add types and courses of `data/sample_courses.json` where there are none that are everybody's; gives how many."""
    made = 0
    if not TrainingType.select().where(TrainingType.company.is_null()).exists():
        made = _insert()
    for name in ("training-types", "courses"):
        ledger = ledger_named(name)
        assert ledger is not None
        remember(ledger)
    return made


def _insert() -> int:
    types = [
        {"name": item["name"], "note": item["note"] or None, "sequence": place * 10}
        for place, item in enumerate(_held()["types"], 1)
    ]
    TrainingType.insert_many(types).execute()
    named = {row.name: row.id for row in TrainingType.select().where(TrainingType.company.is_null())}
    courses = [{**item, "type": named[item["type"]]} for item in _held()["courses"]]
    Course.insert_many(courses).execute()
    return len(types) + len(courses)


__all__ = ["install_courses", "standard_courses", "standard_types"]
