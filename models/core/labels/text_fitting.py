"""Making texts fit a box: wrapped between characters or words, made smaller, and cut with an ellipsis at
last.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

LINE_HEIGHT = 1.28
SMALLEST = 0.6
SMALLEST_PART = 0.7
_STEP = 0.05
_WORDS = re.compile(r"[\w.()/-]+", re.ASCII)

# The width of a text set in size 1.
Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class LabelPart:
    """One text of a label: how large against the label's text size, on how many lines at most, how dark (0 to
    1).
    """

    text: str
    size: float = 1.0
    lines: int = 2
    ink: float = 1.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as it will be painted: baseline below the top of the box, size, both in the unit of the box."""

    text: str
    baseline: float
    size: float
    ink: float


@dataclass(frozen=True, slots=True)
class Block:
    """A part in its lines, all of one size, in a box of this width."""

    lines: Sequence[str]
    size: float
    ink: float
    width: float

    @property
    def height(self) -> float:
        """What the lines take from the box."""
        return len(self.lines) * self.size * LINE_HEIGHT

    def cut(self, lines: int, measure: Measure) -> Self:
        """The same with so many lines at most, the last one ending in … if something is lost."""
        if len(self.lines) <= lines:
            return self
        kept = list(self.lines[:lines])
        if kept:
            kept[-1] = ellipsis(kept[-1], self.width / self.size, measure)
        return replace(self, lines=kept)


def fit(
    parts: Sequence[LabelPart], width: float, height: float, size: float, measure: Measure
) -> list[TextLine]:
    """Set the parts under each other in a box; the result never leaves it.

    A part that needs more lines than it has is made smaller by itself (to 70 %), then cut. If the whole is
    too high, all sizes shrink together (to 60 %); if that is not enough, lines are left out, the last parts
    first.
    """
    cleaned = [LabelPart(clean(part.text), part.size, part.lines, part.ink) for part in parts]
    kept = [part for part in cleaned if part.text]
    scale = 1.0
    while True:
        blocks = [_block(part, width, size * scale, measure) for part in kept]
        if sum(block.height for block in blocks) <= height or scale <= SMALLEST:
            return _place(_trim(blocks, height, measure))
        scale = max(SMALLEST, scale - _STEP)


def clean(text: str) -> str:
    """The text without control and invisible characters, blanks collapsed."""
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """The text in lines of at most this width (for size 1); words of Latin letters are split only if they
    must.
    """
    lines, line = [], ""
    for piece in _pieces(text, width, measure):
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = (line + piece).lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def ellipsis(text: str, width: float, measure: Measure) -> str:
    """The text cut to the width, with … at the end; empty if not even that fits."""
    while text and measure(text + "…") > width:
        text = text[:-1]
    return text + "…" if text or measure("…") <= width else ""


def _pieces(text: str, width: float, measure: Measure) -> list[str]:
    pieces, at = [], 0
    while at < len(text):
        match = _WORDS.match(text, at)
        word = match.group() if match else text[at]
        pieces += [word] if measure(word) <= width else list(word)
        at += len(word)
    return pieces


def _block(part: LabelPart, width: float, size: float, measure: Measure) -> Block:
    """A part in its lines: as large as its number of lines allows, cut where even the smallest size is too
    large.
    """
    own = 1.0
    lines = wrap(part.text, width / (part.size * size), measure)
    while len(lines) > part.lines and own > SMALLEST_PART:
        own = max(SMALLEST_PART, own - _STEP)
        lines = wrap(part.text, width / (part.size * size * own), measure)
    # In a box narrower than one character nothing can be shown.
    shown = [line for line in lines if measure(line) * part.size * size * own <= width]
    block = Block(shown, part.size * size * own, part.ink, width)
    return block.cut(part.lines, measure)


def _trim(blocks: Sequence[Block], height: float, measure: Measure) -> list[Block]:
    """Leave out lines until the rest fits: the second and later lines of the last parts first, then whole
    parts.
    """
    trimmed = list(blocks)
    for keep in (2, 1, 0):
        for index in range(len(trimmed) - 1, -1, -1):
            while len(trimmed[index].lines) > keep and sum(block.height for block in trimmed) > height:
                trimmed[index] = trimmed[index].cut(len(trimmed[index].lines) - 1, measure)
    return trimmed


def _place(blocks: Sequence[Block]) -> list[TextLine]:
    placed, top = [], 0.0
    for block in blocks:
        for line in block.lines:
            placed.append(TextLine(line, top + block.size * (LINE_HEIGHT + 0.76) / 2, block.size, block.ink))
            top += block.size * LINE_HEIGHT
    return placed
