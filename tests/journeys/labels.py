"""Printed labels as a camera gets to see them."""

from __future__ import annotations

from pathlib import Path

import qrcode
import zxingcpp
from PIL import Image

_ROOM = 60  # px of paper left around a code


def cut_out(sheet: Path, text: str) -> Image.Image:
    """The one label of a printed sheet (PNG) whose code says `text`."""
    page = Image.open(sheet).convert("L")
    for code in zxingcpp.read_barcodes(page):
        if code.text == text:
            corners = code.position
            xs = [corner.x for corner in (corners.top_left, corners.top_right, corners.bottom_left)]
            ys = [corner.y for corner in (corners.top_left, corners.top_right, corners.bottom_left)]
            return page.crop((min(xs) - _ROOM, min(ys) - _ROOM, max(xs) + _ROOM, max(ys) + _ROOM))
    raise AssertionError(f"no label of the sheet says {text}")


def foreign_code(text: str) -> Image.Image:
    """A QR that somebody else has printed."""
    return qrcode.make(text).get_image()
