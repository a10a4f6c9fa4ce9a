"""Samples of hazard sources: they come with places of a standard grid, and go with them while nobody has touched them (J07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core import history
from models.core.fields import Link
from models.core.files.attachments import Attachment
from models.core.security.actor import Actor
from models.grid import hooks as grid_hooks
from models.grid.records import GridNode
from models.hazards.records import EDIT_SOURCES, HazardSource
from models.hazards.standards import source_samples


@grid_hooks.SAMPLES.answer
def bring_along(actor: Actor, places: Mapping[str, Sequence[GridNode]]) -> int:
    """Samples at new places, by the code of their template; not where one of that name is. Gives how many came."""
    actor.require(EDIT_SOURCES)
    samples = source_samples()
    rows = [
        row
        for code, nodes in places.items()
        for node in nodes
        for row in _missing(node, samples.get(code, ()))
    ]
    if rows:
        HazardSource.insert_many(rows).execute()
    return len(rows)


def _missing(node: GridNode, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    there = {row.name for row in HazardSource.select(HazardSource.name).where(HazardSource.grid == node.id)}
    return [
        {
            "company": node.company_id, "site": node.site_id, "grid": node.id, "name": item["name"],
            "description": item["description"], "risk": item["risk"],
        }
        for item in wanted
        if item["name"] not in there
    ]  # fmt: skip


@grid_hooks.LEAVING.answer
def take_along(actor: Actor, nodes: Sequence[GridNode]) -> int:
    """Delete the untouched samples at these places; gives how many. Whatever somebody wrote, or points at, stays.

    A sample is untouched while it reads as it came, was never changed, has no file and nothing was found of it.
    """
    at = {node.id: node for node in nodes}
    samples = source_samples()
    untouched = [
        row
        for row in HazardSource.select().where(
            HazardSource.grid.in_(list(at) or [0]), HazardSource.version == 1
        )
        if actor.may(EDIT_SOURCES, row)
        and any(
            (row.name, row.description, row.risk) == (each["name"], each["description"], each["risk"])
            for each in samples.get(at[row.grid_id].code, ())
        )
    ]
    used = _used([row.id for row in untouched])
    gone = [row for row in untouched if row.id not in used]
    for row in gone:
        told = dict.fromkeys(("name", "grid", "risk"))
        history.note(actor, row, "deleted", history.differences(HazardSource, dict(row.__data__), told))
        HazardSource.delete().where(HazardSource.id == row.id).execute()
    return len(gone)


def _used(ids: list[int]) -> set[int]:
    """Those that something points at, or that have a file."""
    files = Attachment.select(Attachment.row_id).where(
        Attachment.ledger == "hazard-sources", Attachment.row_id.in_(ids or [0])
    )
    used = {int(row.row_id) for row in files}
    for field, model in HazardSource._meta.backrefs.items():
        if isinstance(field, Link):
            used |= {value for (value,) in model.select(field).where(field.in_(ids or [0])).tuples()}
    return used
