"""Printed labels as a camera gets to see them."""

from __future__ import annotations

from pathlib import Path

import qrcode
import qrcode.util
import zxingcpp
from PIL import Image, ImageOps

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


def code_of(data: bytes, *, inverted: bool = False) -> Image.Image:
    """A QR of bytes as they are (GBK, say); `inverted`: light on dark, as an engraved plate has it."""
    made = qrcode.QRCode(border=4)
    made.add_data(qrcode.util.QRData(data, mode=qrcode.util.MODE_8BIT_BYTE), optimize=0)
    drawn: Image.Image = made.make_image().get_image().convert("L")
    return ImageOps.invert(drawn) if inverted else drawn


def foreign_code(text: str) -> Image.Image:
    """A QR that somebody else has printed."""
    return qrcode.make(text).get_image()
