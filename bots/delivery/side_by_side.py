"""Two card pictures in one, before and after beside each other, each with its name: a card has room for one (L01, E09)."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont, ImageOps

from models.core.config import config

NAMES = ("整改前", "整改后")
_HALF, _GAP, _BAND = (536, 824), 8, 72  # pixels; together 1080 × 824, the shape of a card's picture (1.3 : 1)
_TEXT, _QUALITY = 44, 82


def side_by_side(before: bytes, after: bytes) -> bytes:
    """One JPEG of two that were drawn for cards, cut to the middle where their shape is another."""
    width, height = _HALF
    sheet = Image.new("RGB", (2 * width + _GAP, height), "white")
    pen = ImageDraw.Draw(sheet)
    face = _face()
    for place, (content, name) in enumerate(zip((before, after), NAMES, strict=True)):
        left = place * (width + _GAP)
        with Image.open(io.BytesIO(content)) as image:
            sheet.paste(ImageOps.fit(image.convert("RGB"), (width, height)), (left, 0))
        if face is None:
            continue
        pen.rectangle((left, height - _BAND, left + width - 1, height), fill="black")
        pen.text((left + width // 2, height - _BAND // 2), name, font=face, fill="white", anchor="mm")
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _face() -> ImageFont.FreeTypeFont | None:
    """The installation's font; None where there is none: then what stands left is before, as the card says."""
    path = config().font_path
    return ImageFont.truetype(str(path), _TEXT) if path is not None and path.is_file() else None
