"""Places that were made of a template before copies remembered their source: it is known by their code (J07)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.taking import keep_copy
from models.core.ledger.library.versions import PRODUCT, source_of
from models.grid.records import COMPANY, SITE, GridNode, GridTemplate
from models.grid.standards import BELOW, standard_places


def remember_older() -> int:
    """Tell the places that have a template's code, level and name, and no source yet, where they came from; gives how many.

    A company's and a site's place are called as these are. What the template has below and the unit has not counts as left
    out: nobody knows any more whether it was there to be picked.
    """
    templates = {row.code: row for row in GridTemplate.select()}
    copied = LibraryCopy.select(LibraryCopy.row_id).where(LibraryCopy.ledger == "grid")
    nodes = list(
        GridNode.select().where(GridNode.code.in_(list(templates) or [""]), GridNode.id.not_in(copied))
    )
    made = [node for node in nodes if _is_of(node, templates[node.code])]
    if not made:
        return 0
    standards = {one.key: one for one in standard_places()}
    below = _below([node.id for node in made], templates)
    for node in made:
        standard = standards[node.code]
        keys = [line.key for line in standard.parts[BELOW]]
        children = {key: row_id for key, row_id in below.get(node.id, {}).items() if key in keys}
        refused = {f"{BELOW}:{key}": "" for key in keys if key not in children}
        keep_copy(
            "grid", node, source_of(PRODUCT, node.code), node.name, standard, {BELOW: children}, refused
        )
    return len(made)


def _is_of(node: GridNode, template: GridTemplate) -> bool:
    named = int(node.level) in (COMPANY, SITE) or node.name == template.name
    return bool(str(node.level) == str(template.level) and named)


def _below(parents: list[int], templates: Mapping[str, GridTemplate]) -> dict[int, dict[str, Any]]:
    """The places under each that came of a template too, by its code."""
    found: dict[int, dict[str, Any]] = {}
    for node in GridNode.select().where(GridNode.parent.in_(parents), GridNode.code.is_null(False)):
        if node.code in templates and _is_of(node, templates[node.code]):
            found.setdefault(node.parent_id, {})[node.code] = node.id
    return found


__all__ = ["remember_older"]
