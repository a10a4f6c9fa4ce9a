"""The tree of units: group, plates, companies, sites and departments, with who leads each (A02, J01)."""

from __future__ import annotations

from models.core.views import Hanging, Tree
from models.organization.ledgers import COMPANIES

COMPANY_TREE = Tree(
    name="company-tree", title="组织机构树", ledger=COMPANIES, system="A02", order=("sequence",), badge="kind",
    second=("leader", "phone"), counts=(Hanging("persons", "unit"), Hanging("equipment", "unit")),
)  # fmt: skip
