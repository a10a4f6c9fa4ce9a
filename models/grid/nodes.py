"""Making, changing, moving and deleting places of the grid (E01). A grid is a tree: levels only go down."""

from __future__ import annotations

from collections import Counter
from typing import Any

from peewee import Value, fn

from models.core import history
from models.core.coordinates import position_faults
from models.core.db.connection import is_sqlite
from models.core.errors import Conflict, Invalid
from models.core.fields import Link
from models.core.labels.unique_label import save_with_label
from models.core.ledger.reading.references import ledger_of
from models.core.security.actor import Actor
from models.grid.hooks import LEAVING
from models.grid.owners.owners import change_owner, check_owner
from models.grid.records import BUSINESS, EDIT_GRID, GridNode
from models.organization.own_places import check_place, company_of
from models.organization.records import Company

Values = dict[str, Any]


def create_node(actor: Actor, values: Values) -> GridNode:
    """Add a place under its parent (E01). Raises Invalid at the fields: another company's parent, a wrong level."""
    actor.require(EDIT_GRID)
    values = dict(values)
    values["company"] = company_of(actor, values, EDIT_GRID)
    lock(values["company"])
    parent = None if values.get("parent") is None else GridNode.get_by_id(values["parent"])
    check_parent(parent, values["company"], int(values["level"]))
    _check(values, None, values["company"], parent)
    return insert(actor, GridNode(**values), parent)


def insert(actor: Actor, node: GridNode, parent: GridNode | None) -> GridNode:
    """Write a node that was checked, with its label and path. A place without a site has its parent's."""
    if node.site_id is None and parent is not None:
        node.site = parent.site_id
    actor.require(EDIT_GRID, node)
    node.path = "/"
    save_with_label(node)
    node.path = f"{parent.path if parent else '/'}{node.id}/"
    GridNode.update(path=node.path).where(GridNode.id == node.id).execute()
    told = {name: node.__data__.get(name) for name in ("name", "level", "parent", "owner", "site")}
    history.note(actor, node, "created", history.differences(GridNode, {}, told))
    return node


def lock(company_id: int) -> None:
    """Let one change of a company's grid come after the other: what two do at once could make a circle.

    The top of the grid is what they wait for; only the first places of all wait for the company itself, as whatever is
    written for a company (every clock-in) would wait with them.
    """
    if is_sqlite():
        return  # there is one writer
    top = GridNode.select(GridNode.id).where(GridNode.company == company_id, GridNode.parent.is_null())
    if not list(top.order_by(GridNode.id).for_update()):
        list(Company.select(Company.id).where(Company.id == company_id).for_update())


def check_parent(parent: GridNode | None, company_id: int, level: int) -> None:
    """Raise Invalid at `parent` where a place of that level may not stand there."""
    title = GridNode.level.title_of(str(level))
    if parent is None:
        if level != BUSINESS:
            raise Invalid(fields={"parent": f"请选择{title}的上级网格"})
        return
    if parent.company_id != company_id:
        raise Invalid(fields={"parent": "上级网格属于另一家单位，请选择本单位的"})
    if int(parent.level) >= level:
        above = GridNode.level.title_of(parent.level)
        raise Invalid(
            fields={"parent": f"{title}不能放在{above}下面，请按 业态→公司→厂站→工艺/区域→单元 逐级选择"}
        )


def _check(values: Values, node: GridNode | None, company_id: int, parent: GridNode | None) -> None:
    check_place(company_id, values)
    check_owner(company_id, values.get("owner"))
    whole = {**(node.__data__ if node else {}), **values}
    if wrong := position_faults(whole):
        raise Invalid(fields=wrong)
    if "name" in values:
        check_name(values["name"], company_id, parent, node)


def check_name(name: str, company_id: int, parent: GridNode | None, node: GridNode | None = None) -> None:
    """Raise Invalid at `name` where there is one of that name beside it (also at the top, which no key guards)."""
    beside = GridNode.parent.is_null() if parent is None else (GridNode.parent == parent.id)
    there = GridNode.select().where(GridNode.company == company_id, beside, GridNode.name == name)
    if node is not None:
        there = there.where(GridNode.id != node.id)
    if there.exists():
        raise Invalid(fields={"name": f"同一上级下已经有“{name}”"})


def edit_node(actor: Actor, node: GridNode, values: Values) -> GridNode:
    """Change a place; another owner takes over what is open there, as `owners.change_owner` says."""
    actor.require(EDIT_GRID, node)
    values = dict(values)
    lock(node.company_id)
    parent = None if node.parent_id is None else GridNode.get_by_id(node.parent_id)
    _check(values, node, node.company_id, parent)
    owner = values.pop("owner", node.owner_id)
    old = dict(node.__data__)
    if any(old[name] != value for name, value in values.items()):
        node.change(**values)
        history.note(actor, node, "edited", history.differences(GridNode, old, values))
    if values.get("site", old["site"]) != old["site"]:
        carry_site(node, old["site"])
    if owner != node.owner_id:
        change_owner(actor, node, owner)
    return node


def carry_site(node: GridNode, before: int | None) -> None:
    """The places below that had their site from this one follow it."""
    same = GridNode.site.is_null() if before is None else (GridNode.site == before)
    GridNode.update(site=node.site_id, version=GridNode.version + 1).where(
        GridNode.path.startswith(node.path), GridNode.id != node.id, same
    ).execute()


def move_node(actor: Actor, node: GridNode, parent_id: int | None) -> GridNode:
    """Put a place, with all below it, under another one; what had its site from above has it from there then.

    Raises Invalid at `parent` for its own descendant (a circle), a wrong level, or another company's.
    """
    actor.require(EDIT_GRID, node)
    lock(node.company_id)
    node = GridNode.get_by_id(node.id)
    parent = None if parent_id is None else GridNode.get_or_none(GridNode.id == parent_id)
    if parent_id is not None and parent is None:
        raise Invalid(fields={"parent": "没有这个网格，请从列表中选择"})
    if parent is not None and parent.path.startswith(node.path):
        raise Invalid(fields={"parent": "不能放到它自己或它的下级里面"})
    check_parent(parent, node.company_id, int(node.level))
    check_name(node.name, node.company_id, parent, node)
    if parent is not None:
        actor.require(EDIT_GRID, parent)
    before, old = node.path, dict(node.__data__)
    was = None if node.parent_id is None else GridNode.get_by_id(node.parent_id).site_id
    site = parent.site_id if parent is not None and node.site_id == was else node.site_id
    node.change(parent=parent_id, site=site)
    after = f"{parent.path if parent else '/'}{node.id}/"
    # Ids stand once in a path, so the old beginning is found at the beginning alone.
    GridNode.update(path=fn.REPLACE(GridNode.path, Value(before), Value(after))).where(
        GridNode.path.startswith(before)
    ).execute()
    history.note(
        actor, node, "moved", history.differences(GridNode, old, {"parent": parent_id, "site": site})
    )
    node = GridNode.get_by_id(node.id)
    if site != old["site"]:
        carry_site(node, old["site"])
    return node


def below(node: GridNode) -> list[GridNode]:
    """All places under one, the deepest first."""
    found = GridNode.select().where(GridNode.path.startswith(node.path), GridNode.id != node.id)
    return sorted(found, key=lambda row: (-row.path.count("/"), row.id))


def delete_node(actor: Actor, node: GridNode) -> None:
    """Delete a place that has none under it. Raises Conflict `has_children` or `has_records`, in numbers."""
    actor.require(EDIT_GRID, node)
    children = below(node)
    if children:
        raise Conflict(
            f"“{node.name}”下面还有网格",
            code="has_children",
            cause=f"下面有 {in_words(children)}",
            advice="确定要一起删除，请用“连同下级删除”",
            details={"children": len(children)},
        )
    _delete(actor, [node])


def delete_tree(actor: Actor, node: GridNode) -> str:
    """Delete a place with everything under it, if nothing but untouched samples hangs on any of them; says what went."""
    actor.require(EDIT_GRID, node)
    children = below(node)
    samples = _delete(actor, [*children, node])
    told = f"已删除“{node.name}”" + (f"和下面的 {in_words(children)}" if children else "")
    return told + (f"，连同 {samples} 个没有改过的危险源样例" if samples else "")


def in_words(nodes: list[GridNode]) -> str:
    """So many of each level: `3 个厂站、2 个单元`."""
    counts = Counter[str](node.level for node in nodes)
    return "、".join(f"{counts[level]} 个{GridNode.level.title_of(level)}" for level in sorted(counts))


def _delete(actor: Actor, nodes: list[GridNode]) -> int:
    """Delete places, and the samples that came with them; gives how many of these."""
    ids = [node.id for node in nodes]
    samples = sum(LEAVING(actor, nodes))
    words = []
    for field, model in GridNode._meta.backrefs.items():
        count = 0
        if model is not GridNode and isinstance(field, Link):
            count = model.select().where(field.in_(ids)).count()
        if count:
            ledger = ledger_of(model)
            words.append(f"{count} {ledger.measure}{ledger.noun}" if ledger else f"{count} 条其他记录")
    if words:
        raise Conflict(
            f"不能删除“{nodes[-1].name}”",
            code="has_records",
            cause=f"这里还有 {'、'.join(words)}",
            advice="请先处理这些记录，或者把网格改为停用",
        )
    for node in nodes:
        gone = dict.fromkeys(("name", "level", "owner"))
        history.note(actor, node, "deleted", history.differences(GridNode, dict(node.__data__), gone))
        GridNode.delete().where(GridNode.id == node.id).execute()
    return samples
