"""Pictures of cards, for platforms that fetch them themselves: signed, small, for a while (L01, G02).

Whoever has the address sees the picture, as the platform signs nobody in. So the address ends, what it shows has the
size of a card, and it was drawn when the photo came: asking costs the reading of a small file, and not too often.
"""

from __future__ import annotations

import hmac
import threading
import time
from functools import lru_cache

from bots.delivery.side_by_side import side_by_side
from models.core import clock
from models.core.config import config
from models.core.errors import NotFound, TooMany
from models.core.files import content_check
from models.core.files.attachments import Attachment
from models.core.files.keeping import PICTURE_DAYS
from models.core.files.readers import UnreadableFile
from models.core.security.crypto import Undecipherable, keyed_hash

_PURPOSE = "picture"
MIME = "image/jpeg"
_DAY = 24 * 3600
#: Requests for one picture that one process answers in a minute: a card that reaches a thousand people is looked at so.
PER_MINUTE = 600


def address(picture_id: int | None, before_id: int | None = None) -> str:
    """Where a platform can fetch an attachment that is a picture; empty for none. The same all day, then for its time.

    With `before_id` one picture of both, before and after beside each other and named.
    """
    if picture_id is None:
        return ""
    name = str(picture_id) if before_id is None else f"{before_id}-{picture_id}"
    end = _today() + PICTURE_DAYS.of(None)
    return f"{config().public_url}/bots/pictures/{name}/{end}/{_mac(name, end)}"


def read(picture_id: str, end: str, mac: str) -> bytes:
    """The picture as JPEG, turned upright, without where and by what it was taken.

    Raises NotFound, also for an address whose time is over; TooMany.
    """
    ids = [int(each) for each in picture_id.split("-")]
    if not hmac.compare_digest(_mac("-".join(map(str, ids)), int(end)), mac) or _today() > int(end):
        raise NotFound()
    _turnstile.enter(ids[-1])
    rows = Attachment.select().where(Attachment.id.in_(ids), Attachment.mime.startswith("image/"))
    found = {row.id: (row.path, row.mime) for row in rows}
    try:
        kept = [found[each] for each in ids]
        return _drawn(*kept[0]) if len(kept) == 1 else _beside(*kept[0], *kept[1])
    except (KeyError, FileNotFoundError, Undecipherable, UnreadableFile) as error:
        raise NotFound() from error


@lru_cache(maxsize=64)
def _drawn(path: str, mime: str) -> bytes:
    return content_check.card(path, mime)


@lru_cache(maxsize=16)
def _beside(before: str, before_mime: str, after: str, after_mime: str) -> bytes:
    return side_by_side(_drawn(before, before_mime), _drawn(after, after_mime))


class _Turnstile:
    """Counts requests for each picture in the running minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute, self._asked = 0, dict[int, int]()

    def enter(self, picture_id: int) -> None:
        """Raises TooMany for one that was asked for too often."""
        with self._lock:
            minute, passed = divmod(int(time.monotonic()), 60)
            if minute != self._minute:
                self._minute, self._asked = minute, {}
            self._asked[picture_id] = asked = self._asked.get(picture_id, 0) + 1
        if asked > PER_MINUTE:
            raise TooMany(retry_after=60 - passed, cause="这张图片看得太频繁", advice="请稍后再看")


_turnstile = _Turnstile()


def _today() -> int:
    return int(clock.now().timestamp()) // _DAY


def _mac(name: str, end: int) -> str:
    return keyed_hash(f"{name}:{end}", _PURPOSE)[:32]
