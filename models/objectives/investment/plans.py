"""Plans of safety investment (A07): written by a company or a site, in force once approved, by flow or on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from peewee import fn

from models.core import clock, history
from models.core.config import config
from models.core.errors import Conflict, Invalid, Malformed
from models.core.files.attachments import Attachment
from models.core.ledger.changes.default_rules import plain_create, plain_edit
from models.core.numbering import insert_numbered, new_number
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.objectives.records import EDIT_PLANS, InvestmentItem, InvestmentPlan
from models.organization.belonging import own_file
from models.tasks.approval import EDITABLE
from models.tasks.approval.approval import locked

Values = dict[str, Any]
KIND, LEDGER = "investment_plan", "investment-plans"


def create_plan(actor: Actor, values: Values) -> InvestmentPlan:
    """Begin a plan. A company may have several in a year (追加)."""
    values = dict(values)
    company = values.setdefault("company", actor.company_id)
    sites = actor.places_of(EDIT_PLANS).sites
    if values.get("site") is None and actor.rights.get(EDIT_PLANS) == Scope.SITE and len(sites) == 1:
        values["site"] = sites[0]
    maker = None if company is None else own_file(actor, company)
    values |= {"total_wan": Decimal(0), "maker": None if maker is None else maker.id}
    return insert_numbered(InvestmentPlan, values, lambda: new_number("TR"))[0]


def edit_plan(actor: Actor, plan: InvestmentPlan, values: Values) -> InvestmentPlan:
    """Change a plan that is a draft or was refused. Raises Conflict `not_editable`."""
    plan = locked(InvestmentPlan, plan.id)
    check_editable(plan)
    made: InvestmentPlan = plain_edit(InvestmentPlan)(actor, plan, values)
    if "site" in values:
        InvestmentItem.update(site=made.site_id).where(InvestmentItem.plan == made.id).execute()
    return made


def delete_plan(actor: Actor, plan: InvestmentPlan) -> None:
    """Delete a draft with its items. Raises Conflict otherwise; the approval keeps one that was sent off."""
    check_editable(plan)
    InvestmentItem.delete().where(InvestmentItem.plan == plan.id).execute()
    InvestmentPlan.delete().where(InvestmentPlan.id == plan.id).execute()


def check_editable(plan: InvestmentPlan) -> None:
    """Raise Conflict unless the plan is its maker's just now."""
    if plan.state in EDITABLE:
        return
    words = InvestmentPlan.state.title_of(plan.state)
    advice = "要修改请先撤回审批" if plan.state == "asked" else "要追加投入，请另起一个计划"
    raise Conflict(
        f"“{plan.name}”现在不能修改", code="not_editable", cause=f"它{words}", advice=advice,
        details={"state": plan.state},
    )  # fmt: skip


def approve_offline(actor: Actor, plan: InvestmentPlan, values: Values) -> InvestmentPlan:
    """Put a plan in force that was approved on paper: the signed paper has to be attached before.

    `values`: who approved (`approver`), and on which day (`approved_on`). Raises Invalid `no_paper`, or for a day
    to come; Conflict for a plan that is under way.
    """
    plan = locked(InvestmentPlan, plan.id)
    has_items(plan)
    papers = [
        row.name
        for row in Attachment.select(Attachment.name).where(
            Attachment.ledger == LEDGER, Attachment.row_id == plan.id
        )
    ]
    if not papers:
        raise Invalid(
            "还没有上传审批件",
            code="no_paper",
            cause="线下审批要有签字的扫描件或照片",
            advice="请先在“附件”里上传，再登记",
            fields={"approver": "请先上传签字的审批件"},
        )
    day: date = values["approved_on"]
    if day > clock.today():
        raise Invalid(fields={"approved_on": "审批日期不能晚于今天"})
    at = datetime.combine(day, time(), tzinfo=config().time_zone)
    plan.move("approve_offline", actor, offline=True, approved_at=at)
    lines = [
        {"field": "offline", "title": "线下审批人", "old": None, "new": values["approver"]},
        {"field": "approved_at", "title": "审批日期", "old": None, "new": day.isoformat()},
        {"field": "attachments", "title": "审批件", "old": None, "new": "、".join(papers)},
        {"field": "state", "title": "状态", "old": None, "new": "已生效"},
    ]
    history.note(actor, plan, "approve_offline", lines)
    return plan


def has_items(plan: InvestmentPlan) -> None:
    """Raise Invalid `no_items` for a plan that asks for nothing."""
    if not InvestmentItem.select().where(InvestmentItem.plan == plan.id).exists():
        raise Invalid(
            "计划里还没有项目",
            code="no_items",
            cause="没有项目，就没有可以审批的金额",
            advice="请先在“投入计划项目”里新增或导入",
            fields={"total_wan": "请先添加项目"},
        )


def create_item(actor: Actor, values: Values) -> InvestmentItem:
    """Add an item to a plan that may be changed; the plan's total follows."""
    plan = _open_plan(actor, values["plan"])
    made: InvestmentItem = plain_create(InvestmentItem)(
        actor, {**values, "company": plan.company_id, "site": plan.site_id}
    )
    keep_total(plan)
    return made


def edit_item(actor: Actor, item: InvestmentItem, values: Values) -> InvestmentItem:
    """Change an item of a plan that may be changed; the plan's total follows."""
    plan = _open_plan(actor, item.plan_id)
    made: InvestmentItem = plain_edit(InvestmentItem)(actor, item, values)
    keep_total(plan)
    return made


def delete_item(actor: Actor, item: InvestmentItem) -> None:
    """Take an item out of a plan that may be changed; the plan's total follows."""
    plan = _open_plan(actor, item.plan_id)
    InvestmentItem.delete().where(InvestmentItem.id == item.id).execute()
    keep_total(plan)


def _open_plan(actor: Actor, plan_id: int) -> InvestmentPlan:
    """A plan, locked, so that it can't be sent off while its items change."""
    plan = locked(InvestmentPlan, plan_id)
    actor.require(EDIT_PLANS, plan)
    check_editable(plan)
    return plan


def keep_total(plan: InvestmentPlan) -> None:
    """Bring the plan's total in line with its items."""
    total = (
        InvestmentItem.select(fn.SUM(InvestmentItem.amount_wan))
        .where(InvestmentItem.plan == plan.id)
        .scalar()
    )
    total = Decimal(str(total or 0)).quantize(Decimal("0.01"))
    if plan.total_wan != total:
        plan.change(total_wan=total)


def check_items(actor: Actor, rows: list[Values]) -> dict[int, dict[str, Malformed]]:
    """Rows of a sheet whose plan can't take any."""
    plans = _plans(rows)
    faults = {}
    for place, row in enumerate(rows):
        plan = plans.get(row.get("plan"))
        if plan is None or not actor.may(EDIT_PLANS, plan):
            faults[place] = {"plan": Malformed("no_such_row", "没有这个投入计划，请填计划编号")}
        elif plan.state not in EDITABLE:
            words = InvestmentPlan.state.title_of(plan.state)
            faults[place] = {"plan": Malformed("not_editable", f"这个计划{words}，不能再加项目")}
    return faults


def import_items(actor: Actor, rows: list[Values]) -> tuple[int, int]:
    """Add the rows of a sheet to their plans; gives (how many, 0)."""
    plans = {plan_id: _open_plan(actor, plan_id) for plan_id in sorted(_plans(rows))}
    for row in rows:
        plan = plans[row["plan"]]
        values = {name: value for name, value in row.items() if value is not None}
        made = InvestmentItem.create(**{**values, "company": plan.company_id, "site": plan.site_id})
        history.note(actor, made, "created", history.differences(InvestmentItem, {}, values))
    for plan in plans.values():
        keep_total(plan)
    return len(rows), 0


def _plans(rows: Iterable[Values]) -> dict[Any, InvestmentPlan]:
    ids = {row["plan"] for row in rows if row.get("plan") is not None}
    return {plan.id: plan for plan in InvestmentPlan.select().where(InvestmentPlan.id.in_(ids or (0,)))}
