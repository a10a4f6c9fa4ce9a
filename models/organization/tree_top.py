"""Of which group a unit is: for what a group offers to its own companies (J07)."""

from __future__ import annotations

from models.core.ledger.library.hooks import GROUP_OF
from models.organization.records import Company


@GROUP_OF.answer
def top_of(company_id: int | None) -> int | None:
    """The top of the tree that a unit stands in; None for no unit."""
    if company_id is None:
        return None
    path = Company.select(Company.path).where(Company.id == company_id).scalar()
    first = str(path or "").strip("/").partition("/")[0]
    return int(first) if first.isdigit() else None


__all__ = ["top_of"]
