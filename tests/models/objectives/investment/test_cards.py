"""A plan's card: whoever decides sees the sum and what it is made of (A07, H05)."""

from __future__ import annotations

from bots.cards import card_of
from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.core.security.actor import Actor
from models.objectives.investment.workflow import APPROVAL
from models.objectives.records import InvestmentItem
from models.tasks.records import OPEN, CaseStep
from tests.models.objectives.investment.test_plans import Office, office

__all__ = ["office"]


def test_the_card_says_the_sum_and_then_line_by_line(office: Office) -> None:
    plan = office.plan("12", "3.5", "2", "1.25", site=False)
    office.act(plan, "submit")
    step = CaseStep.get(CaseStep.state == OPEN)
    said = card_of("step", step.id).lead.split("\n")
    at = said.index("合计 18.75 万元，共 4 项：")
    assert [line.rpartition(" ")[2] for line in said[at + 1 : at + 4]] == ["12", "3.5", "2"]


def test_a_line_says_its_category_its_month_and_who_and_a_plan_whose_it_is(office: Office) -> None:
    plan = office.plan(site=True, note="年度")
    for amount, values in (
        ("3", {"due_month": "3", "person": str(office.head.id)}),
        ("2", {"due_month": "12"}),
        ("1", {}),
    ):
        office.item(plan.id, amount, **values)
    details = APPROVAL.served["details"](office.again(plan))
    category = InvestmentItem.category.title_of("05")
    assert [line.note for line in details.amounts.lines] == [
        f"{category}，3 月，厂长", f"{category}，12 月", category,
    ]  # fmt: skip
    assert dict(details.facts) == {
        "年度": "2027 年",
        "编制单位": "一水厂",
        "编制人": "编制人",
        "说明": "年度",
    }
    whole = APPROVAL.served["details"](office.plan("1", site=False))
    assert dict(whole.facts)["编制单位"] == "清源水务" and "说明" not in dict(whole.facts)


def test_whose_turn_it_is_sees_the_files_of_that_plan_and_of_no_other(office: Office) -> None:
    """The head of the site reads no plans: they see what they are asked about, with its photos, and go on seeing it."""
    asked, quiet = office.plan("1"), office.plan("2")
    for plan in (asked, quiet):
        office.attach(plan)
    first, second = (Attachment.get(Attachment.row_id == plan.id).id for plan in (asked, quiet))
    head = office.actor(office.head)

    def sees(who: Actor, photo: int) -> bool:
        try:
            in_transaction(photos.read, who, photo, write=False)
        except NotFound:
            return False
        return True

    assert (sees(office.actor(office.maker), first), sees(head, first)) == (True, False), "not asked yet"
    office.act(asked, "submit")
    assert (sees(head, first), sees(head, second)) == (True, False)
    assert not sees(office.actor(office.leader), first), "not their turn yet"
    office.decide(office.head, "agree")
    assert sees(head, first), "what one has decided one may look at again"
