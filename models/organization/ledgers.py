"""How companies are listed and edited (J01)."""

from __future__ import annotations

from models.core.ledger import Action, Column, Filter, Ledger, Rules, Section
from models.organization import tree
from models.organization.records import (
    CREATE_COMPANIES,
    DELETE_COMPANIES,
    EDIT_COMPANIES,
    EXPORT_COMPANIES,
    READ_COMPANIES,
    Company,
)

SYSTEM = "系统管理"


COMPANIES = Ledger(
    name="companies",
    record=Company,
    title="公司",
    group=SYSTEM,
    system="J01",
    noun="机构",
    measure="个",
    empty="还没有机构。先新增集团，再逐级新增板块、公司、厂站和部门。",
    columns=(
        Column("name", 220, fixed=True),
        Column("kind", 90),
        Column("parent", 180),
        Column("credit_code", 190),
        Column("leader", 110),
        Column("phone", 130),
        Column("address", 240, shown=False),
        Column("sequence", 80, shown=False),
    ),
    filters=(Filter("kind", "choice"), Filter("parent", "reference")),
    search=("name", "credit_code", "leader"),
    form=(
        Section("机构", ("name", "kind", "parent", "sequence")),
        Section("资料", ("credit_code", "leader", "phone", "address", "refuses_overdue")),
    ),
    sort="path",
    sorts=("path", "name"),
    note=lambda row: Company.kind.title_of(row.kind),
    rights={
        "read": READ_COMPANIES,
        "create": CREATE_COMPANIES,
        "edit": EDIT_COMPANIES,
        "delete": DELETE_COMPANIES,
        "export": EXPORT_COMPANIES,
    },
    rules=Rules(tree.create_company, tree.edit_company, tree.delete_company),
    actions=(
        Action(
            "delete_tree",
            "连同下级删除",
            DELETE_COMPANIES,
            lambda actor, rows, values: tree.delete_tree(actor, rows[0]),
            gives="message",
            tone="danger",
            confirm="本机构下有子机构，删除时将一起删除！有人员、设备等记录的机构不会被删除。",
        ),
    ),
)
