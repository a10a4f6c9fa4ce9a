"""The picture of a board for cards: its most important tiles, and nothing that is not there (I02)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageDraw

from models.core.boards.board import Board, FoundBoard, Place, ShownTile, TileNumber
from models.core.boards.picture import _folded, _line, _said, board_picture
from models.core.views.pictures import typeface

_AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
CARD, PAPER = (255, 255, 255), (0xEE, 0xF1, 0xF1)
BAD, GOOD = (0xB3, 0x26, 0x1E), (0x1D, 0x6B, 0x3A)
INK = (0x1F, 0x23, 0x29)


def drawn(*tiles: ShownTile, card: tuple[str, ...] | None = None) -> Image.Image:
    names = tuple(tile.name for tile in tiles) if card is None else card
    board = Board.__new__(Board)  # one that stands on no list
    for name, value in (("name", "x"), ("title", "今日"), ("tiles", ()), ("card", names)):
        object.__setattr__(board, name, value)
    return Image.open(io.BytesIO(board_picture(FoundBoard(board, _AT, Place(), tiles), "甲公司"))).convert(
        "RGB"
    )


def tile(name: str, *numbers: TileNumber) -> ShownTile:
    return ShownTile(name, f"设备{name}", "numbers", numbers=numbers)


def cards(image: Image.Image) -> list[bool]:
    """Which of the eight places hold a tile."""
    return [
        image.getpixel((36 + 253 * at + 120, 112 + 236 * row + 5)) == CARD
        for row in range(2)
        for at in range(4)
    ]


def colours(image: Image.Image, at: int = 0) -> set[Any]:
    """The colours within a tile of the first row."""
    left = 36 + 253 * at
    return set(image.crop((left, 112, left + 237, 332)).get_flattened_data())


@pytest.mark.parametrize("number", [0, 1, 4, 5, 8, 9])
def test_as_many_tiles_as_there_is_room_for(number: int) -> None:
    image = drawn(*(tile(str(place)) for place in range(number)))
    assert (image.size, cards(image)) == ((1068, 600), [place < number for place in range(8)])


def test_a_tile_that_who_looks_may_not_read_is_left_out() -> None:
    assert cards(drawn(tile("a"), tile("b"), card=("a", "c", "b"))) == [True, True, *[False] * 6]
    assert cards(drawn(tile("a"), tile("b"), card=("b",))).count(True) == 1


def test_a_number_has_the_colour_of_its_tone_and_one_that_is_not_known_a_dash() -> None:
    bad, good = (tile("a", TileNumber("x", 88, tone=tone)) for tone in ("bad", "good"))
    assert BAD in colours(drawn(bad)) and GOOD in colours(drawn(good))
    assert BAD not in colours(drawn(good)) and not {BAD, GOOD, INK} & colours(drawn(tile("a")))
    unknown, zero = (drawn(tile("a", TileNumber("", value))) for value in (None, 0))
    assert INK in colours(unknown) and unknown.tobytes() != zero.tobytes()
    # The dash alone: nothing is said of the unit of what is not known, unless of what it should be.
    with_unit = drawn(tile("a", TileNumber("", None, "台")))
    assert (
        with_unit.tobytes()
        == unknown.tobytes()
        != drawn(tile("a", TileNumber("", None, "台", of=3))).tobytes()
    )
    assert drawn(tile("a", TileNumber("", 0, "台"))).tobytes() != zero.tobytes()


def test_below_the_number_stand_two_lines_at_most() -> None:
    head = TileNumber("在岗", 3, tone="good")
    two = drawn(tile("a", head, TileNumber("超期", 1, "台", tone="bad")))
    three = drawn(tile("a", head, TileNumber("超期", 1, "台", tone="bad"), TileNumber("停用", 9)))
    assert BAD in colours(two) and two.tobytes() == three.tobytes()
    plain = drawn(tile("a", head, TileNumber("超期", 1, "台")))
    assert BAD not in colours(plain)
    texts = [drawn(tile("a", TileNumber("", 3, text=text))).tobytes() for text in ("", "休息日")]
    assert texts[0] != texts[1]


def test_how_a_further_number_is_said() -> None:
    assert _said(TileNumber("超期", 1200, "台")) == "超期 1,200 台"
    assert _said(TileNumber("超期", None)) == "超期 —"


def test_a_line_that_is_too_long_is_folded_at_its_comma_or_written_smaller() -> None:
    image = Image.new("RGB", (600, 60), CARD)
    draw: Any = ImageDraw.Draw(image)
    text = "今天是休息日，没有要扫码的"
    wide = draw.textlength(text, typeface(18))
    assert _folded(draw, text, wide) == [text]
    assert _folded(draw, text, wide - 1) == ["今天是休息日，", "没有要扫码的"]
    assert _folded(draw, "没有逗号的一行", 10) == ["没有逗号的一行"]

    def width(room: float) -> int:
        fresh = Image.new("RGB", (600, 60), CARD)
        _line(ImageDraw.Draw(fresh), (0, 5), "设备检查超期", 24, "#000000", room)
        box = fresh.convert("L").point(lambda value: 255 - value).getbbox()
        assert box is not None
        return box[2]

    full = draw.textlength("设备检查超期", typeface(24))
    assert width(full) == width(600) > width(full - 1) > width(full * 0.7)
    assert width(1) == width(2), "but never so small that nobody reads it"
