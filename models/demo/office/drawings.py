"""Invented photos of the demo's suggestions and activities, drawn: simple, but one sees what they are about."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

_WALL, _FLOOR, _DARK, _YELLOW, _BLUE = (
    (206, 210, 206),
    (132, 134, 130),
    (58, 62, 66),
    (235, 190, 40),
    (60, 120, 230),
)


def people_at_board(name: str, many: int) -> bytes:
    """People in helmets before a board."""
    picture = Image.new("RGB", (640, 480), _WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((90, 50, 550, 230), fill=(38, 92, 74), outline=(90, 70, 50), width=8)
    for line in range(3 + len(name) % 2):
        y = 95 + 36 * line
        draw.line((130, y, 330 + 40 * (len(name) * (line + 2) % 5), y), fill=(226, 232, 226), width=6)
    draw.rectangle((0, 380, 640, 480), fill=_FLOOR)
    for place in range(min(many, 9)):
        x = 60 + 64 * place
        draw.rounded_rectangle((x - 24, 320, x + 24, 440), 14, fill=(44, 84, 130))
        draw.ellipse((x - 18, 276, x + 18, 322), fill=(222, 188, 160))
        draw.pieslice((x - 24, 256, x + 24, 318), 180, 360, fill=_YELLOW)
    return _jpeg(picture)


def forklift(lamp: bool) -> bytes:
    """A forklift in an aisle; with the lamp a blue spot lies on the floor behind it."""
    picture = Image.new("RGB", (640, 480), _WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 300, 640, 480), fill=_FLOOR)
    if lamp:
        draw.ellipse((470, 390, 620, 430), fill=_BLUE)
        draw.line((420, 150, 540, 405), fill=(150, 190, 250), width=4)
    draw.rectangle((220, 230, 420, 370), fill=(226, 132, 32), outline=_DARK, width=5)
    draw.line((260, 230, 260, 130, 420, 130, 420, 230), fill=_DARK, width=9)
    draw.rectangle((186, 90, 204, 390), fill=_DARK)
    draw.line((80, 388, 204, 388), fill=_DARK, width=10)
    for x in (255, 385):
        draw.ellipse((x - 36, 345, x + 36, 417), fill=(34, 36, 38), outline=(150, 150, 150), width=8)
    return _jpeg(picture)


def aisle(painted: bool) -> bytes:
    """The aisle of a hall whose yellow line is worn off, or painted anew."""
    picture = Image.new("RGB", (640, 480), _WALL)
    draw = ImageDraw.Draw(picture)
    draw.polygon(((250, 200), (390, 200), (640, 480), (0, 480)), fill=_FLOOR)
    for step in range(14):
        if painted or step % 5 == 0:
            y = 205 + step * 20
            x = 300 - (y - 200) // 3
            draw.polygon(((x, y), (x + 10, y), (x + 4, y + 21), (x - 10, y + 21)), fill=_YELLOW)
    for x in (40, 520):
        draw.rectangle((x, 120, x + 80, 230), fill=(150, 158, 164), outline=_DARK, width=4)
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=82)
    return target.getvalue()


__all__ = ["aisle", "forklift", "people_at_board"]
