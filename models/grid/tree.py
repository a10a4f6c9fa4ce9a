"""The grid as people look at it: the whole tree on the console, one level at a time on the phone (E01)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from models.core.labels.label_codes import format_label_code
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.grid.access import company_for, find_node
from models.grid.hooks import OPEN_HAZARDS
from models.grid.places import FoundPlace, paths_in_words
from models.grid.records import EDIT_GRID, READ_GRID, GridNode
from models.organization.records import Company, Person


def tree(actor: Actor, company: Any = None) -> list[dict[str, Any]]:
    """Every place of a company in the order of the tree, parents first, with its owner and its open hazards.

    `open` counts the place's own hazards, `open_below` those of all below it too. Raises NotFound, Forbidden.
    """
    company_id = company_for(actor, READ_GRID, company)
    rows = list(GridNode.select().where(GridNode.company == company_id))
    shown = _in_order(rows)
    owners = load_rows(Person, {row.owner_id for row in shown} - {None})
    sites = load_rows(Company, {row.site_id for row in shown} - {None})
    own = open_hazards(company_id=company_id)
    total = {row.id: 0 for row in shown}
    for row in shown:
        for part in row.path.split("/"):
            if part and int(part) in total:
                total[int(part)] += own.get(row.id, 0)
    return [
        node_json(row)
        | {
            "owner": _named(owners.get(row.owner_id)),
            "site": _named(sites.get(row.site_id)),
            "open": own.get(row.id, 0),
            "open_below": total[row.id],
            "may_edit": actor.may(EDIT_GRID, row),
        }
        for row in shown
    ]


def _in_order(rows: Sequence[GridNode]) -> list[GridNode]:
    children: dict[int | None, list[GridNode]] = {}
    for row in sorted(rows, key=lambda row: (row.sequence, row.id)):
        children.setdefault(row.parent_id, []).append(row)
    ordered: list[GridNode] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += reversed(children.get(row.id, []))
    return ordered


def open_hazards(places: Sequence[int] = (), *, company_id: int | None = None) -> dict[int, int]:
    """How many hazards are open at places, or at all places of a company; those without any left out."""
    found: Counter[int] = Counter()
    for counts in OPEN_HAZARDS(places, company_id):
        found.update(counts)
    return found


def children(actor: Actor, parent: int | None = None, company: Any = None) -> list[dict[str, Any]]:
    """The places right under one (None: the top), as the phone offers them; those out of use left out."""
    nodes = GridNode.select().where(GridNode.enabled)
    if parent is None:
        company_id = company_for(actor, READ_GRID, company)
        nodes = nodes.where(GridNode.company == company_id, GridNode.parent.is_null())
    else:
        nodes = nodes.where(GridNode.parent == find_node(actor, parent).id)
    rows = list(nodes.order_by(GridNode.sequence, GridNode.id))
    inner = GridNode.select(GridNode.parent).where(
        GridNode.parent.in_([row.id for row in rows] or [0]), GridNode.enabled
    )
    has = {row.parent_id for row in inner}
    words = paths_in_words(rows)
    sites = load_rows(Company, {row.site_id for row in rows} - {None})
    return [
        node_json(row)
        | {"where": words[row.id], "site": _named(sites.get(row.site_id)), "leaf": row.id not in has}
        for row in rows
    ]


def node_json(row: GridNode) -> dict[str, Any]:
    """What every list of places carries of one."""
    return {
        "id": str(row.id),
        "parent": None if row.parent_id is None else str(row.parent_id),
        "level": int(row.level),
        "level_title": GridNode.level.title_of(row.level),
        "name": row.name,
        "code": row.code,
        "label": format_label_code(row.label_code),
        "lng": None if row.lng is None else float(row.lng),
        "lat": None if row.lat is None else float(row.lat),
        "enabled": bool(row.enabled),
        "version": row.version,
    }


def found_json(found: Sequence[FoundPlace]) -> list[dict[str, Any]]:
    """Places that were found, with how and how far."""
    words = paths_in_words([item.node for item in found])
    return [
        node_json(item.node) | {"where": words[item.node.id], "how": item.how, "metres": item.metres}
        for item in found
    ]


def _named(row: Any) -> dict[str, str] | None:
    return None if row is None else {"id": str(row.get_id()), "name": row.name}
