"""Positions of phones and of maps are one (E07, G02, Q09; docs/decisions/coordinates.md)."""

from __future__ import annotations

import math
import random

import pytest

from models.core.coordinates import (
    GCJ02,
    WGS84,
    in_china,
    is_nowhere,
    position_faults,
    sent_position,
    swapped,
    to_gcj02,
)
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


@pytest.mark.parametrize(
    ("lng", "lat", "kept"),
    [
        (180.0, 10.0, True),
        (-180.0, -10.0, True),
        (180.1, 10.0, False),
        (-180.1, 10.0, False),
        (-10.0, 90.0, True),
        (10.0, -90.0, True),
        (-10.0, 90.1, False),
        (0.0, 51.5, True),
    ],
)
def test_a_position_is_kept_up_to_the_edges_of_the_earth(lng: float, lat: float, kept: bool) -> None:
    assert sent_position(lng, lat, GCJ02) == ((lng, lat) if kept else None)


@pytest.mark.parametrize("lng", [72.004, 137.8347])
@pytest.mark.parametrize("lat", [0.8293, 55.8271])
def test_the_corners_of_the_rectangle_around_china_belong_to_it(lng: float, lat: float) -> None:
    """Their neighbours outside do not: no datum of our own is made up for them."""
    east, north = math.copysign(0.01, lng - 100), math.copysign(0.01, lat - 20)
    assert in_china(lng, lat) and in_china(lng - east, lat - north)
    for outside in ((lng + east, lat), (lng, lat + north)):
        assert not in_china(*outside) and to_gcj02(*outside) == outside


def test_one_number_alone_is_neither_nowhere_nor_swapped() -> None:
    for lng, lat in ((None, 0.0), (0.0, None), (None, 120.0), (30.0, None), (0.0, 30.0), (120.0, 0.0)):
        assert not is_nowhere(lng, lat) and not swapped(lng, lat)
    assert not is_nowhere(0.000001, 0.0) and is_nowhere(-0.0000009, 0.0000009)
    assert list(position_faults({"lat": 30.2})) == ["lng"]
