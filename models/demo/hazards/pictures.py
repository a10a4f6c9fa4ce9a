"""Invented photos of hazards, drawn: simple, but one sees what is wrong, and afterwards that it was put right."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter

SIZE = (640, 480)
_WALL, _FLOOR, _METAL, _DARK = (196, 201, 197), (128, 131, 128), (142, 152, 160), (58, 62, 66)
_GREEN, _RED, _YELLOW, _BLUE, _COPPER = (
    (62, 120, 84),
    (190, 44, 40),
    (235, 190, 40),
    (48, 98, 158),
    (196, 112, 52),
)
Draw = ImageDraw.ImageDraw


def _room(draw: Draw, wall: tuple[int, int, int] = _WALL, floor: tuple[int, int, int] = _FLOOR) -> None:
    for y in range(310):  # lighter towards the lamp
        shade = 1.0 - y / 1400
        draw.line((0, y, 640, y), fill=tuple(int(part * shade) for part in wall))
    for y in range(310, 480):
        shade = 0.85 + (y - 310) / 900
        draw.line((0, y, 640, y), fill=tuple(min(255, int(part * shade)) for part in floor))
    draw.line((0, 310, 640, 310), fill=_DARK, width=3)


def _cabinet(draw: Draw, fixed: bool) -> None:
    """A switch cabinet whose cable lies bare; afterwards in a grey tube."""
    _room(draw)
    draw.rectangle((350, 70, 560, 330), fill=(214, 214, 206), outline=_DARK, width=4)
    draw.rectangle((372, 95, 538, 300), outline=(160, 160, 152), width=3)
    draw.polygon(((455, 130), (485, 190), (425, 190)), fill=_YELLOW, outline=_DARK)
    draw.line((455, 150, 455, 172), fill=_DARK, width=5)
    path = [(380, 320), (330, 350), (250, 352), (190, 390), (90, 400)]
    if fixed:
        draw.line(path, fill=(92, 96, 100), width=24, joint="curve")
        draw.line(path, fill=(120, 124, 128), width=12, joint="curve")
        return
    draw.line(path, fill=_DARK, width=15, joint="curve")
    for start, color in ((-9, _RED), (0, _COPPER), (9, _BLUE)):
        draw.line([(300, 351 + start), (255, 352 + start * 2), (205, 382 + start)], fill=color, width=7)
    draw.line([(290, 351), (250, 349), (225, 366)], fill=_COPPER, width=9)


def _pump(draw: Draw, fixed: bool) -> None:
    """A pump whose coupling turns without a guard."""
    _room(draw)
    draw.rectangle((60, 330, 590, 372), fill=(96, 100, 98))
    draw.rounded_rectangle((80, 190, 260, 330), 24, fill=_GREEN, outline=_DARK, width=4)
    for x in range(96, 250, 18):
        draw.line((x, 200, x, 320), fill=(44, 92, 62), width=4)
    draw.ellipse((400, 160, 580, 340), fill=_BLUE, outline=_DARK, width=4)
    draw.ellipse((450, 210, 530, 290), fill=(34, 74, 124))
    draw.rectangle((468, 60, 520, 175), fill=_BLUE, outline=_DARK, width=3)
    draw.rectangle((260, 248, 404, 272), fill=_METAL)
    for x in (312, 338):
        draw.rectangle((x, 222, x + 22, 298), fill=(168, 176, 182), outline=_DARK, width=3)
    if fixed:
        draw.rounded_rectangle((286, 205, 386, 320), 16, fill=_YELLOW, outline=_DARK, width=4)
        for y in range(222, 310, 14):
            draw.line((298, y, 374, y), fill=(170, 132, 20), width=4)
    else:
        draw.arc((276, 190, 396, 330), 200, 330, fill=_RED, width=7)
        draw.polygon(((392, 232), (378, 258), (408, 256)), fill=_RED)


def _oil(draw: Draw, fixed: bool) -> None:
    """Oil on the way of the forklifts."""
    _room(draw, floor=(150, 150, 144))
    for x in (90, 530):
        draw.polygon(
            ((x, 480), (x + 24, 480), (305 + (x > 300) * 40, 312), (300 + (x > 300) * 40, 312)), fill=_YELLOW
        )
    for y in (90, 180):
        draw.rectangle((30, y, 210, y + 12), fill=_BLUE)
        for x in (40, 100, 160):
            draw.rectangle((x, y - 52, x + 44, y), fill=(188, 150, 98), outline=_DARK)
    draw.rectangle((30, 30, 40, 310), fill=_BLUE)
    if fixed:
        return
    draw.ellipse((220, 372, 440, 446), fill=(38, 34, 40))
    draw.ellipse((380, 360, 500, 404), fill=(38, 34, 40))
    draw.ellipse((262, 386, 350, 410), fill=(92, 84, 110))
    draw.arc((250, 380, 400, 434), 190, 300, fill=(150, 140, 170), width=5)


def _rail(draw: Draw, fixed: bool) -> None:
    """The guard rail of a basin, broken."""
    for y in range(480):
        draw.line((0, y, 640, y), fill=(176 - y // 8, 204 - y // 9, 220 - y // 12))
    draw.rectangle((0, 250, 640, 480), fill=(72, 128, 134))
    for y in range(262, 370, 20):
        draw.line((0, y, 640, y + 6), fill=(104, 156, 160), width=3)
    draw.polygon(((0, 380), (640, 350), (640, 480), (0, 480)), fill=(170, 168, 160))
    posts = (60, 200, 340, 480, 610)
    for x in posts:
        draw.rectangle((x, 170, x + 14, 400 - x // 20), fill=_YELLOW, outline=_DARK)
    for y in (180, 255):
        for left, right in pairwise(posts):
            if fixed or left != 200:
                draw.line((left + 7, y, right + 7, y - 3), fill=_YELLOW, width=12)
    if not fixed:
        draw.line((212, 182, 300, 330), fill=(150, 104, 40), width=12)
        draw.line((344, 258, 290, 372), fill=(150, 104, 40), width=12)


def _exit(draw: Draw, fixed: bool) -> None:
    """A way out, blocked by boxes."""
    _room(draw, wall=(210, 208, 200))
    draw.rectangle((230, 90, 420, 330), fill=(98, 116, 108), outline=_DARK, width=5)
    draw.line((325, 90, 325, 330), fill=_DARK, width=4)
    draw.rectangle((250, 36, 400, 78), fill=(24, 140, 84))
    draw.rectangle((266, 48, 290, 66), fill="white")
    draw.polygon(((340, 50), (372, 50), (372, 44), (388, 57), (372, 70), (372, 64), (340, 64)), fill="white")
    if fixed:
        draw.polygon(((180, 480), (470, 480), (412, 336), (240, 336)), outline=_YELLOW, width=8)
        return
    for x, y, size in ((190, 300, 130), (310, 280, 150), (250, 190, 110), (420, 350, 110)):
        draw.rectangle((x, y, x + size, y + size), fill=(184, 142, 92), outline=(120, 88, 50), width=4)
        draw.line((x, y + size // 2, x + size, y + size // 2), fill=(214, 190, 150), width=9)


def _extinguisher(draw: Draw, fixed: bool) -> None:
    """A fire extinguisher whose needle stands in the red; afterwards in the green."""
    _room(draw)
    draw.rectangle((120, 60, 520, 420), fill=(226, 224, 216), outline=_DARK, width=4)
    draw.rounded_rectangle((180, 150, 300, 400), 36, fill=_RED, outline=(110, 20, 20), width=4)
    draw.rectangle((218, 116, 262, 156), fill=_DARK)
    draw.line((262, 128, 330, 110), fill=_DARK, width=12)
    draw.line([(180, 150), (150, 220), (158, 330)], fill=_DARK, width=12)
    draw.rectangle((196, 230, 284, 320), fill="white")
    draw.ellipse((340, 170, 500, 330), fill="white", outline=_DARK, width=6)
    draw.arc((356, 186, 484, 314), 150, 230, fill=_RED, width=18)
    draw.arc((356, 186, 484, 314), 230, 310, fill=(40, 150, 80), width=18)
    draw.arc((356, 186, 484, 314), 310, 390, fill=_YELLOW, width=18)
    draw.line((420, 250, 420, 196) if fixed else (420, 250, 370, 268), fill=_DARK, width=8)
    draw.ellipse((410, 240, 430, 260), fill=_DARK)


def _manhole(draw: Draw, fixed: bool) -> None:
    """A shaft without its cover."""
    for y in range(480):
        draw.line((0, y, 640, y), fill=(150 - y // 14, 150 - y // 14, 146 - y // 14))
    for x in range(0, 640, 110):
        draw.line((x, 0, x - 60, 480), fill=(118, 118, 114), width=3)
    draw.ellipse((170, 160, 470, 370), fill=(86, 88, 88), outline=_DARK, width=8)
    if fixed:
        draw.ellipse((190, 174, 450, 356), fill=(112, 114, 116), outline=_DARK, width=4)
        for offset in range(-80, 100, 26):
            draw.line((240, 265 + offset, 400, 265 + offset), fill=(84, 86, 88), width=8)
        return
    draw.ellipse((192, 176, 448, 354), fill=(16, 18, 20))
    for y in (250, 286, 320):
        draw.line((290, y, 350, y), fill=(120, 92, 60), width=7)
    draw.chord((420, 330, 640, 470), 10, 190, fill=(112, 114, 116), outline=_DARK, width=4)


def _belt(draw: Draw, fixed: bool) -> None:
    """Wire rope of a crane with broken strands at the hook."""
    _room(draw, wall=(186, 196, 204))
    draw.rectangle((0, 40, 640, 92), fill=_YELLOW, outline=_DARK, width=4)
    for x in range(20, 640, 80):
        draw.line((x, 92, x + 40, 40), fill=(170, 132, 20), width=5)
    for x in (298, 334):
        draw.line((x, 92, x, 300), fill=(92, 96, 100), width=10)
    draw.rectangle((278, 286, 354, 336), fill=_DARK)
    draw.arc((282, 320, 350, 420), 330, 210, fill=_DARK, width=18)
    if not fixed:
        for y, turn in ((180, 1), (196, -1), (210, 1), (226, -1), (240, 1)):
            draw.line((298, y, 298 - 26 * turn, y - 14), fill=(196, 120, 60), width=4)
            draw.line((298, y + 4, 298 + 22 * turn, y + 18), fill=(196, 120, 60), width=4)


_SCENES: dict[str, Callable[[Draw, bool], None]] = {
    "cable": _cabinet, "coupling": _pump, "oil": _oil, "rail": _rail, "exit": _exit, "extinguisher": _extinguisher,
    "manhole": _manhole, "rope": _belt,
}  # fmt: skip
SCENES = tuple(_SCENES)


@lru_cache(maxsize=32)
def picture(scene: str, *, fixed: bool = False) -> bytes:
    """The photo of a scene as a JPEG, before or after. Raises KeyError for a scene that there is not."""
    image = Image.new("RGB", SIZE, _WALL)
    _SCENES[scene](ImageDraw.Draw(image), fixed)
    target = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.1)).save(target, "JPEG", quality=72)
    return target.getvalue()
