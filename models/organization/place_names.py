"""Sites and departments by what a sheet calls them, in whatever spelling (Q05, Q13, E01)."""

from __future__ import annotations

from models.core.errors import Malformed
from models.core.security.actor import Actor
from models.core.text.folding import fold
from models.organization.records import Company


def site(actor: Actor, text: str) -> int:
    """The site of the actor's company that is called so. Raises Malformed."""
    return _place(actor, text, "site", "厂站")


def department(actor: Actor, text: str) -> int:
    """The department that is called so; of several with one name, the one under 厂站/部门. Raises Malformed."""
    return _place(actor, text, "department", "部门")


def _place(actor: Actor, text: str, kind: str, title: str) -> int:
    *above, name = [fold(part) for part in text.replace("／", "/").split("/")]
    rows = Company.select(Company.id, Company.name, Company.kind, Company.path).where(
        Company.company_root == (actor.company_id or 0)
    )
    names = {row.id: fold(row.name) for row in rows}
    found = [row for row in rows if row.kind == kind and names[row.id] == name and _under(row, above, names)]
    if len(found) == 1:
        return int(found[0].id)
    if found:
        raise Malformed("ambiguous", f"有 {len(found)} 个“{text[:20]}”，请写成“厂站/部门”")
    raise Malformed("no_such_row", f"本单位没有“{text[:20]}”这个{title}，请核对，或先在“公司”里新增")


def _under(row: Company, above: list[str], names: dict[int, str]) -> bool:
    """Whether the nodes named `above` stand above it, in this order."""
    path = [names.get(int(part), "") for part in row.path.strip("/").split("/")[:-1] if part]
    left = iter(path)
    return all(any(one == wanted for one in left) for wanted in above)


__all__ = ["department", "site"]
