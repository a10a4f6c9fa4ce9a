"""Pictures of cards, for platforms that fetch them themselves: the address is signed, the picture small (L01, G02)."""

from __future__ import annotations

import hmac
import warnings
from io import BytesIO

from PIL import Image, ImageOps

from models.core import stored
from models.core.attachments import Attachment
from models.core.config import config
from models.core.crypto import keyed_hash
from models.core.errors import NotFound

_PURPOSE = "picture"
_SIDE = 1080  # pixels
MIME = "image/jpeg"


def address(picture_id: int | None) -> str:
    """Where a platform can fetch an attachment that is a picture; empty for none."""
    return (
        "" if picture_id is None else f"{config().public_url}/bots/pictures/{picture_id}/{_mac(picture_id)}"
    )


def read(picture_id: str, mac: str) -> bytes:
    """The picture as JPEG, turned upright, without where and by what it was taken. Raises NotFound."""
    if not (picture_id.isascii() and picture_id.isdigit() and len(picture_id) < 19):
        raise NotFound()
    if not hmac.compare_digest(_mac(int(picture_id)), mac):
        raise NotFound()
    found = Attachment.get_or_none(Attachment.id == int(picture_id))
    if found is None:
        raise NotFound()
    try:
        return _small(stored.path_of(stored.FILES, found.path).read_bytes())
    except (OSError, ValueError, Image.DecompressionBombWarning) as error:
        raise NotFound() from error


def _small(content: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((_SIDE, _SIDE))
    out = BytesIO()
    upright.save(out, "JPEG", quality=80)
    return out.getvalue()


def _mac(picture_id: int) -> str:
    return keyed_hash(str(picture_id), _PURPOSE)[:32]
