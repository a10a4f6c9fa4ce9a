"""Who says that a row was compared with the regulation's text: the flag 已核对原文 and the name beside it (X06)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core.security.actor import Actor

#: What says nothing about the text. Whoever changes anything else has not compared what stands there now.
_ASIDE = ("confirmed", "checked_by", "enabled", "sequence")


def checked_by(actor: Actor, row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `confirmed` and `checked_by` that follow from a form's `values` for a row (None: a new one)."""
    before = bool(row is not None and row.confirmed)
    said = values.get("confirmed", before)
    changed = row is not None and any(
        (value or None) != (row.__data__.get(name) or None)
        for name, value in values.items()
        if name not in _ASIDE and name in row._meta.fields
    )
    if before and said and changed:
        said = False  # the mark was for other words
    if said and not before:
        return {"confirmed": True, "checked_by": actor.name[:60]}
    return {"confirmed": bool(said), "checked_by": row.checked_by if said else None}
