"""What who decides about an investment plan is shown, and what its approval does (A07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from peewee import ModelSelect

from models.core import clock
from models.core.db.bulk import select_in
from models.core.db.queries import prepared
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.grid.places import place_of_unit
from models.objectives.investment.plans import KIND, has_items
from models.objectives.records import InvestmentItem, InvestmentPlan
from models.tasks.approval import Approval
from models.tasks.subjects import Amount, Amounts, Context, Details, Effect, SubjectFacts, Values
from models.tasks.views.items import names_of

_LINES = 200  # of a plan, that are shown to who decides


def _wan(plan: InvestmentPlan) -> str:
    total: Any = plan.total_wan
    return f"{total or 0:.2f} 万元"


@prepared
def _items(plan_id: int) -> ModelSelect:
    """A plan's items, the dearest first."""
    query = InvestmentItem.select().where(InvestmentItem.plan == plan_id)
    return query.order_by(InvestmentItem.amount_wan.desc(), InvestmentItem.id)


_NAMES = "SELECT id, name FROM company WHERE id IN ({keys})"
_ITEMS = "SELECT plan_id, COUNT(*) FROM investment_item WHERE plan_id IN ({keys}) GROUP BY plan_id"


def _unit_name(plan: InvestmentPlan) -> str:
    """What the unit or site is called that makes the plan."""
    return str(dict(select_in(_NAMES, [plan.site_id or plan.company_id]))[plan.site_id or plan.company_id])


def _plans_shown(plans: Sequence[InvestmentPlan]) -> list[SubjectFacts]:
    names = dict(select_in(_NAMES, sorted({plan.site_id or plan.company_id for plan in plans})))
    counts = dict(select_in(_ITEMS, [plan.id for plan in plans]))
    made = []
    for plan in plans:
        whose = names[plan.site_id or plan.company_id]
        facts = (
            ("编制单位", whose),
            ("年度", f"{plan.year} 年"),
            ("合计", _wan(plan)),
            ("项目", f"{counts.get(plan.id, 0)} 项"),
        )
        made.append(SubjectFacts(facts, place=whose))
    return made


def _plan_details(plan: InvestmentPlan) -> Details:
    """The plan's items line by line, the dearest first, with the sum of all."""
    items = _items(plan.id)
    who = names_of([plan.maker_id, *(item.person_id for item in items[:_LINES])])
    lines = tuple(Amount(item.name, _line(item, who), item.amount_wan) for item in items[:_LINES])
    total: Any = plan.total_wan
    facts = (
        ("年度", f"{plan.year} 年"),
        ("编制单位", _unit_name(plan)),
        ("编制人", who.get(plan.maker_id or 0, "")),
        ("说明", plan.note or ""),
    )
    return Details(
        tuple(fact for fact in facts if fact[1]),
        Amounts("万元", lines, total or Decimal(0), max(0, len(items) - _LINES)),
    )


def _line(item: InvestmentItem, who: Mapping[int, str]) -> str:
    """What stands below an item: its category, when, and by whom."""
    month = f"{item.due_month} 月" if item.due_month else ""
    parts = (InvestmentItem.category.title_of(item.category), month, who.get(item.person_id or 0, ""))
    return "，".join(part for part in parts if part)


def _put_in_force(actor: Actor, plan: InvestmentPlan, values: Values, context: Context) -> None:
    plan.change(approved_at=clock.now())
    announce("investment_plan.approved", plan)


APPROVAL = Approval(
    KIND,
    check=has_items,
    served={
        "title_of": lambda plan: f"{plan.name}（{_wan(plan)}）", "shown": _plans_shown, "details": _plan_details,
        "effects": {"put_in_force": Effect("记下批准时间，计划生效", _put_in_force)},
        "grid_of": lambda plan: place_of_unit(plan.company_id, plan.site_id),
    },
)  # fmt: skip
