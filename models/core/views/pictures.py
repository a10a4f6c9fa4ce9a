"""A statistic as a picture, for cards and papers: its sentence, and bars or a line of what it draws (PNG)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from models.core.config import config
from models.core.views.statistic import FoundStatistic

SIZE = (1068, 600)  # a card's 1.78 to 1
_LEFT, _TOP, _RIGHT, _BOTTOM = 96, 132, 1032, 516
_MOST_BARS, _MOST_LABELS, _LINES = 31, 8, 4
_INK, _QUIET, _RULE, _PAPER = "#1f2329", "#646a73", "#e3e6eb", "#ffffff"
_COLOURS = ("#15756f", "#9bd1cb", "#5b7472", "#c3cecd")  # none of the four of risk
Box = tuple[float, float, float, float]


def picture(found: FoundStatistic) -> bytes:
    """The picture as PNG, 1068 by 600. What does not fit is left out, the least (or the oldest) first; it says so."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    groups = found.groups[-_MOST_BARS:] if found.step else found.groups[:_MOST_BARS]
    left_out = len(found.groups) - len(groups)
    draw.text((48, 28), found.view.title, _INK, _font(36))
    _fitting(draw, (48, 80), found.sentence, SIZE[0] - 96)
    drawn = [place for place, each in enumerate(found.view.measures) if each.name in found.view.shown]
    series = [[float(one.numbers[place] or 0) for one in groups] for place in drawn]
    top = _ceiling(max((value for each in series for value in each), default=0))
    _rules(draw, top)
    for place, values in enumerate(series):
        _bars(draw, values, top, place, len(series))
    _labels(draw, [one.label for one in groups])
    titles = [found.view.measures[place].title for place in drawn]
    _legend(draw, titles, f"另有 {left_out} 组没有画出" if left_out else "")
    target = BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


@lru_cache(maxsize=8)
def _face(size: int, path: Path | None) -> Any:
    return (
        ImageFont.load_default(size)
        if path is None or not path.exists()
        else ImageFont.truetype(str(path), size)
    )


def typeface(size: int) -> Any:
    """The house's letters in a size."""
    return _face(size, config().font_path)


_font = typeface


def _fitting(draw: Any, at: tuple[float, float], text: str, width: float) -> None:
    """A line in the largest letters in which it fits."""
    font = next(
        (one for one in map(_font, range(24, 14, -1)) if draw.textlength(text, one) <= width), _font(14)
    )
    draw.text(at, text, _QUIET, font)


def _ceiling(most: float) -> float:
    """The number at the top of the scale, whose fourth is 1, 2, 5, 10, 20, 25, 50, 100 and so on."""
    tens = 1.0
    while True:
        for factor in (1, 2, 2.5, 5):
            step = factor * tens
            if most <= _LINES * step and step.is_integer():
                return _LINES * step
        tens *= 10


def _rules(draw: Any, top: float) -> None:
    for line in range(_LINES + 1):
        y = _BOTTOM - (_BOTTOM - _TOP) * line / _LINES
        draw.line((_LEFT, y, _RIGHT, y), _RULE)
        draw.text((_LEFT - 12, y), f"{top * line / _LINES:,.0f}", _QUIET, _font(18), anchor="rm")


def _bars(draw: Any, values: Sequence[float], top: float, place: int, beside: int) -> None:
    room = (_RIGHT - _LEFT) / max(len(values), 1)
    width = min(room * 0.7, 96) / beside
    for index, value in enumerate(values):
        middle = _LEFT + room * (index + 0.5)
        x = middle + width * (place - beside / 2)
        y = _BOTTOM - (_BOTTOM - _TOP) * value / top
        if value:
            draw.rectangle((x, min(y, _BOTTOM - 1), x + width - 1, _BOTTOM), _COLOURS[place % len(_COLOURS)])
        if len(values) * beside <= 14:
            draw.text((x + width / 2, y - 6), f"{value:,.0f}", _INK, _font(18), anchor="mb")


def _labels(draw: Any, labels: Sequence[str]) -> None:
    room = (_RIGHT - _LEFT) / max(len(labels), 1)
    every = -(-len(labels) // _MOST_LABELS) if len(labels) > _MOST_LABELS else 1
    font = _font(18)
    for index, label in enumerate(labels):
        if index % every:
            continue
        text = label
        while len(text) > 1 and draw.textlength(text, font) > room * every - 8:
            text = text[:-2] + "…" if len(text) > 2 else text[:1]
        draw.text((_LEFT + room * (index + 0.5), _BOTTOM + 10), text, _QUIET, font, anchor="ma")


def _legend(draw: Any, titles: Sequence[str], more: str) -> None:
    x = float(_LEFT)
    for place, title in enumerate(titles):
        draw.rectangle((x, 560, x + 18, 578), _COLOURS[place % len(_COLOURS)])
        draw.text((x + 26, 569), title, _INK, _font(20), anchor="lm")
        x += 26 + draw.textlength(title, _font(20)) + 32
    if more:
        draw.text((_RIGHT, 569), more, _QUIET, _font(18), anchor="rm")
