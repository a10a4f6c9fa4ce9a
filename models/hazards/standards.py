"""What every installation has of this chapter: criteria of major hazards, samples of sources (J07, X06)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from models.hazards.records import MajorCriterion


@cache
def _data(name: str) -> tuple[dict[str, Any], ...]:
    text = resources.files("models.hazards").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(json.loads(text)["items"])


def _gone(name: str) -> tuple[str, ...]:
    text = resources.files("models.hazards").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(json.loads(text)["gone"])


def install_major_criteria() -> int:
    """Add the criteria that are missing; gives how many. Those that nobody has edited follow the program's words.

    One that the program had and has no more (no text was found for it) is switched off, unless somebody edited it.
    """
    untouched = {row.code: row for row in MajorCriterion.select() if row.version == 1}
    for item in _data("major_criteria.json"):
        row = untouched.get(item["code"])
        told = {name: item.get(name) for name in ("industry", "title", "source", "article")}
        if row is not None and told != {name: getattr(row, name) for name in told}:
            MajorCriterion.update(**told).where(MajorCriterion.id == row.id).execute()
    for code in _gone("major_criteria.json"):
        MajorCriterion.update(enabled=False).where(
            MajorCriterion.code == code, MajorCriterion.version == 1
        ).execute()
    there = {row.code for row in MajorCriterion.select(MajorCriterion.code)}
    rows = [
        {**item, "article": item.get("article"), "sequence": place * 10}
        for place, item in enumerate(_data("major_criteria.json"), 1)
        if item["code"] not in there
    ]
    if rows:
        MajorCriterion.insert_many(rows).execute()
    return len(rows)


def source_samples() -> dict[str, list[dict[str, Any]]]:
    """Samples of hazard sources, by the code of the template node that they are found at."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in _data("hazard_sources.json"):
        found.setdefault(item["template"], []).append(item)
    return found
