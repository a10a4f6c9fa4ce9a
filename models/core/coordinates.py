"""Positions on Chinese maps: everything kept is GCJ-02, in degrees (docs/decisions/coordinates.md).

GCJ-02 is the datum that maps in China must show (《测绘法》, 待核对 the article): it lies some hundred metres beside WGS-84,
which satellites give. The transformation is not published; the series here is the one that all open programs use, known
to agree with the maps within a few metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi, radians, sin, sqrt
from typing import Any

GCJ02, WGS84 = "gcj02", "wgs84"
#: What a form says of a position that people type.
NAMED = "高德、腾讯地图的坐标（GCJ-02）"

_AXIS = 6_378_245.0  # Krasovsky 1940, metres
_ECCENTRICITY = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_NOWHERE = 1e-6


def to_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """A WGS-84 position (degrees) in GCJ-02, to six decimals; outside of China it is the same."""
    if not in_china(lng, lat):
        return lng, lat
    x, y = lng - 105.0, lat - 35.0
    waves = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (waves + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (waves + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    flat = 1 - _ECCENTRICITY * sin(radians(lat)) ** 2
    metres_north = _AXIS * (1 - _ECCENTRICITY) / (flat * sqrt(flat))
    metres_east = _AXIS / sqrt(flat) * cos(radians(lat))
    return round(lng + east * 180.0 / (metres_east * pi), 6), round(
        lat + north * 180.0 / (metres_north * pi), 6
    )


def is_nowhere(lng: Any, lat: Any) -> bool:
    """Whether this is 0, 0: what devices say that do not know where they are, in the Gulf of Guinea."""
    return lng is not None and lat is not None and abs(float(lng)) < _NOWHERE and abs(float(lat)) < _NOWHERE


def in_china(lng: float, lat: float) -> bool:
    """Whether it lies within the rectangle around China: all places that people of ours mean do."""
    return _WEST <= lng <= _EAST and _SOUTH <= lat <= _NORTH


def swapped(lng: Any, lat: Any) -> bool:
    """Whether longitude and latitude stand in each other's place: only the other way round is it in China."""
    if lng is None or lat is None:
        return False
    return not in_china(float(lng), float(lat)) and in_china(float(lat), float(lng))


def sent_position(lng: float | None, lat: float | None, datum: str) -> tuple[float, float] | None:
    """A position (degrees of `datum`) that no form has checked, as it is kept; None for none, or for 0, 0.

    One that is swapped has one reading only, and is read so.
    """
    if lng is None or lat is None or is_nowhere(lng, lat):
        return None
    if swapped(lng, lat):
        lng, lat = lat, lng
    if abs(lng) > 180 or abs(lat) > 90:
        return None
    return to_gcj02(lng, lat) if datum == WGS84 else (lng, lat)


def position_faults(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with `lng` and `lat` of a form, by field: one alone, no place at all, or swapped."""
    lng, lat = values.get("lng"), values.get("lat")
    if (lng is None) != (lat is None):
        return {"lng" if lng is None else "lat": "经度和纬度要一起填"}
    if is_nowhere(lng, lat):
        return {"lng": "经度 0、纬度 0 不是地点，请填实际位置，或者两格都留空"}
    if swapped(lng, lat):
        return {"lng": "经度和纬度填反了：中国的经度在 73 到 135 之间，纬度在 3 到 54 之间，请对调"}
    return {}


__all__ = ["GCJ02", "NAMED", "WGS84", "is_nowhere", "position_faults", "sent_position", "swapped", "to_gcj02"]
