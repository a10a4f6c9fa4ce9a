"""What every installation has of this chapter: standard grids, criteria of major hazards, samples of sources (J07, X06)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from peewee import fn

from models.hazards.grid import GridTemplate
from models.hazards.records import MajorCriterion


@cache
def _data(name: str) -> tuple[dict[str, Any], ...]:
    text = resources.files("models.hazards").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(json.loads(text)["items"])


def install_grid_templates() -> int:
    """Add the nodes of the standard grids that are missing; gives how many. What people changed stays."""
    there = {row.code: (row.id, row.path) for row in GridTemplate.select()}
    number = GridTemplate.select(fn.MAX(GridTemplate.id)).scalar() or 0
    rows = []
    for place, item in enumerate(_data("grid_templates.json"), 1):
        parent, above = there.get(item["parent"], (None, "/"))
        if item["code"] in there or (parent is None and item["parent"] is not None):
            continue  # it is there, or somebody took the branch out
        number += 1  # the path holds the id, so it is given here
        there[item["code"]] = (number, f"{above}{number}/")
        values = {name: item[name] for name in ("name", "code", "owner_role")}
        rows.append(
            {**values, "id": number, "parent": parent, "level": str(item["level"]), "sequence": place,
             "path": f"{above}{number}/"}
        )  # fmt: skip
    if rows:
        GridTemplate.insert_many(rows).execute()
    return len(rows)


def install_major_criteria() -> int:
    """Add the criteria that are missing; gives how many."""
    there = {row.code for row in MajorCriterion.select(MajorCriterion.code)}
    rows = [
        {**item, "sequence": place * 10}
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
