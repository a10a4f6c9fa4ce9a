"""Columns that are filled in on the spot: where one stands, and a signature drawn with a finger."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from peewee import CharField

from models.core.coordinates import GCJ02, WGS84, is_nowhere, position_faults, to_gcj02
from models.core.errors import Malformed
from models.core.fields.base import Described

_PAIR = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，、\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_LONGEST = 80  # signs of a pair that somebody typed
_FARTHEST = 100_000  # metres: a device that is less sure than this knows nothing


@dataclass(frozen=True)
class Spot:
    """A position in degrees of GCJ-02; `accuracy` in metres where a device sensed it, None where somebody typed it."""

    lng: float
    lat: float
    accuracy: int | None = None


class GeoPoint(Described, CharField):
    """Where something is or was, as a `Spot`; kept as `longitude,latitude,accuracy` (docs/decisions/coordinates.md).

    A form sends `{"lng", "lat", "accuracy", "datum"}`: what a device senses is WGS-84 and says so. 0, 0 of a device is no
    position; in a form it is refused.
    """

    kind = "place"

    def __init__(self, title: str, **options: Any) -> None:
        super().__init__(title, max_length=40, **options)

    def clean(self, value: Any) -> Spot | None:
        if value is None or value == "" or value == {}:
            return None
        if isinstance(value, Spot):
            return value
        if isinstance(value, str):
            value = _typed(value)
        if not isinstance(value, Mapping):
            raise Malformed("wrong_type", "请点“用当前位置”，或者填经度和纬度")
        return _spot(value)

    def db_value(self, value: Any) -> Any:
        if not isinstance(value, Spot):
            return value or None
        return f"{value.lng:.6f},{value.lat:.6f},{'' if value.accuracy is None else value.accuracy}"

    def python_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not value:
            return value or None
        lng, lat, accuracy = (*value.split(","), "")[:3]
        return Spot(float(lng), float(lat), int(accuracy) if accuracy else None)

    def plain(self, value: Any) -> Any:
        return None if value is None else {"lng": value.lng, "lat": value.lat, "accuracy": value.accuracy}

    def words(self, value: Any) -> Any:
        if value is None:
            return None
        near = "" if value.accuracy is None else f"（误差 {value.accuracy} 米）"
        return f"经度 {value.lng:.6f}，纬度 {value.lat:.6f}{near}"


def _typed(text: str) -> Any:
    # Measured before it is read: the blanks around a comma can be shared out in too many ways.
    found = _PAIR.fullmatch(text) if len(text) <= _LONGEST else None
    return {"lng": float(found[1]), "lat": float(found[2])} if found else None


def _spot(sent: Mapping[str, Any]) -> Spot | None:
    lng, lat, accuracy = (_number(sent.get(name)) for name in ("lng", "lat", "accuracy"))
    datum = sent.get("datum") or GCJ02
    if datum not in (GCJ02, WGS84):
        raise Malformed("no_such_datum", "坐标只能是 gcj02 或 wgs84")
    if datum == WGS84 and is_nowhere(lng, lat):
        return None
    faults = position_faults({"lng": lng, "lat": lat})
    if faults:
        raise Malformed("no_place", next(iter(faults.values())))
    if lng is None or lat is None:
        return None
    if abs(lng) > 180 or abs(lat) > 90:
        raise Malformed("no_place", "经度在 -180 到 180 之间，纬度在 -90 到 90 之间，请核对")
    if datum == WGS84:
        lng, lat = to_gcj02(lng, lat)
    known = accuracy is not None and 0 <= accuracy <= _FARTHEST
    return Spot(round(lng, 6), round(lat, 6), round(accuracy) if known and accuracy is not None else None)


def _number(value: Any) -> float | None:
    if value is None or value == "":
        return None
    number = math.nan
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        with suppress(OverflowError):
            number = float(value)
    if not math.isfinite(number):
        raise Malformed("wrong_type", "经度和纬度要填数字")
    return number


Stroke = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Strokes:
    """A signature as it was drawn: lines through points of a box that is `DrawnSignature.BOX` wide and high."""

    lines: tuple[Stroke, ...]


class DrawnSignature(Described, CharField):
    """A signature drawn with a finger or a mouse. A form sends its strokes, never a picture; the house draws the PNG, which
    is a file of its own kind (`models/core/files/signatures.py`), and the column keeps its name.

    Where the row is a closed case a signature that is there stays: it is evidence.
    """

    kind = "signature"
    BOX = (600, 240)
    MOST_STROKES, MOST_POINTS = 200, 6000
    SHORTEST = 60  # of the box: a dot is no signature

    def __init__(self, title: str, **options: Any) -> None:
        super().__init__(title, max_length=80, **options)

    def clean(self, value: Any) -> Strokes | None:
        if value is None or value == "" or value == []:
            return None
        if isinstance(value, Strokes):
            return value
        if not isinstance(value, list) or len(value) > self.MOST_STROKES:
            raise Malformed("not_drawn", "请重新签名")
        drawn = tuple(tuple(_point(point, self.BOX) for point in _points(line)) for line in value)
        if sum(len(line) for line in drawn) > self.MOST_POINTS:
            raise Malformed("too_long", "签名太复杂，请重新签一次")
        if sum(_length(line) for line in drawn) < self.SHORTEST:
            raise Malformed("not_drawn", "签名太短，请写上姓名")
        return Strokes(drawn)

    def db_value(self, value: Any) -> Any:
        from models.core.files import signatures

        return signatures.keep(value.lines) if isinstance(value, Strokes) else value or None

    def plain(self, value: Any) -> Any:
        """Which signature it is, for who shows it or sends the form back: another one has another word."""
        return value.partition(".")[0] if isinstance(value, str) else None

    def words(self, value: Any) -> Any:
        return "已签名" if value else None


def _points(line: Any) -> list[Any]:
    if not isinstance(line, list):
        raise Malformed("not_drawn", "请重新签名")
    return line


def _point(point: Any, box: tuple[int, int]) -> tuple[int, int]:
    if not isinstance(point, list) or len(point) != 2:
        raise Malformed("not_drawn", "请重新签名")
    x, y = (_number(each) for each in point)
    if x is None or y is None:
        raise Malformed("not_drawn", "请重新签名")
    return min(max(round(x), 0), box[0]), min(max(round(y), 0), box[1])


def _length(line: Stroke) -> float:
    return sum(math.dist(one, other) for one, other in pairwise(line))


__all__ = ["DrawnSignature", "GeoPoint", "Spot", "Strokes"]
