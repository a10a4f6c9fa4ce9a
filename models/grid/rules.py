"""The rules of the grid in one place; each subject has a module of its own (E01, J07)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.labels.labels import Label
from models.core.labels.printing import node_label_url, print_labels
from models.core.ledger.declaration import ResultFile
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.grid.access import find_node
from models.grid.from_templates import PickedPlaces, from_template
from models.grid.nodes import create_node, delete_node, delete_tree, edit_node, move_node
from models.grid.owners.owners import change_owner, owner_of
from models.grid.places import nearest, paths_in_words
from models.grid.records import PRINT_GRID, GridNode
from models.grid.tree import children, tree
from models.organization.records import Company


def move_owner(
    actor: Actor, node_id: int, person_id: int | None, *, hand_over: bool = True
) -> tuple[GridNode, int]:
    """Make somebody else responsible for a place; gives it and how many open tasks went over. Raises NotFound too."""
    node = find_node(actor, node_id)
    moved = change_owner(actor, node, person_id, hand_over=hand_over)
    return GridNode.get_by_id(node.id), moved


def node_labels(actor: Actor, records: Sequence[GridNode], values: dict[str, Any]) -> ResultFile:
    """The QR labels of places, to put up there: scanned, they begin 随手拍 at the right place. Raises as
    `models.equipment.label_printing.label_sheets`.
    """
    for node in records:
        actor.require(PRINT_GRID, node)
    units = load_rows(Company, {row.company_id for row in records})
    words = paths_in_words(records)
    labels = [
        Label(
            url=node_label_url(row.label_code),
            code=row.label_code,
            name=row.name,
            type_name=GridNode.level.title_of(row.level),
            unit=units[row.company_id].name,
            location=words[row.id],
        )
        for row in records
    ]
    name = f"网格二维码 {clock.today():%Y-%m-%d} {len(records)}个"
    return print_labels(labels, values, name=name, title="随手拍 · 发现隐患请扫码")


__all__ = [
    "PickedPlaces", "change_owner", "children", "create_node", "delete_node", "delete_tree", "edit_node", "from_template",
    "move_node", "move_owner", "nearest", "node_labels", "owner_of", "tree",
]  # fmt: skip
