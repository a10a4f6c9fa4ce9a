"""Files that were handed over: temporary ones for three days, pictures of `uploadimg` for good."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from bots.sandbox.core.clock import Clock
from bots.sandbox.wecom.errors import ApiRefused

SECONDS = 3 * 86_400
_MEGABYTE = 1 << 20
#: By type: the largest size, and the number that says it is larger.
_LARGEST = {
    "image": (10 * _MEGABYTE, 40009),
    "voice": (2 * _MEGABYTE, 45001),
    "video": (10 * _MEGABYTE, 45001),
    "file": (20 * _MEGABYTE, 45001),
}
_SMALLEST = 6  # “larger than 5 bytes”
_PICTURE = 2 * _MEGABYTE
#: Bytes of all files together; beyond it the oldest go, as all of them lie in memory.
ROOM = 256 * _MEGABYTE
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"#!AMR": "audio/amr"}
_VIDEO = b"ftyp"


@dataclass
class StoredMedia:
    """One file. `until` None: for good. `owner` is the robot's key that may use it (None: the apps)."""

    id: str
    kind: str
    name: str
    mime: str
    made_at: float
    until: float | None
    owner: str | None = None
    data: bytes = field(default=b"", repr=False)


def mime_of(data: bytes) -> str:
    """What the first bytes say it is."""
    if data[4:8] == _VIDEO:
        return "video/mp4"
    return next(
        (mime for start, mime in _BEGINNINGS.items() if data.startswith(start)), "application/octet-stream"
    )


class MediaStore:
    """All files of the sandbox, in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.all: dict[str, StoredMedia] = {}

    def upload(self, kind: str, name: str, data: bytes, *, robot: str | None = None) -> dict[str, Any]:
        """`media/upload` and `webhook/upload_media`: a file for three days.

        Raises Refused: 40005 for a type that is none, 44001, 40006, 40009, 45001 for the size, 40123 and 40004
        for contents that are not of the type.
        """
        allowed = ("file", "voice") if robot else tuple(_LARGEST)
        if kind not in allowed:
            raise ApiRefused(40005)
        if not data:
            raise ApiRefused(44001)
        largest, number = _LARGEST[kind]
        if len(data) < _SMALLEST:
            raise ApiRefused(40006)
        if len(data) > largest:
            raise ApiRefused(number)
        _check(kind, data)
        media = self.keep(kind, name, data, robot=robot)
        return {"type": kind, "media_id": media.id, "created_at": str(int(media.made_at))}

    def upload_picture(self, name: str, data: bytes) -> StoredMedia:
        """`media/uploadimg`: a picture that has an address of its own for good."""
        if not data:
            raise ApiRefused(44001)
        if not _SMALLEST <= len(data) <= _PICTURE:
            raise ApiRefused(40009)
        _check("image", data)
        return self.keep("image", name, data, for_good=True)

    def keep(
        self, kind: str, name: str, data: bytes, *, robot: str | None = None, for_good: bool = False
    ) -> StoredMedia:
        """Keep a file; nothing is checked."""
        now = self._clock.now()
        media = StoredMedia(
            f"3{secrets.token_urlsafe(30)}",
            kind,
            name or kind,
            mime_of(data),
            now,
            None if for_good else now + SECONDS,
            robot,
            data,
        )
        self._make_room(len(data))
        self.all[media.id] = media
        return media

    def _make_room(self, wanted: int) -> None:
        now, left = self._clock.now(), ROOM - wanted
        kept: list[StoredMedia] = []
        for media in sorted(self.all.values(), key=lambda media: media.made_at, reverse=True):
            left -= len(media.data)
            if left >= 0 and (media.until is None or media.until > now):
                kept.append(media)
        if len(kept) < len(self.all):
            self.all = {media.id: media for media in reversed(kept)}

    def use(self, media_id: object, *kinds: str, robot: str | None = None) -> StoredMedia:
        """A file that is there and not too old. Raises Refused (41006, 40007)."""
        if not media_id or not isinstance(media_id, str):
            raise ApiRefused(41006)
        media = self.all.get(media_id)
        if media is None or (media.until is not None and media.until <= self._clock.now()):
            raise ApiRefused(40007)
        if (kinds and media.kind not in kinds) or media.owner != robot:
            raise ApiRefused(40007)
        return media


def _check(kind: str, data: bytes) -> None:
    mime = mime_of(data)
    if kind == "image" and mime not in ("image/jpeg", "image/png"):
        raise ApiRefused(40123)
    if kind == "voice" and mime != "audio/amr":
        raise ApiRefused(40004)
    if kind == "video" and mime != "video/mp4":
        raise ApiRefused(40004)
