"""A plan's card: whoever decides sees the sum and what it is made of (A07, H05)."""

from __future__ import annotations

from bots.cards import card_of
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
