"""Which units and sites a board can be looked at for (I02, J01)."""

from __future__ import annotations

from collections.abc import Mapping

from models.core.boards.describe import PLACES
from models.organization.records import Company


@PLACES.answer
def units_and_sites(companies: list[int]) -> Mapping[int, tuple[str, Mapping[int, str]]]:
    """The units among these companies by id, each with its name and its sites."""
    units = Company.select(Company.id, Company.name).where(
        Company.id.in_(companies or [0]), Company.kind == "company"
    )
    names = dict(units.order_by(Company.name).tuples())
    sites: dict[int, dict[int, str]] = {key: {} for key in names}
    found = Company.select(Company.id, Company.name, Company.company_root).where(
        Company.kind == "site", Company.company_root.in_(list(names) or [0])
    )
    for key, name, root in found.order_by(Company.name).tuples():
        sites[root][key] = name
    return {key: (name, sites[key]) for key, name in names.items()}
