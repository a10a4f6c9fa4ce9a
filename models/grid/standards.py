"""The standard grids that every installation has (J07)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from peewee import fn

from models.grid.records import GridTemplate


@cache
def _data(name: str) -> tuple[dict[str, Any], ...]:
    text = resources.files("models.grid").joinpath("data", name).read_text(encoding="utf-8")
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
