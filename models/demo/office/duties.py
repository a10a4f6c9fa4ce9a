"""The demo's posts with periodic work due this morning, and an investment plan that waits for its approval (A03–A07)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.objectives.investment import plans
from models.objectives.investment.workflow import APPROVAL
from models.objectives.periodic.next_due import plan_one
from models.objectives.posts import form_text
from models.objectives.records import (
    InvestmentItem,
    InvestmentPlan,
    PersonPost,
    Post,
    PostWork,
)
from models.organization.records import Binding, Company, Person
from models.tasks.publication.records import IN_FORCE
from models.training.records import Certificate

# By the code that people work under: the post, and what it is there for.
_POSTS = {
    "N1": ("叉车司机", "班前检查车况，按规程驾驶，停车拔钥匙"),
    "Q2": ("起重机司机", "班前试车，听从指挥，十不吊"),
    "G1": ("司炉工", "巡视锅炉，记录水位和压力"),
    "R1": ("压力容器操作工", "监视压力和温度，按规程开关快开门"),
    "A": ("安全管理员", "组织检查、会议、培训和演练，跟踪隐患整改"),
}
# Post, type, what, at what, period, day, what of days off, days to do it, what is filled in.
_WORKS: tuple[tuple[str, str, str, str, str, int, str, int, str], ...] = (
    ("N1", "equipment", "班前检查", "叉车", "day", 1, "anyway", 0, "*制动、转向：正常/异常\n*轮胎、货叉：正常/异常\n异常说明"),
    ("Q2", "equipment", "班前试车", "起重机", "day", 1, "anyway", 0, "*限位、制动：正常/异常\n异常说明"),
    ("Q2", "equipment", "钢丝绳和吊钩检查", "起重机", "week", 1, "after", 2, "*钢丝绳：完好/断丝/变形"),
    ("G1", "equipment", "锅炉巡视", "锅炉", "day", 1, "anyway", 0, "*水位：正常/偏高/偏低\n*压力 MPa（数字）"),
    ("A", "supplies", "应急物资检查", "应急柜", "month", 5, "after", 3, "*齐全：齐全/有缺少\n缺少什么（多行）"),
    ("A", "meeting", "安全例会", "", "month", 1, "after", 5, ""),
    ("A", "training", "季度安全培训", "", "quarter", 15, "before", 10, "人数（整数）"),
    ("A", "drill", "消防演练", "", "half_year", 0, "before", 30, "参加人数（整数）\n总结（多行）"),
)  # fmt: skip
_ITEMS = (
    ("01", "叉车限速和盲区报警改造", "18.60", 3),
    ("02", "更换应急柜物资，组织两次演练", "6.50", 6),
    ("05", "劳动防护用品", "12.00", 1),
    ("06", "安全培训和隐患报告奖励", "5.80", None),
    ("08", "特种设备定期检验", "9.25", 9),
)
_MORNING = 6
_SINCE = timedelta(days=30)


def plant_duties() -> bool:
    """Plant them into the demo's companies, once; says whether it was now. Run it in a transaction."""
    if Post.select().exists():
        return False
    for company in Company.select().where(Company.kind == "company").order_by(Company.id):
        _works(company, _posts(company))
    _plan()
    return True


def _posts(company: Company) -> dict[str, Post]:
    """The company's posts, each held by who works under its code."""
    bound = Binding.select(Binding.person).where(Binding.company == company.id, Binding.state == "approved")
    held: dict[str, set[int]] = {}
    for code, person in (
        Certificate.select(Certificate.code, Certificate.person).where(Certificate.person.in_(bound)).tuples()
    ):
        held.setdefault(code, set()).add(person)
    since = clock.now() - _SINCE
    posts: dict[str, Post] = {}
    for place, (code, (name, duties)) in enumerate(_POSTS.items(), 1):
        if code not in held:
            continue
        posts[code] = Post.create(
            company=company.id,
            name=name,
            duties=duties,
            sequence=place * 10,
            standing=IN_FORCE,
            in_force_at=since,
        )
        rows: list[dict[str, Any]] = [
            {"company": company.id, "person": person, "post": posts[code].id, "created_at": since, "updated_at": since}
            for person in sorted(held[code])
        ]  # fmt: skip
        PersonPost.insert_many(rows).execute()
    return posts


def _works(company: Company, posts: dict[str, Post]) -> None:
    for code, kind, name, target, period, day_of, off_days, days, form in _WORKS:
        if code not in posts:
            continue
        work = PostWork(
            company=company.id, post=posts[code].id, kind=kind, name=name, target=target or None, period=period,
            day_of=day_of, at_hour=_MORNING, days_to_do=days, off_days=off_days, form=form_text.parse(form) or None,
        )  # fmt: skip
        # The checks of this very day are still to come, however late it is.
        work.next_on = clock.today() if period == "day" else plan_one(work)
        work.save(force_insert=True)


def _plan() -> None:
    """A plan of the first company that one safety officer has sent off and another has to approve."""
    maker = Person.get_or_none(Person.name == "周守正")
    account = None if maker is None else Account.get_or_none(Account.id == maker.account_id)
    if account is None:
        return
    actor = actor_for_account(account, "console")
    year = clock.today().year + 1
    values = {"company": maker.company_id, "name": f"{year} 年安全投入计划", "year": year}
    plan = plans.create_plan(actor, values)
    for category, name, amount, month in _ITEMS:
        InvestmentItem.create(
            company=plan.company_id, plan=plan.id, category=category, name=name, amount_wan=Decimal(amount),
            due_month=month, person=maker.id,
        )  # fmt: skip
    plans.keep_total(plan)
    APPROVAL.submit(actor, InvestmentPlan.get_by_id(plan.id))
