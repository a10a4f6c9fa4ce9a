"""The picture of a list, in the reader: as large as a finger, and light, in WebP and as JPEG for old phones."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

#: The longest side, in pixels: what a list shows is 84 wide, on a screen of three pixels each.
SIDE = 256
#: What one may take, in bytes, of each kind: twenty of them are a page of a list, which shall stay under 300 kB.
MOST = 13_500
#: How well they are drawn, the best first; few pictures need more than the first.
_QUALITIES = (66, 50, 36, 24)


def thumbnails(opaque: Image.Image) -> Iterator[bytes]:
    """The thumbnail of a picture (RGB) as WebP, then as JPEG. The picture is spent."""
    opaque.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    yield _within(opaque, "WEBP", method=4)
    yield _within(opaque, "JPEG", optimize=True)


def _within(small: Image.Image, kind: str, **options: int) -> bytes:
    """As well drawn as fits; of a picture of nothing but noise, smaller."""
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            small.save(out, kind, quality=quality, **options)
            if out.tell() <= MOST:
                return out.getvalue()
        small = small.resize((max(1, small.width // 2), max(1, small.height // 2)), Image.Resampling.BOX)
