"""Sites and departments by what a sheet calls them, in whatever spelling (Q05, Q13, E01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from models.core.errors import Malformed
from models.core.security.actor import Actor
from models.core.text.folding import fold
from models.organization.records import Company

Find = Callable[[str], int]


def sites(actor: Actor) -> Find:
    """Finds the site of the actor's company that is called so; what it gives raises Malformed."""
    return _places(actor, "site", "厂站")


def departments(actor: Actor) -> Find:
    """Finds the department that is called so; of several with one name, the one under 厂站/部门. Raises Malformed."""
    return _places(actor, "department", "部门")


def _places(actor: Actor, kind: str, title: str) -> Find:
    columns = (Company.id, Company.name, Company.kind, Company.path)
    rows = list(Company.select(*columns).where(Company.company_root == (actor.company_id or 0)))
    names = {row.id: fold(row.name) for row in rows}
    called: dict[str, list[Company]] = defaultdict(list)
    for row in rows:
        if row.kind == kind:
            called[names[row.id]].append(row)

    def find(text: str) -> int:
        *above, name = [fold(part) for part in text.replace("／", "/").split("/")]
        found = [row for row in called.get(name, ()) if _under(row, above, names)]
        if len(found) == 1:
            return int(found[0].id)
        if found:
            raise Malformed("ambiguous", f"有 {len(found)} 个“{text[:20]}”，请写成“厂站/部门”")
        raise Malformed("no_such_row", f"本单位没有“{text[:20]}”这个{title}，请核对，或先在“公司”里新增")

    return find


def _under(row: Company, above: list[str], names: dict[int, str]) -> bool:
    """Whether the nodes named `above` stand above it, in this order."""
    path = [names.get(int(part), "") for part in row.path.strip("/").split("/")[:-1] if part]
    left = iter(path)
    return all(any(one == wanted for one in left) for wanted in above)


__all__ = ["departments", "sites"]
