"""Whose grid and hazards somebody may read: all of one company may (E01, E09)."""

from __future__ import annotations

from typing import Any, TypeVar

from models.core.actor import Actor
from models.core.errors import Invalid, NotFound
from models.core.records import Record
from models.core.rights import Scope
from models.hazards.grid import READ_GRID, GridNode
from models.hazards.records import READ_HAZARDS, Hazard
from models.organization.belonging import own_units

R = TypeVar("R", bound=Record)


def companies(actor: Actor, right: str) -> tuple[int, ...]:
    """The companies whose rows the actor may read: the right's, and those that they belong to. Raises Forbidden."""
    actor.require(right)
    reached = actor.companies(right) if actor.rights[right] > Scope.SELF else ()
    return tuple(sorted({*reached, *own_units(actor)}))


def company_for(actor: Actor, right: str, wanted: Any = None) -> int:
    """The company asked for, or the one worked for, if the actor may read it. Raises Invalid, NotFound, Forbidden."""
    company = as_id(wanted) if wanted not in (None, "") else actor.company_id
    if company is None:
        raise Invalid(fields={"company": "请选择单位"})
    if company not in companies(actor, right):
        raise NotFound()
    return company


def find_node(actor: Actor, node_id: Any) -> GridNode:
    """A node of the grid that the actor may read. Raises NotFound, Forbidden."""
    return _find(actor, GridNode, READ_GRID, node_id)


def find_hazard(actor: Actor, hazard_id: Any) -> Hazard:
    """A hazard that the actor may read: of their own company, or their own report. Raises NotFound, Forbidden."""
    found = Hazard.get_or_none(Hazard.id == (as_id(hazard_id) or 0))
    if found is not None and is_reporter(actor, found):
        actor.require(READ_HAZARDS)
        return found
    return _find(actor, Hazard, READ_HAZARDS, hazard_id)


def is_reporter(actor: Actor, hazard: Hazard) -> bool:
    """Whether the actor reported it, and (where that was as one of the unit's people) still belongs there."""
    if hazard.reporter_id is not None:
        return hazard.reporter_id in actor.person_ids
    return actor.account_id is not None and hazard.reporter_account_id == actor.account_id


def _find(actor: Actor, record: type[R], right: str, row_id: Any) -> R:
    allowed = companies(actor, right)
    found: R | None = record.get_or_none(record._meta.primary_key == (as_id(row_id) or 0))
    if found is None or found.scope_value("company") not in allowed:
        raise NotFound()
    return found


def as_id(value: Any) -> int | None:
    """An id as a door sends it, or None for what is none."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 19 else None
