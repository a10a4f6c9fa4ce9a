"""The tree of the organisation (J01): group → plate → company → site → department."""

from __future__ import annotations

from collections import Counter
from typing import Any

from models.core import history
from models.core.errors import Conflict, Invalid, Malformed
from models.core.ledger import all_ledgers
from models.core.security import identifiers
from models.core.security.actor import Actor
from models.organization.records import (
    CREATE_COMPANIES,
    DELETE_COMPANIES,
    EDIT_COMPANIES,
    Company,
)

Values = dict[str, Any]
RANKS = ("group", "plate", "company", "site", "department")
# Columns that only say where an account happens to work now: they hold nothing back.
_NOT_HOLDING = {("account", "current_company")}


def create_company(actor: Actor, values: Values) -> Company:
    """Add a node under its parent (J01). Nodes above a company are made by who manages the whole group."""
    actor.require(CREATE_COMPANIES)
    parent = None if values.get("parent") is None else Company.get_by_id(values["parent"])
    _check_place(values["kind"], parent)
    values = _clean(values, None)
    actor.require(CREATE_COMPANIES, parent)  # a company's own right does not reach above the company
    node = Company(**values, path="/", company_root=parent.company_root if parent else None)
    node.save(force_insert=True)
    if node.kind == "company":
        node.company_root = node.id
    node.path = f"{parent.path if parent else '/'}{node.id}/"
    node.save(only=["path", "company_root"])
    if node.kind == "company":
        actor.takes_in(node.id)
    actor.require(CREATE_COMPANIES, node)
    history.note(actor, node, "created", history.differences(Company, {}, values))
    return node


def _check_place(kind: str, parent: Company | None) -> None:
    title = Company.kind.title_of(kind)
    if parent is None:
        if kind != "group":
            raise Invalid(fields={"parent": f"请选择{title}的上级"})
        return
    if RANKS.index(kind) <= RANKS.index(parent.kind):
        above = Company.kind.title_of(parent.kind)
        raise Invalid(
            fields={"parent": f"{title}不能放在{above}下面，请按 集团→板块→公司→厂站→部门 逐级选择"}
        )
    if RANKS.index(kind) > RANKS.index("company") and parent.company_root is None:
        raise Invalid(fields={"parent": f"{title}要放在一家公司下面"})


def _clean(values: Values, node: Company | None) -> Values:
    """Values with a checked credit code; raises Invalid where code or name are taken."""
    values = dict(values)
    if values.get("credit_code"):
        try:
            values["credit_code"] = identifiers.credit_code(values["credit_code"])
        except Malformed as error:
            raise Invalid(fields={"credit_code": error.message}) from None
        if _others(node).where(Company.credit_code == values["credit_code"]).exists():
            raise Invalid(fields={"credit_code": "这个信用代码已被另一个机构登记，请核对"})
    if "name" in values:
        parent = node.parent_id if node is not None else values.get("parent")
        beside = Company.parent.is_null() if parent is None else (Company.parent == parent)
        if _others(node).where(beside, Company.name == values["name"]).exists():
            raise Invalid(fields={"name": f"同一上级下已经有“{values['name']}”"})
    return values


def _others(node: Company | None) -> Any:
    query = Company.select(Company.id)
    return query if node is None else query.where(Company.id != node.id)


def edit_company(actor: Actor, node: Company, values: Values) -> Company:
    """Change a node's particulars; kind and place stay."""
    actor.require(EDIT_COMPANIES, node)
    values = _clean(values, node)
    old = dict(node.__data__)
    node.change(**values)
    history.note(actor, node, "edited", history.differences(Company, old, values))
    return node


def below(node: Company) -> list[Company]:
    """All nodes under a node, deepest first."""
    found = Company.select().where(Company.path.startswith(node.path), Company.id != node.id)
    return sorted(found, key=lambda row: (-row.path.count("/"), row.id))


def in_words(nodes: list[Company]) -> str:
    """So many of each kind: `3 个厂站、2 个部门`."""
    counts = Counter[str](node.kind for node in nodes)
    return "、".join(f"{counts[kind]} 个{Company.kind.title_of(kind)}" for kind in RANKS if counts[kind])


def delete_company(actor: Actor, node: Company) -> None:
    """Delete a node that has none under it and that nothing hangs on.

    Raises Conflict `has_children` with the numbers (then `delete_tree` is the way), or `has_records`.
    """
    actor.require(DELETE_COMPANIES, node)
    children = below(node)
    if children:
        raise Conflict(
            "本机构下有子机构，删除时将一起删除！",
            code="has_children",
            cause=f"“{node.name}”下面有 {in_words(children)}",
            advice="确定要一起删除，请用“连同下级删除”",
            details={"children": len(children)},
        )
    _delete(actor, [node])


def delete_tree(actor: Actor, node: Company) -> str:
    """Delete a node with everything under it, if no record hangs on any of them; says what went."""
    actor.require(DELETE_COMPANIES, node)
    children = below(node)
    _delete(actor, [*children, node])
    return f"已删除“{node.name}”" + (f"和下面的 {in_words(children)}" if children else "")


def _delete(actor: Actor, nodes: list[Company]) -> None:
    ids = [node.id for node in nodes]
    hanging = what_hangs_on(ids)
    if hanging:
        words = "、".join(f"{count} {measure}{noun}" for (noun, measure), count in hanging.items())
        raise Conflict(
            f"不能删除“{nodes[-1].name}”",
            code="has_records",
            cause=f"这里还有 {words}",
            advice="请先把这些记录移到别处或删除",
            details={"records": sum(hanging.values())},
        )
    for field in Company._meta.backrefs:
        if (field.model._meta.table_name, field.name) in _NOT_HOLDING:
            field.model.update({field: None}).where(field.in_(ids)).execute()
    for node in nodes:
        history.note(
            actor, node, "deleted", history.differences(Company, dict(node.__data__), {"name": None})
        )
        Company.delete().where(Company.id == node.id).execute()


def what_hangs_on(ids: list[int]) -> Counter[tuple[str, str]]:
    """How many records of each noun and measure refer to the nodes, the tree itself left out."""
    nouns = {ledger.record: (ledger.noun, ledger.measure) for ledger in reversed(all_ledgers())}
    hanging: Counter[tuple[str, str]] = Counter()
    for field, model in Company._meta.backrefs.items():
        if model is Company or (model._meta.table_name, field.name) in _NOT_HOLDING:
            continue
        if model.__subclasses__():  # what several tables have in common has no table itself
            continue
        count = model.select().where(field.in_(ids)).count()
        if count:
            noun = nouns.get(model, ("其他记录", "条"))
            hanging[noun] = max(hanging[noun], count)
    return hanging
