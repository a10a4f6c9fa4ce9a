"""A plan that was approved on paper counts from the day on the paper, which is none to come (A07)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.core.clock import local, today
from models.core.errors import Invalid
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
