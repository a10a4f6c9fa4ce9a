"""A plan that was approved on paper, from which day; and lines of a sheet whose plan takes none (A07)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.core.clock import local, today
from models.core.errors import Invalid
from models.objectives.investment.plans import check_items
from tests.models.objectives.investment.test_plans import Office, office

__all__ = ["office"]


@pytest.mark.parametrize(("days", "counts"), [(-400, True), (-1, True), (0, True), (1, False)])
def test_the_day_on_the_paper(office: Office, days: int, counts: bool) -> None:
    plan, day = office.plan("42"), today() + timedelta(days=days)
    office.attach(plan)
    if counts:
        office.act(plan, "approve_offline", approver="总经理", approved_on=day.isoformat())
        assert local(office.again(plan).approved_at).date() == day
    else:
        with pytest.raises(Invalid) as refused:
            office.act(plan, "approve_offline", approver="总经理", approved_on=day.isoformat())
        assert set(refused.value.fields) == {"approved_on"} and office.again(plan).state == "draft"


def test_lines_of_a_sheet_find_open_plans_of_ones_own(office: Office) -> None:
    own, sent = office.plan("1"), office.plan("2")
    office.act(sent, "submit")
    rows = [{"plan": plan} for plan in (own.id, sent.id, None, 999_999)]
    told = check_items(office.actor(office.maker), rows)
    assert {place: fault["plan"].code for place, fault in told.items()} == {
        1: "not_editable", 2: "no_such_row", 3: "no_such_row",
    }  # fmt: skip
    stranger = office.duties.crowd.officer(office.duties.crowd.other)
    theirs = check_items(stranger, rows)
    assert {place: fault["plan"].code for place, fault in theirs.items()} == dict.fromkeys(
        range(4), "no_such_row"
    )
