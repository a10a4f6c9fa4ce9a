"""Where something is: a place of the grid by its label, by position, by name, or by where somebody works (E07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from models.core.errors import Invalid
from models.core.fields import Integer
from models.core.settings import CompanySetting
from models.grid.access import as_id
from models.grid.records import COMPANY, SITE, GridNode
from models.organization.records import Person

NEAR_METRES = CompanySetting(
    "grid-near-metres",
    "网格",
    Integer("按定位找网格：最远", min=20, max=5000, unit="米", help="手机离网格这么近，才把它列出来供选择"),
    default=300,
)
_EARTH_METRES = 6_371_000.0
_DEGREE_METRES = 111_195.0


@dataclass(frozen=True)
class FoundPlace:
    """A place and how it was found: `scan`, `equipment`, `position` (then with metres), `picked`, `work`."""

    node: GridNode
    how: str
    metres: int | None = None


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance of two positions (longitude, latitude in degrees) on the globe, by haversine."""
    (lng, lat), (lng2, lat2) = (tuple(map(radians, each)) for each in (a, b))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lng2 - lng) / 2) ** 2
    return 2 * _EARTH_METRES * asin(min(1.0, sqrt(half)))


def around(record: Any, lng: float, lat: float, metres: float) -> Any:
    """The condition for rows with `lng` and `lat` in a square around a position; a circle is for the caller."""
    high = metres / _DEGREE_METRES
    wide = high / max(cos(radians(lat)), 0.01)
    return record.lng.between(lng - wide, lng + wide) & record.lat.between(lat - high, lat + high)


def nearest(
    company_id: int, lng: float, lat: float, *, most: int = 3, within: float | None = None
) -> list[FoundPlace]:
    """The company's places around a position (within metres), the nearest first; of equally near ones the smallest."""
    within = NEAR_METRES.of(company_id) if within is None else within
    rows = GridNode.select().where(
        GridNode.company == company_id, GridNode.enabled, around(GridNode, lng, lat, within)
    )
    found = [FoundPlace(row, "position", round(_metres(row, lng, lat))) for row in rows]
    inside = [item for item in found if item.metres is not None and item.metres <= within]
    return sorted(inside, key=lambda item: (item.metres, -int(item.node.level), item.node.id))[:most]


def named(company_id: int, words: str) -> GridNode | None:
    """The place that a line begins with (`1号泵房 电缆裸露`), where the company has just one of that name."""
    first, _, rest = words.strip().partition(" ")
    if not rest:
        return None
    rows = GridNode.select().where(
        GridNode.company == company_id, GridNode.enabled, GridNode.name == first
    )  # fmt: skip
    found = list(rows.limit(2))
    return found[0] if len(found) == 1 else None


def _metres(row: Any, lng: float, lat: float) -> float:
    return metres_between((float(row.lng), float(row.lat)), (lng, lat))


def usable_node(given: Any, company_id: int) -> GridNode:
    """A place of the company that is in use. Raises Invalid at `grid`, the same for another company's."""
    node: GridNode | None = GridNode.get_or_none(
        GridNode.id == (as_id(given) or 0), GridNode.company == company_id
    )
    if node is None:
        raise Invalid(fields={"grid": "没有这个网格，请从本单位的网格中选择"})
    if not node.enabled:
        raise Invalid(fields={"grid": f"“{node.name}”已停用，请选择别的网格"})
    return node


def place_of_unit(company_id: int | None, site_id: int | None = None) -> int | None:
    """The grid node (its id) of a site, or without one, or where it has none, that of the company: who answers there decides."""
    nodes = GridNode.select(GridNode.id).where(GridNode.company == company_id)
    if site_id is not None:
        own = nodes.where(GridNode.site == site_id, GridNode.level == str(SITE)).first()
        if own is not None:
            return int(own.id)
    top = nodes.where(GridNode.level == str(COMPANY)).order_by(GridNode.sequence, GridNode.id).first()
    return None if top is None else int(top.id)


def where_one_works(company_id: int, person: Person | None) -> GridNode | None:
    """The place for who names none: of the site where they work, or the company's own; None without a grid."""
    nodes = GridNode.select().where(GridNode.company == company_id, GridNode.enabled)
    if person is not None and person.site_id is not None:
        own = nodes.where(GridNode.site == person.site_id).order_by(GridNode.level, GridNode.id).first()
        if own is not None:
            found: GridNode = own
            return found
    top = nodes.where(GridNode.level <= str(COMPANY)).order_by(GridNode.level.desc(), GridNode.id).first()
    return top or nodes.order_by(GridNode.level, GridNode.id).first()


def chain(node: GridNode | int | None) -> list[GridNode]:
    """The places from one up to the top, itself first; empty for None or one that is gone."""
    found = node if isinstance(node, GridNode) else GridNode.get_or_none(GridNode.id == (node or 0))
    if found is None:
        return []
    ids = [int(part) for part in found.path.split("/") if part]
    rows = {row.id: row for row in GridNode.select().where(GridNode.id.in_(ids))}
    return [rows[each] for each in reversed(ids) if each in rows]


def paths_in_words(nodes: Sequence[GridNode]) -> dict[int, str]:
    """By id, how people say where a place is: `临江厂区 · 动力 · 配电室`, from the site down."""
    ids = {int(part) for node in nodes for part in node.path.split("/") if part}
    rows = {
        row.id: row
        for row in GridNode.select(GridNode.id, GridNode.name, GridNode.level).where(
            GridNode.id.in_(ids or {0})
        )
    }
    told = {}
    for node in nodes:
        line = [rows[int(part)] for part in node.path.split("/") if part and int(part) in rows]
        parts = [row.name for row in line if int(row.level) > COMPANY] or [row.name for row in line[-1:]]
        told[node.id] = " · ".join(parts)
    return told
