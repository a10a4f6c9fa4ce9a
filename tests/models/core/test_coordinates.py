"""Positions of phones and of maps are one (E07, G02, Q09; docs/decisions/coordinates.md)."""

from __future__ import annotations

import math
import random

import pytest

from models.core.coordinates import is_nowhere, position_faults, to_gcj02
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
