"""A file that somebody sent, after a reader looked at it: its kind by its content, and of a picture what is shown.

The upload itself is kept as it came, as evidence. What people look at and download is drawn anew from the pixels, so
that place, time and device of the camera reach nobody by it (`docs/decisions/files.md`).
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import Any

from models.core.errors import Invalid
from models.core.files import stored
from models.core.files.foreign_kinds import foreign_kind
from models.core.files.readers import ReadingRefused, UnreadableFile, pool
from models.core.files.readers.reading_tasks import DERIVED, FILE

_deriving = threading.Lock()


@dataclass(frozen=True, slots=True)
class Examined:
    """An upload and what it is. `taken_at` (local time, naive ISO) and `place` (longitude, latitude) are the camera's."""

    content: bytes
    mime: str
    suffix: str
    #: Of a picture: what is shown, its card picture, its thumbnails (as `stored.MADE`).
    made: tuple[bytes, ...] = ()
    taken_at: str | None = None
    place: tuple[float, float] | None = None

    @property
    def sha256(self) -> str:
        """The digest of the upload as it came."""
        return hashlib.sha256(self.content).hexdigest()

    def keep(self) -> str:
        """Write it, and what was made of it, into the folders of kept files; gives the name."""
        name = stored.keep(stored.FILES, self.content, self.suffix)
        for kind, content in zip(stored.MADE, self.made, strict=False):
            stored.keep(kind, content, name=name)
        return name


def examine(content: bytes, *, pictures_only: bool = False) -> Examined:
    """Look at an upload in a reader; takes 10 to 400 ms of a photo. Call it outside of any transaction.

    Raises Invalid `unknown_file_type`, `too_many_pixels`, `half_a_picture`, `half_a_file` (with 413 and 415 for doors of HTTP) and
    `unreadable_file`, Busy where too many wait.
    """
    pieces = pool.read(FILE, content, pictures_only=pictures_only)
    try:
        told, *made = pieces
    except ReadingRefused as refused:
        raise _refusal(refused.told, content) from refused
    place = tuple(told["place"]) if told.get("place") else None
    return Examined(content, told["mime"], told["suffix"], tuple(made), told.get("taken_at"), place)


def shown(name: str, mime: str) -> bytes:
    """What is shown of a kept file: of a picture its pixels alone, anything else as it came.

    Raises FileNotFoundError, crypto.Undecipherable, and Unreadable for a picture that can't be drawn.
    """
    return derived(stored.SHOWN, name, mime) if mime.startswith("image/") else stored.read(stored.FILES, name)


def card(name: str, mime: str) -> bytes:
    """The card picture of a kept picture, a small JPEG. Raises as `shown`."""
    return derived(stored.CARDS, name, mime)


def derived(kind: str, name: str, mime: str) -> bytes:
    """What was made of a kept picture, of one kind of `stored.MADE`. Raises as `shown`.

    It was made with the upload; of one that was kept before there were any it is made once, now.
    """
    try:
        return stored.read(kind, name)
    except FileNotFoundError:
        with _deriving:
            if not stored.exists(kind, name):
                try:
                    made = tuple(pool.read(DERIVED, stored.read(stored.FILES, name), mime=mime))
                except ReadingRefused as refused:
                    raise UnreadableFile("failed") from refused
                for which, content in zip(stored.MADE, made, strict=True):
                    if not stored.exists(which, name):
                        stored.keep(which, content, name=name)
    return stored.read(kind, name)


def _refusal(told: dict[str, Any], content: bytes) -> Invalid:
    if told["code"] == "too_many_pixels":
        size = f"{told['width']:,} × {told['height']:,}"
        return refusal(
            "图片像素太多", "too_many_pixels", f"这张图有 {size} 个像素，最多收 {told['megapixels'] * 100:,} 万像素",
            "请在相机或看图软件里调小尺寸后再上传", 413,
        )  # fmt: skip
    if told["code"] == "half_a_picture":
        return refusal(
            "图片不完整", "half_a_picture", "只收到了图片的一部分，或者图片已损坏", "请重新选择后再上传", 415
        )
    if told["code"] == "half_a_file":
        return refusal(
            "文件不完整", "half_a_file", "只收到了 PDF 的一部分，或者文件已损坏", "请重新选择后再上传", 415
        )
    foreign = foreign_kind(content)
    if foreign is not None and foreign.is_picture:
        cause = foreign.cause.replace("JPG、PNG、WebP 照片", "JPG、PNG、WebP 图片、PDF、Word 和 Excel")
        return refusal(foreign.title, "unknown_file_type", cause, foreign.advice, 415)
    return refusal(
        "不收这种文件", "unknown_file_type", "文件不是图片、PDF、Word 或 Excel，或者已损坏",
        "请转成 JPG、PNG、PDF、DOCX 或 XLSX 后再上传", 415,
    )  # fmt: skip


def refusal(title: str, code: str, cause: str, advice: str, status: int) -> Invalid:
    """The refusal of a file, with the HTTP status that doors answer: closer than 422."""
    error = Invalid(title, code=code, cause=cause, advice=advice, fields={"file": title})
    error.status = status
    return error
