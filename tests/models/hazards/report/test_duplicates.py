"""Which open hazards may be the same: how near, how soon, how alike, each at its edge (X07)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.hazards.records import Hazard
from models.hazards.report.duplicates import DAYS, Likely, _alike, _compared, _on_the_spot, _there, near
from tests.models.hazards.grid_company import Land
from tests.support.clocks import Clock


@pytest.mark.parametrize(
    ("metres", "hours", "same"),
    [(20, 0, True), (21, 0, False), (0, 12, True), (0, 12.01, False), (None, 0, False)],
)
def test_the_very_same_spot_just_now(clock: Clock, metres: int | None, hours: float, same: bool) -> None:
    hazard = Hazard(reported_at=now() - timedelta(hours=hours))
    assert _on_the_spot(Likely(hazard, 0.0, metres)) is same


@pytest.mark.parametrize(
    ("there", "node", "metres", "near_by"),
    [
        (1, 1, None, True),
        (1, 2, None, False),
        (None, None, None, False),
        (1, None, 60, True),
        (1, 2, 60, True),
        (1, 2, 61, False),
        (None, 1, 0, True),
    ],
)
def test_there_is_the_same_place_or_near_it(
    there: int | None, node: int | None, metres: int | None, near_by: bool
) -> None:
    assert _there(Likely(Hazard(grid=there), 0.0, metres), node, 60) is near_by


@pytest.mark.parametrize(
    ("likeness", "what", "other", "alike"),
    [
        (0.3, "甲乙", "丙丁", True),
        (0.29, "甲乙", "丙丁", False),
        (0.0, "", "丙丁", True),
        (0.0, "甲乙", None, True),
        (0.0, "！", "丙丁", True),
    ],
)
def test_without_words_here_or_there_nothing_speaks_against_it(
    likeness: float, what: str, other: str | None, alike: bool
) -> None:
    assert _alike(Likely(Hazard(what=other), likeness, None), what) is alike


@pytest.mark.parametrize("missing", ["lng", "lat", "here"])
def test_how_far_is_known_only_where_both_were_measured(missing: str) -> None:
    values: dict[str, Any] = {"lng": 120.0, "lat": 30.0}
    row = Hazard(what="电缆裸露", **{**values, missing: None} if missing != "here" else values)
    assert _compared(row, "电缆裸露", None if missing == "here" else 120.0, 30.0).metres is None
    assert _compared(Hazard(what="", **values), "", 120.0, 30.0).metres == 0


def found(land: Land, **where: Any) -> list[int]:
    return [item.hazard.id for item in near(land.actor("友"), "电缆裸露", **where)]


def test_only_open_ones_of_these_days_and_of_the_unit(land: Land, clock: Clock) -> None:
    hazard, room = land.snap(), str(land.nodes["配电室"].id)
    assert found(land, grid=room) == [hazard.id] and found(land, grid=room, but=hazard.id) == []
    assert found(land) == [], "without a place and a photo nothing is compared"
    for state, same in (("reviewing", True), ("closed", False), ("rejected", False), ("withdrawn", False)):
        Hazard.update(state=state).where(Hazard.id == hazard.id).execute()
        assert (found(land, grid=room) == [hazard.id]) is same, state
    oldest = now() - timedelta(days=DAYS.of(land.company.id))
    for at, same in ((oldest, False), (oldest + timedelta(seconds=1), True)):
        Hazard.update(state="reported", reported_at=at).where(Hazard.id == hazard.id).execute()
        assert (found(land, grid=room) == [hazard.id]) is same
    Hazard.update(company=land.other).where(Hazard.id == hazard.id).execute()
    assert found(land, grid=room) == []


def test_five_at_most_the_likest_first_and_the_newest_of_these(land: Land) -> None:
    rows = [
        land.snap(what=what)
        for what in ("电缆裸露", "电缆裸露", "电缆裸露漏电", "地面有油", *["电缆裸露"] * 3)
    ]
    room = str(land.nodes["配电室"].id)
    assert found(land, grid=room) == [rows[place].id for place in (6, 5, 4, 1, 0)]
