"""Hazard sources of a company: at a place, whose site is theirs, with the hazards that were found of them (E02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.hazards.records import EDIT_SOURCES, Hazard, HazardSource
from models.organization.own_places import company_of

Values = dict[str, Any]


def create(actor: Actor, values: Values) -> HazardSource:
    """Add a hazard source. Raises Invalid, Forbidden."""
    actor.require(EDIT_SOURCES)
    values = {**values, "company": company_of(actor, values, EDIT_SOURCES)}
    return HazardSource.create(**values, site=_site(values.get("grid")))


def edit(actor: Actor, source: HazardSource, values: Values) -> HazardSource:
    """Change a hazard source."""
    actor.require(EDIT_SOURCES, source)
    if "grid" in values:
        values = {**values, "site": _site(values["grid"])}
    return source.change(**values) if values else source


def _site(grid_id: int | None) -> int | None:
    node = None if grid_id is None else GridNode.get_by_id(grid_id)
    return None if node is None else node.site_id


def hazards(actor: Actor, records: Sequence[HazardSource]) -> dict[int, list[dict[str, str]]]:
    """By source, the hazards that were found of it."""
    found: dict[int, list[dict[str, str]]] = {}
    rows = Hazard.select(Hazard.id, Hazard.number, Hazard.what, Hazard.source).where(
        Hazard.source.in_([row.id for row in records] or [0])
    )
    for row in rows.order_by(Hazard.id):
        found.setdefault(row.source_id, []).append(
            {"id": str(row.id), "label": f"{row.number} {row.what or '随手拍'}"}
        )
    return found
