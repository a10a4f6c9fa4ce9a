"""A board as a picture for cards: its most important tiles, large enough to be read in a chat (PNG, 1068 by 600)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from models.core import clock
from models.core.boards.board import FoundBoard, ShownTile, TileNumber
from models.core.views.pictures import SIZE, typeface

_COLUMNS, _MOST = 4, 8
_LEFT, _TOP, _GAP, _HIGH = 36, 112, 16, 220
_INK, _QUIET, _PAPER, _CARD = "#1f2329", "#646a73", "#eef1f1", "#ffffff"
#: By tone: none of them a colour of risk by itself, each number has its words.
_TONES = {"bad": "#b3261e", "warn": "#7a5200", "good": "#1d6b3a", "plain": _INK}


def board_picture(found: FoundBoard, place: str) -> bytes:
    """The picture as PNG; `place` is what the numbers are of. Tiles that are not on the board are left out."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((_LEFT, 26), f"{found.board.title} · {place}", _INK, typeface(36))
    draw.text((_LEFT, 74), f"{clock.local(found.at):%Y-%m-%d %H:%M}", _QUIET, typeface(22))
    tiles = {tile.name: tile for tile in found.tiles}
    shown = [tiles[name] for name in found.board.card if name in tiles][:_MOST]
    width = (SIZE[0] - 2 * _LEFT - _GAP * (_COLUMNS - 1)) / _COLUMNS
    for at, tile in enumerate(shown):
        x = _LEFT + (width + _GAP) * (at % _COLUMNS)
        _tile(draw, tile, (x, _TOP + (_HIGH + _GAP) * (at // _COLUMNS)), width)
    target = BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def _tile(draw: Any, tile: ShownTile, at: tuple[float, float], width: float) -> None:
    x, y = at
    draw.rounded_rectangle((x, y, x + width, y + _HIGH), 10, _CARD)
    _line(draw, (x + 18, y + 14), tile.title, 24, _QUIET, width - 36)
    if not tile.numbers:
        return
    first, *others = tile.numbers
    head = "—" if first.value is None else f"{first.value:,}"
    font = typeface(64)
    draw.text((x + 18, y + 50), head, _TONES[first.tone], font)
    said = (
        f"/ {first.of:,} {first.unit}"
        if first.of is not None
        else first.unit
        if first.value is not None
        else ""
    )
    draw.text((x + 26 + draw.textlength(head, font), y + 92), said, _QUIET, typeface(22))
    below = [(first.title, "plain"), *((_said(each), each.tone) for each in others), (first.text, "plain")]
    lines = [(line, tone) for text, tone in below if text for line in _folded(draw, text, width - 36)]
    for place, (text, tone) in enumerate(lines[:2]):
        colour = _QUIET if tone == "plain" else _TONES[tone]
        _line(draw, (x + 18, y + 142 + 34 * place), text, 24, colour, width - 36)


def _folded(draw: Any, text: str, width: float) -> list[str]:
    """A text that is far too long for a line in two, at its comma."""
    head, comma, rest = text.partition("，")
    return [text] if not comma or draw.textlength(text, typeface(18)) <= width else [head + comma, rest]


def _said(number: TileNumber) -> str:
    return f"{number.title} {'—' if number.value is None else f'{number.value:,}'} {number.unit}".strip()


def _line(draw: Any, at: tuple[float, float], text: str, size: int, colour: str, width: float) -> None:
    """A line, smaller where it would not fit."""
    font = next(
        (one for one in map(typeface, range(size, 13, -1)) if draw.textlength(text, one) <= width),
        typeface(13),
    )
    draw.text(at, text, colour, font)
