"""Positions of phones and of maps are one (E07, G02, Q09; docs/decisions/coordinates.md)."""

from __future__ import annotations

import math
import random

import pytest

from models.core.coordinates import GCJ02, WGS84, is_nowhere, position_faults, sent_position, to_gcj02
from models.grid.places import metres_between


@pytest.mark.parametrize(
    ("sensed", "mapped"),
    [
        ((120.21, 30.26), (120.214538, 30.257574)),  # Hangzhou, 钱江新城
        ((116.404, 39.915), (116.410244, 39.916404)),  # Beijing, 天安门
        ((139.6917, 35.6895), (139.6917, 35.6895)),  # Tokyo: no other datum there
        ((-0.1276, 51.5072), (-0.1276, 51.5072)),
    ],
)
def test_what_a_satellite_gives_as_a_chinese_map_has_it(
    sensed: tuple[float, float], mapped: tuple[float, float]
) -> None:
    assert to_gcj02(*sensed) == pytest.approx(mapped, abs=2e-6)


def test_neighbours_stay_neighbours() -> None:
    """Anywhere in the country it is a shift of some hundred metres that bends nothing: 50 m stay 50 m."""
    chance = random.Random(20261129)
    for _ in range(300):
        here = chance.uniform(98.0, 122.0), chance.uniform(22.0, 45.0)
        there = here[0] + 0.0004, here[1] + 0.0003
        shift = metres_between(here, to_gcj02(*here))
        assert 10 < shift < 1200, here
        kept = metres_between(to_gcj02(*here), to_gcj02(*there))
        assert math.isclose(kept, metres_between(here, there), rel_tol=0.01, abs_tol=0.3), here


def test_nothing_and_nowhere() -> None:
    assert is_nowhere(0, 0) and is_nowhere("0.000000", "0")
    assert not is_nowhere(0, 30.2) and not is_nowhere(None, None)
    assert position_faults({"lng": 120.2, "lat": 30.2}) == {} == position_faults({})
    assert list(position_faults({"lng": 120.2})) == ["lat"]
    assert "不是地点" in position_faults({"lng": 0, "lat": 0.0})["lng"]


@pytest.mark.parametrize(
    ("lng", "lat", "fault"),
    [
        (30.26, 80.21, True),
        (43.8, 87.6, True),
        (120.21, 30.26, False),
        (-0.1, 51.5, False),
        (50.0, 50.0, False),
    ],
)
def test_a_form_says_that_a_position_is_swapped(lng: float, lat: float, fault: bool) -> None:
    assert ("请对调" in position_faults({"lng": lng, "lat": lat}).get("lng", "")) is fault


def test_what_no_form_checked_is_read_where_it_has_one_reading() -> None:
    assert sent_position(30.26, 120.21, GCJ02) == (120.21, 30.26)
    assert sent_position(120.21, 30.26, WGS84) == to_gcj02(120.21, 30.26)
    for nothing in ((None, 30.0), (120.0, None), (0, 0.0), (10.0, 170.0)):
        assert sent_position(*nothing, GCJ02) is None
