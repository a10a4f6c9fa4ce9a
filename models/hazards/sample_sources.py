"""Samples of hazard sources that a standard grid brought along and nobody has touched: they go with their place (J07)."""

from __future__ import annotations

from collections.abc import Sequence

from models.core import history
from models.core.fields import Link
from models.core.files.attachments import Attachment
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.hazards.records import EDIT_SOURCES, HazardSource
from models.hazards.standards import source_samples


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
