"""A film for Chromium's fake camera."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

_SIZE = (640, 480)
_FRAMES = 10  # played over and over


def write_film(picture: Image.Image | Path | bytes, path: Path) -> Path:
    """Write an MJPEG that shows `picture`, as large as fits on a grey table, and give its path."""
    if isinstance(picture, bytes):
        picture = Image.open(io.BytesIO(picture))
    elif isinstance(picture, Path):
        picture = Image.open(picture)
    label = picture.convert("RGB")
    scale = min(0.9 * _SIZE[0] / label.width, 0.9 * _SIZE[1] / label.height)
    label = label.resize((max(1, round(label.width * scale)), max(1, round(label.height * scale))))
    table = Image.new("RGB", _SIZE, (150, 150, 150))
    table.paste(label, ((_SIZE[0] - label.width) // 2, (_SIZE[1] - label.height) // 2))
    frame = io.BytesIO()
    table.save(frame, "JPEG", quality=92)
    path.write_bytes(frame.getvalue() * _FRAMES)
    return path


def camera_flags(film: Path) -> list[str]:
    """Chromium's flags that put `film` before its camera, and allow pages to look."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
