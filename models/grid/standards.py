"""The standard grids that every installation has (J07)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from peewee import fn

from models.core.ledger.library.declaration import Part, PartLine, Standard
from models.grid.records import COMPANY, SITE, GridTemplate

#: The places under a place come along with it.
BELOW = "below"
PARTS = (Part(BELOW, "下级网格", "grid", "parent", shows=("level",)),)


@cache
def _data(name: str) -> tuple[dict[str, Any], ...]:
    text = resources.files("models.grid").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(json.loads(text)["items"])


def standard_places() -> tuple[Standard, ...]:
    """The standard grids as the group keeps them now, each node with what stands below it. All are samples.

    What stands for a company or a site is called as that is, so its name is no part of the standard.
    """
    rows = list(GridTemplate.select().order_by(GridTemplate.sequence, GridTemplate.id))
    below: dict[int, list[GridTemplate]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    return tuple(_standard(row, below.get(row.id, ())) for row in rows)


def _standard(row: GridTemplate, below: Sequence[GridTemplate]) -> Standard:
    named = {} if int(row.level) in (COMPANY, SITE) else {"name": row.name}
    said = {"note": role_note(row)} if row.owner_role else {}
    lines = (PartLine(each.code, {"name": each.name, "level": str(each.level)}) for each in below)
    return Standard(row.code, {**named, **said}, sample=True, parts={BELOW: tuple(lines)})


def role_note(row: GridTemplate) -> str:
    """Who mostly is responsible for such a place, as its note says it."""
    return f"责任人通常是{row.owner_role}"


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
