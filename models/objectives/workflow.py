"""What the engine serves of this chapter: investment plans on their flow (A07), and periodic work that is done (A05).

Nothing in models/tasks knows of either: a plan is a transition table and a flow that is data, a periodic task a form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from models.core import clock
from models.core.db.bulk import select_in
from models.core.errors import NotFound
from models.core.events.outbox import announce
from models.core.fields import Described, LongText
from models.core.files import photos
from models.core.ledger.references import load_rows
from models.core.security.actor import Actor
from models.grid.records import COMPANY, SITE, GridNode
from models.objectives.investment.plans import KIND, LEDGER
from models.objectives.posts.periodic_work import title_of
from models.objectives.posts.posts import SUBJECT
from models.objectives.posts.wording import KIND_TITLES, rhythm
from models.objectives.records import (
    READ_PLANS,
    READ_POSTS,
    InvestmentItem,
    InvestmentPlan,
    Post,
    PostWork,
)
from models.organization.records import Company
from models.tasks.assigned.forms import inputs_of, photos_of
from models.tasks.records import Task
from models.tasks.rights import ACT_TASKS, READ_ALL_TASKS, READ_TASKS
from models.tasks.subjects import Amount, Amounts, Context, Details, Effect, Served, Shown, Values, serve
from models.tasks.views.items import names_of

#: Where photos of periodic work hang: at the task, as thousands of people do the same work.
PHOTOS = "tasks"
_LINES = 200  # of a plan, that are shown to who decides


def _grid_of(plan: InvestmentPlan) -> int | None:
    """The grid node of the plan's site, or of its company: who is responsible there decides."""
    nodes = GridNode.select(GridNode.id).where(GridNode.company == plan.company_id)
    if plan.site_id is not None:
        own = nodes.where(GridNode.site == plan.site_id, GridNode.level == str(SITE)).first()
        if own is not None:
            return int(own.id)
    top = nodes.where(GridNode.level == str(COMPANY)).order_by(GridNode.sequence, GridNode.id).first()
    return None if top is None else int(top.id)


def _wan(plan: InvestmentPlan) -> str:
    total: Any = plan.total_wan
    return f"{total or 0:.2f} 万元"


_NAMES = "SELECT id, name FROM company WHERE id IN ({keys})"
_ITEMS = "SELECT plan_id, COUNT(*) FROM investment_item WHERE plan_id IN ({keys}) GROUP BY plan_id"


def _plans_shown(plans: Sequence[InvestmentPlan]) -> list[Shown]:
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
        made.append(Shown(facts, place=whose))
    return made


def _plan_details(plan: InvestmentPlan) -> Details:
    """The plan's items line by line, the dearest first, with the sum of all."""
    query = InvestmentItem.select().where(InvestmentItem.plan == plan.id)
    items = list(query.order_by(InvestmentItem.amount_wan.desc(), InvestmentItem.id))
    who = names_of([plan.maker_id, *(item.person_id for item in items[:_LINES])])
    lines = tuple(Amount(item.name, _line(item, who), item.amount_wan) for item in items[:_LINES])
    total: Any = plan.total_wan
    facts = (
        ("年度", f"{plan.year} 年"),
        ("编制单位", Company.get_by_id(plan.site_id or plan.company_id).name),
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


def _taken_back(actor: Actor, plan: InvestmentPlan, values: Values, context: Context) -> None:
    plan.move("take_back", actor)


PLAN = serve(
    Served(
        kind=KIND,
        title="投入计划",
        record=InvestmentPlan,
        read=READ_PLANS,
        title_of=lambda plan: f"{plan.name}（{_wan(plan)}）",
        number_of=lambda plan: plan.number or "",
        shown=_plans_shown,
        details=_plan_details,
        effects={"put_in_force": Effect("记下批准时间，计划生效", _put_in_force)},
        starts=("asked",),
        approved=("approved",),
        grid_of=_grid_of,
        console_path=lambda plan: f"/ledgers/{LEDGER}/{plan.id}",
        on_withdrawn=_taken_back,
    )
)


def _asked(work: PostWork | None) -> Mapping[str, Described]:
    """What is filled in when a work is done: its form, and a note."""
    return {**inputs_of((work.form if work is not None else None) or ()), "note": LongText("说明", max=500)}


def _works_shown(works: Sequence[PostWork]) -> list[Shown]:
    posts = load_rows(Post, {work.post_id for work in works})
    made = []
    for work in works:
        facts = [("岗位", posts[work.post_id].name), ("类型", KIND_TITLES[work.kind]), ("周期", rhythm(work))]
        made.append(Shown(facts=(*facts, ("对象", work.target)) if work.target else tuple(facts)))
    return made


def _take_photos(actor: Actor, task: Task, ids: Sequence[int], stage: str) -> int:
    return photos.take(actor, PHOTOS, task, ids, stage)


def _find_task(actor: Actor, task_id: int) -> Task:
    """The task whose photo somebody asks for: their own, or of a unit whose tasks they may read all."""
    task: Any = Task.get_or_none(Task.id == task_id)
    mine = task is not None and {task.person_id, task.done_by_id} & set(actor.person_ids)
    if task is None or not (mine or actor.may(READ_ALL_TASKS, task)):
        raise NotFound()
    actor.require(READ_TASKS)
    found: Task = task
    return found


photos.shown_by(PHOTOS, _find_task, upload=ACT_TASKS)

WORK = serve(
    Served(
        kind=SUBJECT,
        title="定期工作",
        record=PostWork,
        read=READ_POSTS,
        inputs=_asked,
        photo_inputs={"photos": photos.AFTER},
        form_photos=lambda work: photos_of(work.form or ()),
        photo_ledger=PHOTOS,
        take_photos=_take_photos,
        title_of=title_of,
        shown=_works_shown,
        phone_path=lambda work: "/pages/tasks/index",
        console_path=lambda work: f"/ledgers/post-works/{work.id}",
    )
)
