"""A row of everything that is put right, done and planned, for tests that look over a company's fence."""

from __future__ import annotations

from typing import Any

from models.core import clock
from models.core.fields import Moment
from models.core.records import Record
from models.grid.records import GridNode
from models.hazards.records import Hazard, HazardSource
from models.objectives.records import (
    CalendarDay,
    InvestmentItem,
    InvestmentPlan,
    PersonPost,
    Point,
    PointRule,
    Post,
    PostWork,
)
from models.organization.records import Company, Person
from models.tasks.records import Case, Flow, FlowVersion, GivenTask, Proxy, Task

_FAR: Any = Moment("").clean("2030-01-01T00:00:00+00:00")


def put_right(unit: Company, site: Company, person: Person, word: str) -> dict[type[Record], Record]:
    """A place, a hazard and its source of the company, with `word` in every text."""
    node = GridNode.create(
        company=unit, level="1", name=f"{word}网格", label_code=f"{unit.id:010}", site=site
    )
    GridNode.update(path=f"/{node.id}/").where(GridNode.id == node.id).execute()
    return {
        GridNode: node,
        HazardSource: HazardSource.create(company=unit, site=site, grid=node, name=f"{word}危险源"),
        Hazard: Hazard.create(
            company=unit, site=site, number=f"YH-{unit.id}", what=f"{word}漏电", grid=node, reporter=person
        ),
    }


def done(unit: Company, site: Company, person: Person, word: str) -> dict[type[Record], Record]:
    """A flow, a case, tasks and a proxy of the company."""
    flow = Flow.create(company=unit, kind="hazard", name=f"{word}流程", draft={"steps": []})
    version = FlowVersion.create(flow=flow, number=1, definition={"steps": []})
    case = Case.create(
        company=unit, site=site, flow_version=version, kind="hazard", subject_id=1, title=f"{word}审批",
        starter=person, starter_name=f"{word}工人",
    )  # fmt: skip
    task = Task.create(
        company=unit, person=person, kind="periodic", subject_kind="post_work", subject_id=0,
        title=f"{word}任务", rank_at=_FAR,
    )  # fmt: skip
    today = clock.today()
    return {
        Flow: flow, Case: case, Task: task,
        GivenTask: GivenTask.create(company=unit, number=f"RW-{unit.id}", title=f"{word}指派", giver=person),
        Proxy: Proxy.create(company=unit, person=person, proxy=person, starts_on=today, ends_on=today, reason=word),
    }  # fmt: skip


def planned(unit: Company, site: Company, person: Person, word: str) -> dict[type[Record], Record]:
    """Posts, periodic work, a calendar day, an investment plan and points of the company."""
    post = Post.create(company=unit, name=f"{word}岗位")
    plan = InvestmentPlan.create(
        company=unit, site=site, number=f"TR-{unit.id}", name=f"{word}计划", year=2026, maker=person
    )
    return {
        Post: post,
        PersonPost: PersonPost.create(company=unit, person=person, post=post),
        PostWork: PostWork.create(company=unit, post=post, kind="other", name=f"{word}工作"),
        CalendarDay: CalendarDay.create(company=unit, day=clock.today(), kind="off", name=f"{word}节"),
        InvestmentPlan: plan,
        InvestmentItem: InvestmentItem.create(
            company=unit, site=site, plan=plan, category="其他", name=f"{word}项目", amount_wan=1
        ),
        PointRule: PointRule.create(company=unit, what="hazard.major", points=unit.id),
        Point: Point.create(
            company=unit,
            person=person,
            points=1,
            why=f"{word}积分",
            subject_kind="hazard",
            once_key=str(unit.id),
        ),
    }
