"""What is filled in on the spot: a position in the one datum that is kept, and a signature made of strokes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from models.core.coordinates import to_gcj02
from models.core.errors import Malformed
from models.core.fields import DrawnSignature, GeoPoint, Spot, Strokes
from models.core.fields.on_site import _FARTHEST as FARTHEST
from models.core.files import signatures

PLACE, SIGNATURE = GeoPoint("定位"), DrawnSignature("签名")
NAME = [[[20, 200], [150, 40], [280, 200]], [[350, 60], [360, 200]]]


@pytest.mark.parametrize("nothing", [None, "", {}, {"lng": None, "lat": None}])
def test_no_place(nothing: Any) -> None:
    assert PLACE.clean(nothing) is None


def test_what_a_device_senses_is_kept_as_chinese_maps_have_it() -> None:
    sensed = PLACE.clean({"lng": 121.55, "lat": 29.87, "accuracy": 11.6, "datum": "wgs84"})
    assert sensed == Spot(*to_gcj02(121.55, 29.87), 12)
    assert PLACE.clean({"lng": 121.55, "lat": 29.87}) == Spot(121.55, 29.87), (
        "what is typed is read off a map"
    )
    assert PLACE.clean("121.55，29.87") == Spot(121.55, 29.87)


def test_zero_is_no_place_of_a_device_and_a_fault_of_a_form() -> None:
    assert PLACE.clean({"lng": 0, "lat": 0, "accuracy": 5, "datum": "wgs84"}) is None
    with pytest.raises(Malformed, match="不是地点"):
        PLACE.clean({"lng": 0, "lat": 0})


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"lng": 29.87, "lat": 121.55}, "填反了"),
        ({"lng": 121.55}, "一起填"),
        ({"lng": 181, "lat": 30}, "之间"),
        ({"lng": "121", "lat": 30}, "数字"),
        ({"lng": True, "lat": 30}, "数字"),
        ({"lng": float("nan"), "lat": 30}, "数字"),
        ({"lng": 121.55, "lat": 29.87, "datum": "bd09"}, "gcj02"),
        ("七号门", "用当前位置"),
        ([121, 30], "用当前位置"),
    ],
)
def test_what_is_no_place(sent: Any, words: str) -> None:
    with pytest.raises(Malformed) as caught:
        PLACE.clean(sent)
    assert words in caught.value.message


@pytest.mark.parametrize("spot", [Spot(121.55, 29.87, 12), Spot(-0.5, 51.5), Spot(121.55, 29.87, 0)])
def test_a_place_comes_back_as_it_was_kept(spot: Spot) -> None:
    assert PLACE.python_value(PLACE.db_value(spot)) == spot


def test_a_place_in_words() -> None:
    assert PLACE.words(Spot(121.55, 29.87, 12)) == "经度 121.550000，纬度 29.870000（误差 12 米）"
    assert PLACE.plain(Spot(121.55, 29.87)) == {"lng": 121.55, "lat": 29.87, "accuracy": None}


def test_a_signature_is_drawn_by_the_house_and_is_small() -> None:
    drawn = SIGNATURE.clean(NAME)
    assert isinstance(drawn, Strokes)
    content = signatures.draw(drawn.lines)
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", DrawnSignature.BOX)
    grey = picture.convert("L")
    assert grey.getpixel((150, 42)) < 128 < grey.getpixel((560, 20)), (
        "ink where it was drawn, and paper beside it"
    )
    assert content == signatures.draw(drawn.lines)


def test_the_most_that_can_be_drawn_stays_a_small_file() -> None:
    step = [
        [[(7 * n) % 600, (11 * n) % 240] for n in range(30 * line, 30 * line + 30)] for line in range(200)
    ]
    most = SIGNATURE.clean(step)
    assert most is not None and len(signatures.draw(most.lines)) < 100_000


@pytest.mark.parametrize(
    "sent",
    [
        "data:image/png;base64,AAAA", "0123456789abcdef.png", {"lines": []}, [["a"]], [[[1, 2, 3]]], [[[None, 2]]],
        [[[5, 5]]], [[[5, 5], [9, 9]]], [[[0, 0], [600, 240]]] * 201, [[[0, 0], [600, 240]] * 3001],
        [[[float("inf"), 0], [600, 240]]], [[[10**400, 0], [600, 240]]],
    ],
)  # fmt: skip
def test_what_is_no_signature(sent: Any) -> None:
    """A picture, the file of somebody else's signature, a dot, and more than a hand writes."""
    with pytest.raises(Malformed):
        SIGNATURE.clean(sent)


@pytest.mark.parametrize(
    ("drawn", "enough"),
    [
        ([[[0, 0], [60, 0]]], True),
        ([[[0, 0], [59, 0]]], False),
        ([[[0, 0], [30, 0]], [[100, 0], [130, 0]]], True),
        ([[[5, 5]], [[500, 200]]], False),
        ([[[0, 0], [600, 0]]] * 200, True),
        ([[[0, 0], [600, 0]] * 3000], True),
    ],
)
def test_how_much_ink_is_a_signature(drawn: Any, enough: bool) -> None:
    """A stroke of a tenth of the box's width, in one line or several; the way between two lines is no ink."""
    if enough:
        assert SIGNATURE.clean(drawn) is not None
        return
    with pytest.raises(Malformed, match="签名太短"):
        SIGNATURE.clean(drawn)


@pytest.mark.parametrize("nothing", [None, "", []])
def test_no_signature(nothing: Any) -> None:
    assert SIGNATURE.clean(nothing) is None
    assert SIGNATURE.words(None) is SIGNATURE.plain(None) is None
    assert (SIGNATURE.words("a1b2.png"), SIGNATURE.plain("a1b2.png")) == ("已签名", "a1b2")


@pytest.mark.parametrize(
    ("sent", "spot"),
    [
        ({"lng": 180, "lat": -90}, Spot(180.0, -90.0)),
        ({"lng": -180, "lat": 90}, Spot(-180.0, 90.0)),
        ({"lng": 121.5, "lat": 29.8, "accuracy": 0}, Spot(121.5, 29.8, 0)),
        ({"lng": 121.5, "lat": 29.8, "accuracy": -1}, Spot(121.5, 29.8)),
        ({"lng": 121.5, "lat": 29.8, "accuracy": FARTHEST}, Spot(121.5, 29.8, FARTHEST)),
        ({"lng": 121.5, "lat": 29.8, "accuracy": FARTHEST + 1}, Spot(121.5, 29.8)),
        ({"lng": 121.5, "lat": 29.8, "accuracy": ""}, Spot(121.5, 29.8)),
        ({"lng": "", "lat": "", "accuracy": 5}, None),
    ],
)
def test_a_place_at_the_edges(sent: Any, spot: Spot | None) -> None:
    """How far off a device says that it may be is kept where it makes sense; the place is good without."""
    assert PLACE.clean(sent) == spot


@pytest.mark.parametrize("sent", [{"lng": 180.5, "lat": 10}, {"lng": -10, "lat": 90.5}])
def test_beyond_the_earth(sent: Any) -> None:
    with pytest.raises(Malformed, match="之间"):
        PLACE.clean(sent)


def test_what_was_drawn_beside_the_box_ends_at_its_edge() -> None:
    drawn = SIGNATURE.clean([[[-20, 100], [900, 100]]])
    assert drawn == Strokes((((0, 100), (600, 100)),))


@pytest.mark.parametrize(
    "sent",
    [{"lng": 10**400, "lat": 30}, {"lng": 120, "lat": 30, "accuracy": 10**400}, {"lng": True, "lat": 30}],
)
def test_a_number_that_is_none_is_no_place(sent: Any) -> None:
    with pytest.raises(Malformed):
        PLACE.clean(sent)


def test_a_long_text_is_no_place_and_is_not_tried_in_a_million_ways() -> None:
    """Blanks around a comma can be shared out in n² ways: a cell of a million of them stood for hours."""
    assert PLACE.clean("120.15" + " " * 20 + "30.25") is not None
    with pytest.raises(Malformed):
        PLACE.clean("1" + " " * 1_000_000 + "x")
