"""Whose grid somebody may read: all of one company may (E01)."""

from __future__ import annotations

from typing import Any, TypeVar

from models.core.errors import Invalid, NotFound
from models.core.records import Record
from models.core.row_ids import parse_id
from models.core.security.actor import Actor
from models.grid.records import READ_GRID, GridNode
from models.organization.belonging import own_units

R = TypeVar("R", bound=Record)


def companies(actor: Actor, right: str) -> tuple[int, ...]:
    """The companies all of whose rows the actor may read: the right's, and those they belong to. Raises Forbidden."""
    actor.require(right)
    return tuple(sorted({*actor.whole_companies(right), *own_units(actor)}))


def company_for(actor: Actor, right: str, wanted: Any = None) -> int:
    """The company asked for, or the one worked for, if the actor may read it. Raises Invalid, NotFound, Forbidden."""
    company = as_id(wanted) if wanted not in (None, "") else actor.company_id
    if company is None:
        raise Invalid(fields={"company": "请选择单位"})
    if company not in companies(actor, right):
        raise NotFound()
    return company


def find_node(actor: Actor, node_id: int) -> GridNode:
    """A node of the grid that the actor may read. Raises NotFound, Forbidden."""
    return find_readable(actor, GridNode, READ_GRID, node_id)


def find_readable(actor: Actor, record: type[R], right: str, row_id: int) -> R:
    allowed = companies(actor, right)
    found: R | None = record.get_or_none(record._meta.primary_key == row_id)
    if found is None or not (found.scope_value("company") in allowed or actor.may(right, found)):
        raise NotFound()
    return found


def as_id(value: Any) -> int | None:
    """An id as a door sends it, or None for what is none."""
    return parse_id(value)
