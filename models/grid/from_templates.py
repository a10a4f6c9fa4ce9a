"""A company's grid from the standard templates: picked, pruned, added to, and picked again without doubling (J07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.core.errors import Invalid
from models.core.ledger.library.declaration import Standard, digest_of
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.taking import keep_copy, refusing
from models.core.ledger.library.updates import merged
from models.core.ledger.library.versions import PRODUCT, source_of
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.grid.hooks import SAMPLES
from models.grid.nodes import check_parent, insert, lock
from models.grid.records import COMPANY, EDIT_GRID, SITE, GridNode, GridTemplate
from models.grid.standards import BELOW, role_note, standard_places
from models.organization.own_places import check_place, company_of
from models.organization.records import Company

MAX_PICKED = 500


@dataclass
class PickedPlaces:
    """What came of picking: the places that are new, how many were there already, how many sources were added."""

    nodes: list[GridNode] = field(default_factory=list)
    kept: int = 0
    sources: int = 0

    @property
    def message(self) -> str:
        """In a sentence."""
        kept = f"，{self.kept} 个已有，没有改动" if self.kept else ""
        sources = f"，带入 {self.sources} 个危险源" if self.sources else ""
        return f"已新增 {len(self.nodes)} 个网格{kept}{sources}"


def from_template(
    actor: Actor,
    company_id: int | None,
    template_ids: Iterable[int],
    under: int | None = None,
    *,
    site: int | None = None,
    sources: bool = False,
) -> PickedPlaces:
    """Make places of the picked template nodes; what was not picked is left out.

    `under` is the company's own place to put them under; without it whatever stands above a picked node comes along.
    A node for the company takes the company's name; with `site` the node for a site takes that site's. A place whose
    name is there already is kept, and what is picked below it goes there: picking twice makes nothing twice. With
    `sources` samples of hazard sources come along. Raises Invalid, Forbidden.
    """
    actor.require(EDIT_GRID)
    company = Company.get_by_id(company_of(actor, {"company": company_id}, EDIT_GRID))
    check_place(company.id, {"site": site})
    lock(company.id)
    top = _under(under, company.id)
    picked = _picked(template_ids, whole=top is None)
    made = PickedPlaces()
    places: dict[int, GridNode] = {}  # by template
    for template in picked:
        parent = places.get(template.parent_id, top)
        check_parent(parent, company.id, int(template.level))
        name, own_site = _name(template, company, site)
        places[template.id] = _place(actor, made, template, company.id, parent, name, own_site)
    _remember(places, picked)
    if sources:
        made.sources = sum(SAMPLES(actor, _by_code(places, picked)))
    return made


def _under(under: int | None, company_id: int) -> GridNode | None:
    if under is None:
        return None
    found: GridNode | None = GridNode.get_or_none(GridNode.id == under, GridNode.company == company_id)
    if found is None:
        raise Invalid(fields={"under": "没有这个网格，请从本单位的网格中选择"})
    return found


def _picked(template_ids: Iterable[int], *, whole: bool) -> list[GridTemplate]:
    """The picked templates from the top down; with `whole` those above them too."""
    ids = set(template_ids)
    if not ids or len(ids) > MAX_PICKED:
        raise Invalid(fields={"templates": f"请选择 1 到 {MAX_PICKED} 个模板"})
    rows = load_rows(GridTemplate, ids)
    if len(rows) < len(ids):
        raise Invalid(fields={"templates": "有的模板已经不在了，请重新选择"})
    if whole:
        above = {int(part) for row in rows.values() for part in row.path.split("/") if part}
        rows = load_rows(GridTemplate, above)
    return sorted(rows.values(), key=lambda row: (int(row.level), row.sequence, row.id))


def _name(template: GridTemplate, company: Company, site: int | None) -> tuple[str, int | None]:
    """What the place is called here, and the site that it stands for."""
    if int(template.level) == COMPANY:
        return str(company.name), None
    if int(template.level) == SITE and site is not None:
        return str(Company.get_by_id(site).name), site
    return str(template.name), None


def _place(
    actor: Actor,
    made: PickedPlaces,
    template: GridTemplate,
    company_id: int,
    parent: GridNode | None,
    name: str,
    site: int | None,
) -> GridNode:
    beside = GridNode.parent.is_null() if parent is None else (GridNode.parent == parent.id)
    there: GridNode | None = GridNode.get_or_none(
        GridNode.company == company_id, beside, GridNode.name == name
    )
    if there is not None:
        made.kept += 1
        return there
    node = GridNode(
        company=company_id, parent=parent, level=template.level, name=name, code=template.code, site=site,
        sequence=template.sequence, note=role_note(template) if template.owner_role else None,
    )  # fmt: skip
    made.nodes.append(insert(actor, node, parent))
    return node


def _remember(places: Mapping[int, GridNode], picked: Sequence[GridTemplate]) -> None:
    """Each place is a copy of its node: what was not picked below it was left out, what is picked later is taken back in."""
    by_code = {str(template.code): places[template.id] for template in picked}
    wanted = set(by_code)
    copies = {copy.row_id: copy for copy in _copies([node.id for node in by_code.values()])}
    for standard in standard_places():
        if standard.key not in wanted:
            continue
        node = by_code[standard.key]
        below = [line.key for line in standard.parts[BELOW]]
        copy = copies.get(node.id)
        children = {key: by_code[key].id for key in below if key in wanted}
        if copy is None:
            refused = {f"{BELOW}:{key}": "" for key in below if key not in wanted}
            keep_copy(
                "grid",
                node,
                source_of(PRODUCT, standard.key),
                node.name,
                standard,
                {BELOW: children},
                refused,
            )
        elif children:
            _take_in(copy, standard, children)


def _copies(ids: Iterable[int]) -> Iterable[LibraryCopy]:
    found: Iterable[LibraryCopy] = LibraryCopy.select().where(
        LibraryCopy.ledger == "grid", LibraryCopy.row_id.in_(list(ids) or [0])
    )
    return found


def _take_in(copy: LibraryCopy, standard: Standard, children: Mapping[str, int]) -> None:
    """Places under one that was a copy already: they are known, and not left out any more."""
    keys = [f"{BELOW}:{key}" for key in children]
    content = merged(copy.content, standard.content, keys)
    refused = {key: digest for key, digest in (copy.refused or {}).items() if key not in keys}
    known = {**copy.children, BELOW: {**copy.children.get(BELOW, {}), **children}}
    values = {"content": content, "digest": digest_of(content), "children": known, **refusing(refused)}
    LibraryCopy.update(values).where(LibraryCopy.id == copy.id).execute()


def bring_branch(actor: Actor, node: GridNode, code: str) -> int:
    """What is new under a place, with all that stands below it; gives the id of its uppermost place."""
    top = GridTemplate.get(GridTemplate.code == code)
    ids = [row.id for row in GridTemplate.select().where(GridTemplate.path.startswith(top.path))]
    from_template(actor, node.company_id, ids, node.id)
    beside = GridNode.select().where(GridNode.parent == node.id, GridNode.name == top.name)
    return int(beside.get().id)


def _by_code(places: dict[int, GridNode], picked: list[GridTemplate]) -> dict[str, list[GridNode]]:
    """The places by the code of the template that they were made of."""
    found: dict[str, list[GridNode]] = {}
    for template in picked:
        found.setdefault(template.code, []).append(places[template.id])
    return found
