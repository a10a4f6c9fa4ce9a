"""The standard grids as a table that the group keeps (J07)."""

from __future__ import annotations

from typing import Any

from models.core.errors import Conflict, Invalid
from models.core.security.actor import Actor
from models.grid.records import BUSINESS, EDIT_TEMPLATES, GridTemplate

Values = dict[str, Any]


def create_template(actor: Actor, values: Values) -> GridTemplate:
    """Add a node to the standard grids. Raises Invalid at `parent` for a wrong level."""
    actor.require(EDIT_TEMPLATES)
    parent = None if values.get("parent") is None else GridTemplate.get_by_id(values["parent"])
    title = GridTemplate.level.title_of(values["level"])
    if parent is None and int(values["level"]) != BUSINESS:
        raise Invalid(fields={"parent": f"请选择{title}的上级"})
    if parent is not None and int(parent.level) >= int(values["level"]):
        raise Invalid(fields={"parent": f"{title}不能放在{GridTemplate.level.title_of(parent.level)}下面"})
    row = GridTemplate(**values)
    row.save(force_insert=True)
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    row.save(only=["path"])
    return row


def delete_template(actor: Actor, row: GridTemplate) -> None:
    """Delete a node that has none under it; grids that were made of it stay. Raises Conflict."""
    actor.require(EDIT_TEMPLATES)
    below = GridTemplate.select().where(GridTemplate.parent == row.id).count()
    if below:
        raise Conflict(
            f"“{row.name}”下面还有模板",
            code="has_children",
            cause=f"下面还有 {below} 个",
            advice="请先删除下面的",
            details={"children": below},
        )
    GridTemplate.delete().where(GridTemplate.id == row.id).execute()
