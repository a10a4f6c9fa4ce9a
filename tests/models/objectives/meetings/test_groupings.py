"""Whole departments, posts and everybody, for a field of people (A06); sums at the foot of a list (A07)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.groupings import groupings
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.objectives.records import InvestmentItem, InvestmentPlan
from models.organization.records import Company


def ledger(name: str = "meetings") -> Ledger:
    found = ledger_named(name)
    assert found is not None
    return found


def groups(duties: Any, field: str = "attended") -> dict[tuple[str, str], set[str]]:
    found = in_transaction(groupings, duties.officer, ledger(), field, write=False)
    assert all(one in found["names"] for item in found["items"] for one in item["ids"])
    return {(item["kind"], item["title"]): set(item["ids"]) for item in found["items"]}


def test_everybody_a_department_and_a_post(duties: Any) -> None:
    shop = Company.create(
        name="生产部", kind="department", parent=duties.unit, company_root=duties.unit.id, path="/x/"
    )
    driver, mate = (duties.crowd.person(unit=duties.unit, department=shop) for _ in range(2))
    other = duties.crowd.person(unit=duties.unit)
    gone = duties.crowd.person(unit=duties.unit, department=shop, bound="ended")
    duties.hold(driver, duties.post("叉车司机"))
    found = groups(duties)
    everybody = found["全部", "全部"]
    assert {str(driver.id), str(mate.id), str(other.id)} <= everybody
    assert str(gone.id) not in everybody
    assert found["部门", "生产部"] == {str(driver.id), str(mate.id)}
    assert found["岗位", "叉车司机"] == {str(driver.id)}


def test_only_a_field_of_people_takes_groups(duties: Any) -> None:
    for field in ("decisions", "decisions.who", "chair", "name"):
        with pytest.raises(NotFound):
            in_transaction(groupings, duties.officer, ledger(), field, write=False)


def test_sums_are_of_all_rows_that_are_asked_for(duties: Any) -> None:
    plans = []
    for number in range(2):
        plan = InvestmentPlan.create(
            company=duties.unit, number=f"TR{number}", name="计划", year=2026, maker=None, state="draft"
        )
        plans.append(plan)
        for amount in ("1.10", "2.25"):
            InvestmentItem.create(
                company=duties.unit, plan=plan, category="01", name="项", amount_wan=Decimal(amount)
            )
    items = ledger("investment-items")

    def totals(**asked: Any) -> Any:
        query = ListQuery.parse(items, **asked)
        return in_transaction(list_rows, duties.officer, items, query, write=False)["totals"]

    assert totals(limit=1) == {"amount_wan": 6.7}
    assert totals(filters={"plan": [str(plans[0].id)]}) == {"amount_wan": 3.35}
    assert totals(q="没有这一项") == {"amount_wan": 0}
