"""How a flow names the person responsible for a place of the grid: `{"by": "grid_owner", "level": 3}` (E01, H07)."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.security.actor import Actor
from models.grid.owners.owners import owners_up
from models.grid.records import LEVELS
from models.tasks.people.finders import Rule, Scene, finder


def _levels(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    return {"level": [("0", "事情所在的网格"), *((choice.value, choice.title) for choice in LEVELS)]}


@finder("grid_owner", "网格责任人", needs=("level",), rises=True, offers=_levels)
def _grid_owner(rule: Rule, scene: Scene) -> Sequence[Sequence[int | None]]:
    """The owners from the subject's place (or the level that is named) up."""
    node = scene.served.grid_of(scene.subject)
    return [] if node is None else [owners_up(node, int(rule.get("level") or 0))]
