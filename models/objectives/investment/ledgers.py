"""How investment plans and their items are listed, edited, imported and sent off (A07)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import fn

from models.core.fields import Day, Text
from models.core.ledger import Action, Column, Derived, Filter, ImportPlan, Ledger, Rules, Section
from models.core.security.actor import Actor
from models.objectives.investment import plans
from models.objectives.investment.workflow import APPROVAL
from models.objectives.records import (
    EDIT_PLANS,
    EXPORT_PLANS,
    READ_PLANS,
    InvestmentItem,
    InvestmentPlan,
)
from models.tasks.approval import EDITABLE

GROUP = "目标职责"
Loaded = dict[int, Any]
_RIGHTS = {
    "read": READ_PLANS,
    "create": EDIT_PLANS,
    "edit": EDIT_PLANS,
    "delete": EDIT_PLANS,
    "export": EXPORT_PLANS,
}


def _items(actor: Actor, records: Sequence[InvestmentPlan]) -> Loaded:
    query = InvestmentItem.select(InvestmentItem.plan, fn.COUNT(InvestmentItem.id))
    query = query.where(InvestmentItem.plan.in_([row.id for row in records])).group_by(InvestmentItem.plan)
    return {**dict.fromkeys((row.id for row in records), 0), **dict(query.tuples())}


def _states(actor: Actor, records: Sequence[InvestmentItem]) -> Loaded:
    """The state of each item's plan."""
    rows = InvestmentPlan.select(InvestmentPlan.id, InvestmentPlan.state)
    states = dict(rows.where(InvestmentPlan.id.in_({row.plan_id for row in records} or {0})).tuples())
    return {row.id: states.get(row.plan_id) for row in records}


PLANS = Ledger(
    name=plans.LEDGER,
    record=InvestmentPlan,
    title="投入计划",
    group=GROUP,
    system="A07",
    noun="投入计划",
    measure="个",
    empty="还没有投入计划。点“新增”建一个，加上项目，再提交审批。",
    columns=(
        Column("number", 150, fixed=True),
        Column("name", 220),
        Column("year", 80),
        Column("total_wan", 120),
        Column("items", 90),
        Column("state", 100),
        Column("offline", 100),
        Column("site", 140),
        Column("maker", 110),
        Column("approved_at", 170),
        Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("year", "text"),
        Filter("offline", "flag"),
        Filter("site", "reference"),
        Filter("maker", "reference"),
        Filter("company", "reference"),
        Filter("approved_at", "date_range"),
    ),
    search=("number", "name"),
    search_title="编号、名称",
    form=(Section("投入计划", ("company", "site", "name", "year", "note")),),
    derived=(Derived("items", "项目数", "integer", load=_items),),
    label=lambda row: f"{row.number} {row.name}",
    rights=_RIGHTS,
    rules=Rules(
        plans.create_plan, plans.edit_plan, plans.delete_plan, takes={"项目": InvestmentItem.plan}
    ),
    approved=APPROVAL,
    actions=(
        Action(
            "approve_offline", "登记线下审批", EDIT_PLANS,
            lambda actor, rows, values: [plans.approve_offline(actor, rows[0], values)],
            confirm="请先把签字的审批件上传为附件。登记后计划立即生效，不能再修改。",
            fields=(
                ("approver", Text("审批人", max=60, required=True, help="在纸上签字的人")),
                ("approved_on", Day("审批日期", required=True)),
            ),
            when={"state": EDITABLE},
        ),
    ),
    attachments=True,
    live=True,
)  # fmt: skip

ITEMS = Ledger(
    name="investment-items",
    record=InvestmentItem,
    title="投入计划项目",
    group=GROUP,
    system="A07",
    noun="项目",
    measure="项",
    empty="还没有项目。先建投入计划，再一项一项加，或者从 Excel 导入。",
    columns=(
        Column("plan", 240, fixed=True),
        Column("category", 200),
        Column("name", 220),
        Column("amount_wan", 120),
        Column("due_month", 100),
        Column("person", 110),
        Column("note", 200),
        Column("plan_state", 110),
        Column("company", 180, shown=False),
    ),
    filters=(
        Filter("plan", "reference"), Filter("category", "choice"), Filter("person", "reference"), Filter("site", "reference"),
        Filter("created_at", "date_range"), Filter("company", "reference"),
    ),
    search=("name", "note"),
    total=("amount_wan",),
    form=(Section("项目", ("plan", "category", "name", "amount_wan", "due_month", "person", "note")),),
    derived=(Derived("plan_state", "计划状态", "choice", load=_states, choices=InvestmentPlan.state.options),),
    related=("plan",),
    rights={**_RIGHTS, "import": EDIT_PLANS},
    rules=Rules(plans.create_item, plans.edit_item, plans.delete_item, when={"plan_state": EDITABLE}),
    importing=ImportPlan(
        columns=("plan", "category", "name", "amount_wan", "due_month", "person", "note"),
        file_name="投入计划项目导入.xlsx",
        samples={"plan": "TR261124-7K3F", "category": "安全防护设施设备", "name": "更换有限空间气体检测仪", "amount_wan": "12.5"},
        notes=("投入计划填编号，计划要是草稿或未通过。", "合计由系统计算。"),
        check=plans.check_items,
        save=plans.import_items,
    ),
)  # fmt: skip
