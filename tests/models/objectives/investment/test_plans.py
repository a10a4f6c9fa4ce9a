"""Investment plans through the engine: by site and amount, refused, returned, withdrawn, and on paper (A07, H06)."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import models.tasks
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.clock import local, today
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid
from models.core.events.outbox import Outbox
from models.core.files import attachments
from models.core.history import Change
from models.core.ledger import ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.changes.editing import get
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.objectives.records import InvestmentItem, InvestmentPlan
from models.organization.records import Company, Person
from models.tasks.engine.decide import Decided
from models.tasks.engine.withdraw import withdraw
from models.tasks.records import OPEN, Case, CaseStep, Task
from models.tasks.subjects import served_kind
from tests.models.objectives.conftest import Duties
from tests.models.objectives.posts.test_posts import bring
from tests.models.tasks.units import answered


class Office:
    """The unit with one site, a grid over both, and who decides at each level."""

    def __init__(self, duties: Duties) -> None:
        self.duties, crowd = duties, duties.crowd
        self.unit = duties.unit
        self.site = Company.create(
            name="一水厂", kind="site", parent=self.unit, company_root=self.unit.id, path="/"
        )
        Company.update(path=f"{self.unit.path}{self.site.id}/").where(Company.id == self.site.id).execute()
        self.maker = crowd.person(name="编制人", site=self.site)
        self.head, self.safety, self.leader = (crowd.person(name=n) for n in ("厂长", "安全科长", "总经理"))
        self.grant(self.maker, "safety_officer")
        self.grant(self.safety, "reviewing_officer")
        top = self.node("清源水务", 2, self.leader, None)
        self.node("一水厂", 3, self.head, top, site=self.site.id)

    def grant(self, person: Person, role: str) -> None:
        account = Account.get(Account.id == person.account_id)
        Assignment.create(account_id=account.id, role=builtin(role), company_id=self.unit.id)

    def node(self, name: str, level: int, owner: Person, parent: GridNode | None, **values: Any) -> GridNode:
        row = GridNode.create(
            company=self.unit, name=name, level=str(level), owner=owner, parent=parent,
            label_code=f"G{name:_<9}"[:10], **values,
        )  # fmt: skip
        path = f"{parent.path if parent else '/'}{row.id}/"
        GridNode.update(path=path).where(GridNode.id == row.id).execute()
        return GridNode.get_by_id(row.id)

    def actor(self, person: Person) -> Actor:
        return actor_for_account(Account.get(Account.id == person.account_id), "console")

    def plan(self, *amounts: str, site: bool = True, **values: Any) -> InvestmentPlan:
        who = self.actor(self.maker)
        wanted = {
            "name": "2027 年投入计划",
            "year": "2027",
            **({"site": str(self.site.id)} if site else {}),
            **values,
        }
        made = self.duties.create("investment-plans", who, **wanted)
        for place, amount in enumerate(amounts):
            self.item(made["id"], amount, name=f"项目{place}")
        return self.again(made["id"])

    def item(self, plan: Any, amount: str, **values: Any) -> InvestmentItem:
        wanted = {"plan": str(plan), "category": "05", "name": "劳保鞋", "amount_wan": amount, **values}
        made = self.duties.create("investment-items", self.actor(self.maker), **wanted)
        return InvestmentItem.get_by_id(int(made["id"]))

    def act(self, plan: Any, name: str, who: Person | None = None, **values: Any) -> dict[str, Any]:
        row = plan.id if isinstance(plan, InvestmentPlan) else plan
        actor = self.actor(who or self.maker)
        return in_transaction(act, actor, ledger_named("investment-plans"), name, [str(row)], values)

    def again(self, plan: Any) -> InvestmentPlan:
        return InvestmentPlan.get_by_id(int(getattr(plan, "id", plan)))

    def waiting(self) -> list[tuple[str, str]]:
        """(step, person) of every open task."""
        rows = Task.select().where(Task.state == OPEN, Task.step.is_null(False)).order_by(Task.id)
        return [
            (CaseStep.get_by_id(task.step_id).key, Person.get_by_id(task.person_id).name) for task in rows
        ]

    def decide(self, who: Person, outcome: str, comment: str = "") -> Decided:
        task = Task.get(Task.person == who.id, Task.state == OPEN)
        return answered(self.actor(who), task.id, outcome, comment=comment)

    def attach(self, plan: InvestmentPlan, who: Person | None = None) -> None:
        paper = io.BytesIO()
        Image.new("RGB", (40, 40), "white").save(paper, "PNG")
        ledger = ledger_named("investment-plans")
        in_transaction(
            attachments.add, self.actor(who or self.maker), ledger, plan.id, "审批件.png", paper.getvalue()
        )


@pytest.fixture
def office(duties: Duties, tmp_path: Path) -> Iterator[Office]:
    configure(Config(data_dir=tmp_path))
    yield Office(duties)
    configure(Config())


def test_a_sites_plan_goes_from_site_to_safety_to_the_leader(office: Office) -> None:
    plan = office.plan("12.50", "30")
    assert (plan.state, plan.total_wan, plan.maker_id) == ("draft", Decimal("42.50"), office.maker.id)
    office.act(plan, "submit")
    assert office.waiting() == [("site", "厂长")]
    office.decide(office.head, "agree")
    assert office.waiting() == [("safety", "安全科长")]
    office.decide(office.safety, "agree")
    assert office.waiting() == [("leader", "总经理")]
    assert office.again(plan).approved_at is None
    office.decide(office.leader, "agree")
    approved = office.again(plan)
    assert (approved.state, approved.offline) == ("approved", False)
    assert approved.approved_at is not None
    assert office.waiting() == []
    assert Case.get().state == "approved"
    assert Outbox.select().where(Outbox.kind == "investment_plan.approved").count() == 1
    trail = [
        row.action for row in Change.select().where(Change.table == "investment_plan").order_by(Change.id)
    ]
    assert "approve" in trail


def test_a_small_one_ends_with_safety_and_a_companys_begins_there(office: Office) -> None:
    small = office.plan("4.99")
    office.act(small, "submit")
    office.decide(office.head, "agree")
    assert office.waiting() == [("small", "安全科长")]
    office.decide(office.safety, "agree")
    assert office.again(small).state == "approved"
    company = office.plan("1", site=False)
    office.act(company, "submit")
    assert office.waiting() == [("safety", "安全科长")]
    office.decide(office.safety, "agree")
    assert office.waiting() == [("leader", "总经理")]


def test_a_refusal_needs_a_reason_and_lets_the_maker_try_again(office: Office) -> None:
    plan = office.plan("42")
    office.act(plan, "submit")
    with pytest.raises(Invalid):
        office.decide(office.head, "refuse")
    office.decide(office.head, "refuse", "缺少报价")
    assert office.again(plan).state == "refused"
    assert Case.get().state == "refused"
    office.item(plan.id, "8")
    assert office.again(plan).total_wan == Decimal("50.00")
    office.act(plan, "submit")
    assert Case.select().count() == 2
    assert office.waiting() == [("site", "厂长")]


def test_the_leader_returns_it_to_an_earlier_step(office: Office) -> None:
    plan = office.plan("42")
    office.act(plan, "submit")
    office.decide(office.head, "agree")
    office.decide(office.safety, "agree")
    office.decide(office.leader, "back:site", "请厂里再核对数量")
    assert office.waiting() == [("site", "厂长")]
    assert office.again(plan).state == "asked"
    office.decide(office.head, "agree")
    assert office.waiting() == [("safety", "安全科长")]


def test_under_way_and_in_force_nothing_is_changed(office: Office) -> None:
    plan = office.plan("42")
    item = InvestmentItem.get(InvestmentItem.plan == plan.id)
    office.act(plan, "submit")
    maker = office.actor(office.maker)
    for refused in (
        lambda: office.duties.edit("investment-plans", plan.id, maker, name="x"),
        lambda: office.duties.delete("investment-plans", plan.id, maker),
        lambda: office.item(plan.id, "1"),
        lambda: office.duties.edit("investment-items", item.id, maker, amount_wan="1"),
        lambda: office.duties.delete("investment-items", item.id, maker),
        lambda: office.act(plan, "submit"),
    ):
        with pytest.raises(Conflict):
            refused()
    for who in (office.head, office.safety, office.leader):
        office.decide(who, "agree")
    with pytest.raises(Conflict) as caught:
        office.item(plan.id, "1")
    assert "另起一个计划" in caught.value.advice
    again = office.plan("3", name="追加")  # a second one of the same year
    assert again.number != plan.number


def test_the_maker_takes_it_back(office: Office) -> None:
    plan = office.plan("42")
    office.act(plan, "submit")
    in_transaction(withdraw, office.actor(office.maker), Case.get().id, "写错了")
    assert office.again(plan).state == "draft"
    assert office.waiting() == []
    with pytest.raises(Conflict):  # it was sent off once, and that stays on record
        office.duties.delete("investment-plans", plan.id, office.actor(office.maker))


def test_only_a_draft_that_was_never_sent_off_is_deleted(office: Office) -> None:
    plan = office.plan("42")
    office.duties.delete("investment-plans", plan.id, office.actor(office.maker))
    assert not InvestmentItem.select().where(InvestmentItem.plan == plan.id).exists()


def test_a_plan_without_items_is_not_sent_off(office: Office) -> None:
    plan = office.plan()
    with pytest.raises(Invalid) as caught:
        office.act(plan, "submit")
    assert caught.value.code == "no_items"


def test_on_paper_it_needs_the_paper(office: Office) -> None:
    plan = office.plan("42")
    asked = {"approver": "总经理", "approved_on": (today() - timedelta(days=2)).isoformat()}
    with pytest.raises(Invalid) as caught:
        office.act(plan, "approve_offline", **asked)
    assert caught.value.code == "no_paper"
    office.attach(plan)
    with pytest.raises(Invalid):
        office.act(
            plan, "approve_offline", **{**asked, "approved_on": (today() + timedelta(days=1)).isoformat()}
        )
    office.act(plan, "approve_offline", **asked)
    approved = office.again(plan)
    assert (approved.state, approved.offline) == ("approved", True)
    assert local(approved.approved_at).date() == today() - timedelta(days=2)
    (line,) = Change.select().where(Change.table == "investment_plan", Change.action == "approve_offline")
    told = {change["title"]: change["new"] for change in line.changes}
    assert (told["线下审批人"], told["审批件"]) == ("总经理", "审批件.png")
    assert Case.select().count() == 0
    paper = attachments.Attachment.get()
    with pytest.raises(Conflict) as kept:  # what was approved keeps its papers
        in_transaction(
            attachments.delete,
            office.actor(office.maker),
            ledger_named("investment-plans"),
            plan.id,
            paper.id,
        )
    assert kept.value.code == "kept"


def test_a_plan_under_way_is_not_approved_on_paper(office: Office) -> None:
    plan = office.plan("42")
    office.attach(plan)
    office.act(plan, "submit")
    with pytest.raises(Conflict):
        office.act(plan, "approve_offline", approver="总经理", approved_on="2026-11-20")


def test_who_may_not_write_plans_can_neither_send_nor_register(office: Office) -> None:
    plan = office.plan("42")
    for name in ("submit", "approve_offline"):
        with pytest.raises(Forbidden):
            office.act(plan, name, office.head, approver="x", approved_on="2026-11-20")


def test_items_come_from_a_sheet_and_the_total_follows(office: Office) -> None:
    plan, other = office.plan(), office.plan("1", name="审批中的")
    office.act(other, "submit")
    maker = office.actor(office.maker)
    head = ("投入计划", "类别", "项目", "金额（万元）", "计划月份")
    lines = [
        (plan.number, "劳动防护用品", "安全帽", 1.25, 3),
        (plan.number, "安全生产责任保险", "保费", 20, 6),
    ]
    assert bring(maker, "investment-items", head, *lines) == (2, 0)
    assert office.again(plan).total_wan == Decimal("21.25")
    faults = bring(
        maker,
        "investment-items",
        head,
        (other.number, "劳动防护用品", "手套", 1, 3),
        ("TR0", "其他", "x", 1, 1),
    )
    assert isinstance(faults, list)
    assert any("审批中" in fault for fault in faults)
    assert any(fault.startswith("A3") for fault in faults)
    first = InvestmentItem.get(InvestmentItem.name == "安全帽")
    office.duties.delete("investment-items", first.id, maker)
    assert office.again(plan).total_wan == Decimal("20.00")


def test_the_detail_shows_what_a_card_shows(office: Office) -> None:
    plan = office.plan("42")
    shown = served_kind("investment_plan").shown_of(plan)
    assert ("合计", "42.00 万元") in shown.facts
    assert shown.place == "一水厂"
    amounts = served_kind("investment_plan").details(plan).amounts
    assert amounts is not None and amounts.total == sum(line.amount for line in amounts.lines) == Decimal(
        "42"
    )
    assert [line.name for line in amounts.lines] == [row.name for row in InvestmentItem.select()], (
        "line by line"
    )
    assert not any(line.note.startswith("0") for line in amounts.lines), "categories by their words"
    detail = in_transaction(get, office.actor(office.maker), ledger_named("investment-plans"), plan.id)
    assert detail["can"] == ["edit", "delete", "submit", "approve_offline"]
    office.act(plan, "submit")
    detail = in_transaction(get, office.actor(office.maker), ledger_named("investment-plans"), plan.id)
    assert detail["can"] == ["attach"], "beside what it was sent with"
    item = in_transaction(
        get, office.actor(office.maker), ledger_named("investment-items"), InvestmentItem.get().id
    )
    assert (item["can"], item["values"]["plan_state"]) == ([], "asked")


def test_a_sites_officer_writes_the_sites_plan_and_no_other(office: Office) -> None:
    own = office.duties.crowd.person(name="厂安全员", site=office.site)
    office.grant(own, "site_officer")
    who = office.actor(own)
    values = {"name": "一水厂 2027", "year": "2027", "site": str(office.site.id)}
    plan = office.duties.create("investment-plans", who, **values)
    item = {"plan": plan["id"], "category": "05", "name": "手套", "amount_wan": "3"}
    made = office.duties.create("investment-items", who, **item)
    office.duties.edit("investment-items", made["id"], who, amount_wan="4")
    office.act(plan["id"], "submit", own)
    assert office.waiting() == [("site", "厂长")]
    other = office.duties.create("investment-plans", who, name="没填厂站", year="2027")
    assert other["values"]["site"]["id"] == str(office.site.id)  # there is no other that could be meant
    company = office.plan("1", site=False)
    with pytest.raises(AnbanError):
        office.duties.create("investment-items", who, **{**item, "plan": str(company.id)})


def test_items_follow_their_plan_to_another_site(office: Office) -> None:
    plan = office.plan("42")
    office.duties.edit("investment-plans", plan.id, office.actor(office.maker), site=None)
    assert [row.site_id for row in InvestmentItem.select()] == [None]


def test_a_plan_of_another_company_does_not_exist(office: Office) -> None:
    plan = office.plan("42")
    stranger = office.duties.crowd.officer(office.duties.crowd.other)
    with pytest.raises(AnbanError):
        in_transaction(act, stranger, ledger_named("investment-plans"), "submit", [str(plan.id)], {})


def test_the_engine_knows_nothing_of_plans() -> None:
    """No module of the engine imports this chapter's rules or names its kinds, but for the lists of who registers."""
    for file in Path(models.tasks.__file__).parent.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        listed = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and [getattr(name, "id", "") for name in node.targets] == ["MODULES"]
            for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("models.objectives"), file
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in listed:
                assert "investment" not in node.value, file
                assert "post_work" not in node.value, file


@pytest.mark.parametrize("state", ["draft", "asked", "approved", "refused"])
@pytest.mark.parametrize("name", [item.name for item in InvestmentPlan.transitions.items])
def test_every_change_from_every_state(duties: Duties, name: str, state: str) -> None:
    change = InvestmentPlan.transitions.named(name)
    plan = InvestmentPlan.create(company=duties.unit, number="TR1", name="x", year=2027, state=state)
    nobody = Actor(account_id=1, name="路人", company_id=duties.unit.id, rights={})
    with pytest.raises(Forbidden):
        plan.move(name, nobody)
    if state in change.start:
        plan.move(name, duties.officer)
        assert InvestmentPlan.get_by_id(plan.id).state == change.to
        return
    with pytest.raises(Conflict):
        plan.move(name, duties.officer)
    assert InvestmentPlan.get_by_id(plan.id).state == state
