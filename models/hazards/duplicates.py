"""Near-same open hazards, shown before one is sent a second time (X07)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.core import clock
from models.core.actor import Actor
from models.hazards.places import around, metres_between
from models.hazards.reading import company_for, find_node
from models.hazards.records import READ_HAZARDS, UNDER_WAY, Hazard

NEAR_METRES = 60.0
SIMILAR = 0.3
_DAYS = 30
_MOST = 5
_LOOKED_AT = 200


@dataclass(frozen=True)
class Likely:
    """An open hazard that may be the same: how like its words are (0 to 1), and how far away it is, if known."""

    hazard: Hazard
    likeness: float
    metres: int | None


def near(
    actor: Actor, what: str = "", *, grid: Any = None, lng: float | None = None, lat: float | None = None,
    company: Any = None, but: int | None = None,
) -> list[Likely]:  # fmt: skip
    """Open hazards of the last 30 days at the same place of the grid or within 60 m, with words like these.

    The likest first, at most five. Without words (here or there) the place alone decides, as the photos will tell.
    `but` is one not to be compared with itself. Raises NotFound, Forbidden.
    """
    node = None if grid in (None, "") else find_node(actor, grid)
    company_id = node.company_id if node is not None else company_for(actor, READ_HAZARDS, company)
    if node is None and lng is None:
        return []
    somewhere = Hazard.grid == node.id if node is not None else None
    if lng is not None and lat is not None:
        close = around(Hazard, lng, lat, NEAR_METRES)
        somewhere = close if somewhere is None else (somewhere | close)
    rows = (
        Hazard.select()
        .where(
            Hazard.company == company_id,
            Hazard.state.in_(UNDER_WAY),
            Hazard.reported_at > clock.now() - timedelta(days=_DAYS),
            somewhere,
        )
        .order_by(Hazard.id.desc())
        .limit(_LOOKED_AT)
    )
    found = [_compared(row, what, lng, lat) for row in rows if row.id != but]
    likely = [item for item in found if _alike(item, what) and _there(item, node and node.id)]
    return sorted(likely, key=lambda item: (-item.likeness, -item.hazard.id))[:_MOST]


def _alike(item: Likely, what: str) -> bool:
    return item.likeness >= SIMILAR or not pairs(what) or not pairs(item.hazard.what or "")


def _there(item: Likely, node_id: int | None) -> bool:
    same = node_id is not None and item.hazard.grid_id == node_id
    return same or (item.metres is not None and item.metres <= NEAR_METRES)


def _compared(row: Hazard, what: str, lng: float | None, lat: float | None) -> Likely:
    metres = None
    if None not in (row.lng, row.lat, lng, lat):
        metres = round(metres_between((float(row.lng), float(row.lat)), (float(lng or 0), float(lat or 0))))
    return Likely(row, likeness(what, row.what or ""), metres)


def likeness(one: str, other: str) -> float:
    """How many of the pairs of neighbouring characters two texts have in common (Dice): 0 nothing, 1 all."""
    a, b = pairs(one), pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring letters, figures and characters of a text; of a single one itself."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text or "").casefold() if c.isalnum())
    return {kept[at : at + 2] for at in range(len(kept) - 1)} or ({kept} if kept else set())
