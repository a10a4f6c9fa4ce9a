"""What the phone offers for a snapshot: places, likely repeats, criteria, points (E07, X06, X07, A12)."""

from __future__ import annotations

from typing import Any

from models.core.security.actor import Actor
from models.grid.access import company_for, find_node
from models.grid.places import FoundPlace
from models.grid.tree import found_json
from models.hazards.display.hazard_json import likely_json
from models.hazards.hooks import POINTS_OFFERED
from models.hazards.records import READ_HAZARDS, MajorCriterion
from models.hazards.report.duplicates import near
from models.hazards.report.snapshot import PHOTO_NEEDED, place_for, position_of


def options(
    actor: Actor, *, scan: str = "", grid: Any = None, lng: Any = None, lat: Any = None, what: str = "",
    company: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything that the form offers: {nodes, equipment, near, criteria, points, photo_needed}; the first node is the likeliest.

    `grid` is a place that was picked. Raises Invalid at `scan` or the position, NotFound, Forbidden.
    """
    company_id = company_for(actor, READ_HAZARDS, company)
    found, equipment = place_for(actor, scan=scan, lng=lng, lat=lat, company=company_id)
    if grid not in (None, ""):
        picked = find_node(actor, grid)
        found = [FoundPlace(picked, "picked"), *(item for item in found if item.node.id != picked.id)]
    at = position_of(lng, lat) or (None, None)
    # Where the actor works is a guess: what is open somewhere there is no likely repeat.
    place = found[0].node.id if found and found[0].how != "work" else None
    likely = near(actor, what, grid=place, lng=at[0], lat=at[1], company=company_id)
    criteria = MajorCriterion.select().where(MajorCriterion.enabled).order_by(MajorCriterion.sequence)
    return {
        "nodes": found_json(found),
        "equipment": None if equipment is None else {"id": str(equipment.id), "name": equipment.name},
        "near": likely_json(actor, likely),
        "criteria": [
            {"id": str(row.id), "code": row.code, "industry": row.industry, "title": row.title}
            for row in criteria
        ],
        "points": {
            what: points for offered in POINTS_OFFERED(company_id) for what, points in offered.items()
        },
        "photo_needed": PHOTO_NEEDED.of(company_id),
    }
