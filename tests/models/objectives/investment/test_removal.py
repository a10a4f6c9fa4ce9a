"""A draft of a plan that was removed is taken back whole, with its items (A07, X21)."""

from __future__ import annotations

from decimal import Decimal

from models.core.db.connection import in_transaction
from models.core.ledger import ledger_named
from models.core.ledger.bulk import undo
from models.core.ledger.bulk.records import DELETE
from models.objectives.records import InvestmentItem, InvestmentPlan
from tests.models.core.ledger.bulk.steps import AskedRows, begin, ids
from tests.models.objectives.investment.test_plans import Office, office

__all__ = ["office"]


def test_a_removed_draft_comes_back_with_its_items(office: Office) -> None:
    plan, maker = office.plan("3", "4.5"), office.actor(office.maker)
    told = begin(maker, ledger_named("investment-plans"), DELETE, AskedRows(ids(plan)))
    assert (told["can_undo"], told["why_not"], InvestmentItem.select().count()) == (True, None, 0)
    told = in_transaction(undo.start, maker, int(told["id"]))["act"]
    assert (told["back"], told["stays"]) == (1, 0)
    there = InvestmentPlan.get_by_id(plan.id)
    assert (there.state, there.total_wan) == ("draft", Decimal("7.5"))
    assert [row.plan_id for row in InvestmentItem.select()] == [plan.id, plan.id]
