"""How far 本厂站 and 本部门 reach: the sites and departments of each right of such a scope (J04).

Each grant is measured by itself, so that a role never widens what another one gives. Without a node, 本厂站 is the site
of the holder's own file and 本部门 its department. A node that is named with the role takes the place of one's own where
it is of that level or below; a node above it (a site for a role that reaches a department) only bounds it. What there is
not (a file without a department) reaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.administration.roles.grants import Reach
from models.core.security.actor import Places
from models.core.security.rights import Scope
from models.organization.records import Company, Person

_NARROW = (Scope.SITE, Scope.DEPARTMENT)
_LEVEL = {Scope.SITE: "site", Scope.DEPARTMENT: "department"}
_RANK = ("group", "plate", "company", "site", "department")


@dataclass(frozen=True)
class Grant:
    """What a role gives in the company worked for, and the node of the tree that was named with it."""

    reach: Reach
    node_id: int | None


def is_narrow(rights: Mapping[str, Scope]) -> bool:
    """Whether any of the rights is measured by sites or departments."""
    return any(scope in _NARROW for scope in rights.values())


def places_of(
    rights: Mapping[str, Scope], grants: Sequence[Grant], own: Sequence[Person], tree: Sequence[Company]
) -> dict[str, Places]:
    """The places of each right whose widest scope is a site or a department.

    `own` are the holder's own files in the company, `tree` at least the nodes of the company.
    """
    nodes = {row.id: row for row in tree}
    made: dict[tuple[Scope, int | None], set[int]] = {}
    found: dict[str, set[int]] = {name: set() for name, scope in rights.items() if scope in _NARROW}
    for grant in grants:
        for name, scope in grant.reach.items():
            if name in found and scope in _NARROW:
                key = (scope, grant.node_id)
                if key not in made:
                    made[key] = _below(_tops(scope, grant.node_id, own, nodes), nodes)
                found[name] |= made[key]
    shared: dict[frozenset[int], Places] = {}
    return {name: shared.setdefault(frozenset(ids), _places(ids, nodes)) for name, ids in found.items()}


def _tops(
    scope: Scope, node_id: int | None, own: Sequence[Person], nodes: Mapping[int, Company]
) -> list[Company]:
    """The nodes that a grant reaches from."""
    level = _LEVEL[scope]
    if node_id is None:
        return _own(level, own, nodes)
    node = nodes.get(node_id)
    if node is not None and _RANK.index(node.kind) >= _RANK.index(level):
        return [node]
    # Above the level, or of no place in this company: then none of one's own lies below it.
    return [row for row in _own(level, own, nodes) if f"/{node_id}/" in row.path]


def _own(level: str, own: Sequence[Person], nodes: Mapping[int, Company]) -> list[Company]:
    """Where the holder's own files stand at a level; for the site also their department, which may lie in none."""
    ids = [file.department_id for file in own]
    if level == "site":
        ids += [file.site_id for file in own]
    allowed = ("site", "department") if level == "site" else ("department",)
    return [nodes[id_] for id_ in ids if id_ in nodes and nodes[id_].kind in allowed]


def _below(tops: Iterable[Company], nodes: Mapping[int, Company]) -> set[int]:
    marks = [f"/{top.id}/" for top in tops]
    return {id_ for id_, row in nodes.items() if any(mark in row.path for mark in marks)}


def _places(ids: Iterable[int], nodes: Mapping[int, Company]) -> Places:
    rows = [nodes[id_] for id_ in sorted(ids)]
    return Places(
        sites=tuple(row.id for row in rows if row.kind == "site"),
        departments=tuple(row.id for row in rows if row.kind == "department"),
    )
