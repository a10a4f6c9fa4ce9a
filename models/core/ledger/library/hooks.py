"""What the library asks of those who know the units."""

from __future__ import annotations

from models.core.hooks import Hook

#: The group that a unit belongs to: the top of its tree.
GROUP_OF: Hook[[int | None], int | None] = Hook("core.group_of")


def group_of(company_id: int | None) -> int | None:
    """The group of a unit, None where there is none."""
    return next((found for found in GROUP_OF(company_id) if found is not None), None)


__all__ = ["GROUP_OF", "group_of"]
