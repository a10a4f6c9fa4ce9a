"""The statistic of hazards: each number leads to its rows, and who was in time is said truly (I01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core.clock import now
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views.statistic import AskedStatistic, statistic
from models.hazards.records import READ_HAZARDS, Hazard
from models.hazards.treatment import in_time
from models.hazards.views import HAZARD_STATISTIC as STATISTIC
from tests.models.hazards.grid_company import Land
from tests.support.properties import tries
from tests.support.views import led_to_its_rows

STATES = [choice.value for choice in Hazard.state.options]
_hazard = st.fixed_dictionaries(
    {
        "state": st.sampled_from(STATES),
        "level": st.sampled_from([None, "general", "major"]),
        "site": st.sampled_from([None, 0, 1]),
        "reported": st.sampled_from([0, 1, 20, 45, 400]),  # days ago
        "due": st.sampled_from([None, -30, -1, 5]),  # in days
        "done": st.sampled_from([None, -31, -2, 0]),
        "theirs": st.booleans(),
    }
)
_filters = st.fixed_dictionaries(
    {},
    optional={
        "state": st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True),
        "level": st.sampled_from([["~"], ["~", "major"], ["general"]]),
        "overdue": st.sampled_from([["true"], ["false"]]),
        "rectification": st.sampled_from([["late"], ["in_time"], ["in_time", "late"]]),
        "reported_at": st.sampled_from([{"from": "2025-06-01", "to": "2026-12-31"}, {"to": "2026-11-10"}]),
    },
)


def plant(land: Land, drawn: list[dict[str, Any]]) -> None:
    """Hazards as they were drawn, and no others."""
    Hazard.delete().execute()
    for number, one in enumerate(drawn):
        moment = {
            name: None if one[name] is None else now() + timedelta(days=one[name]) for name in ("due", "done")
        }
        Hazard.create(
            company=land.other if one["theirs"] else land.company,
            site=None if one["site"] is None or one["theirs"] else land.sites[one["site"]],
            number=f"YH{number}", what="电缆裸露", state=one["state"], level=one["level"],
            reported_at=now() - timedelta(days=one["reported"]), due_at=moment["due"], rectified_at=moment["done"],
        )  # fmt: skip


@settings(
    max_examples=tries(15, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    drawn=st.lists(_hazard, max_size=8),
    filters=_filters,
    by=st.sampled_from(STATISTIC.axes),
    step=st.sampled_from(["day", "month", "year"]),
    both=st.booleans(),
)
def test_each_number_leads_to_its_rows(
    land: Land, drawn: Any, filters: Any, by: str, step: str, both: bool
) -> None:
    plant(land, drawn)
    units = (land.company.id, land.other.id) if both else (land.company.id,)
    scope = Scope.GROUP if both else Scope.COMPANY
    actor = Actor(1, "安全员", land.company.id, {READ_HAZARDS: scope}, group_companies=units)
    led_to_its_rows(actor, STATISTIC, AskedStatistic(by, step, filters=filters))
    said = {row.id: in_time.load(actor, [row]).get(row.id) for row in Hazard.select()}
    for value in ("in_time", "late"):
        found = {row.id for row in Hazard.select().where(in_time.where([value]))}
        assert found == {row_id for row_id, each in said.items() if each == value}


@pytest.mark.parametrize(("late", "rate"), [(1, 66.7), (2, 33.3), (3, 0.0)])
def test_the_rate_of_rectification_in_time(land: Land, late: int, rate: float) -> None:
    base = {"state": "closed", "level": "general", "site": 0, "reported": 3, "due": -1, "theirs": False}
    rows = [base | {"done": 0 if number < late else -2} for number in range(3)]
    plant(
        land, [*rows, base | {"due": None, "done": 0}, base | {"state": "reported", "done": None, "due": 5}]
    )
    actor = Actor(1, "安全员", land.company.id, {READ_HAZARDS: Scope.COMPANY})
    found = statistic(actor, STATISTIC, AskedStatistic("site"))
    assert list(found.total) == [5, 4, 0, 3, 3 - late, rate]
    empty = statistic(actor, STATISTIC, AskedStatistic("site", filters={"level": ["major"]}))
    assert list(empty.total) == [0, 0, 0, 0, 0, None]
