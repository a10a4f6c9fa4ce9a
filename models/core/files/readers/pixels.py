"""Pictures as pixels, in the reader: bounded before anything is decoded, and made anew from pixels alone.

What others see is drawn again from the pixels: what a camera, a phone or a program wrote beside them (place, time,
device, owner, previews, profiles, texts, whole films behind the end) has no way into it.
"""

from __future__ import annotations

import io
import warnings
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms

from models.core.files.mime import JPEG, PNG, WEBP
from models.core.files.readers.refusals import ReadingRefused

#: By what Pillow calls them. MPO is a JPEG with a second picture behind it, as many phones write it.
KINDS = {"JPEG": (JPEG, ".jpg"), "MPO": (JPEG, ".jpg"), "PNG": (PNG, ".png"), "WEBP": (WEBP, ".webp")}
#: Megapixels that are let in, from the header. Phones make photos of 12 to 200; JPEG is decoded at a half, a quarter
#: or an eighth of its size, which the others cannot, and a progressive one is held whole, two bytes a value.
MEGAPIXELS = {"JPEG": 240, "MPO": 240, "PNG": 64, "WEBP": 32}
PROGRESSIVE_MEGAPIXELS = 100
#: The longest side of what people look at, in pixels: a photo of 12 megapixels stays as it is, and one of 200 (16,320
#: wide) is decoded at a quarter.
SHOWN_SIDE = 4080
#: The longest side of a card's picture: WeCom shows cards about 1,068 wide.
CARD_SIDE = 1080
_QUALITY, _CARD_QUALITY = 88, 80
_MAX_PROFILE = 1024 * 1024
_MAX_EXIF = 256 * 1024
_MAX_CHUNK = 32 * 1024 * 1024
_SRGB = ImageCms.createProfile("sRGB")

Image.MAX_IMAGE_PIXELS = None  # bounded here, by kind
Image.init()  # all at once: nothing can be imported later


def open_picture(file: BinaryIO) -> Image.Image | None:
    """The picture in a file, with nothing decoded yet; None for what is none of ours. Refused for too many pixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(file.read()), formats=("JPEG", "PNG", "WEBP"))
        except MemoryError:
            raise
        # What a hostile header raises in Pillow is not to be foreseen; none of it makes it a picture.
        except Exception:
            return None
    width, height = image.size
    limit = MEGAPIXELS[str(image.format)]
    if image.info.get("progressive"):
        limit = min(limit, PROGRESSIVE_MEGAPIXELS)
    if image.format == "PNG" and image.mode in ("RGBA", "LA"):
        limit //= 2  # to make them smaller they are held twice
    if width * height > limit * 1_000_000:
        raise ReadingRefused(
            {"code": "too_many_pixels", "megapixels": limit, "width": width, "height": height}
        )
    return image


def begins_one(file: BinaryIO) -> bool:
    """Whether a file begins as a picture of ours does: one that can't be opened was cut off within its head."""
    file.seek(0)
    head = file.read(12)
    return head.startswith((b"\xff\xd8\xff", _PNG_BEGIN)) or (head[:4] == b"RIFF" and head[8:] == b"WEBP")


def facts_of(image: Image.Image) -> dict[str, Any]:
    """When and where it was taken, as the camera says: `taken_at` (local, naive ISO) and `place` [longitude, latitude]."""
    try:
        exif = _exif(image)
        within = exif.get_ifd(ExifTags.IFD.Exif)
        return {
            "taken_at": _moment(
                within.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
            ),
            "place": _place(exif.get_ifd(ExifTags.IFD.GPSInfo)),
        }
    except MemoryError:
        raise
    # A camera's notes are a courtesy: a photo with broken ones is a photo.
    except Exception:
        return {"taken_at": None, "place": None}


def _exif(image: Image.Image) -> Image.Exif:
    return Image.Exif() if len(image.info.get("exif") or b"") > _MAX_EXIF else image.getexif()


def _moment(text: Any) -> str | None:
    digits = str(text or "").strip("\0 ")[:19]
    if len(digits) < 19 or not digits[:4].isdecimal():
        return None
    return f"{digits[:10].replace(':', '-')}T{digits[11:]}"


def _place(gps: dict[int, Any]) -> list[float] | None:
    tags = ExifTags.GPS
    if tags.GPSLatitude not in gps or tags.GPSLongitude not in gps:
        return None
    latitude = _degrees(gps[tags.GPSLatitude]) * (-1 if gps.get(tags.GPSLatitudeRef) == "S" else 1)
    longitude = _degrees(gps[tags.GPSLongitude]) * (-1 if gps.get(tags.GPSLongitudeRef) == "W" else 1)
    there = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0.0, 0.0)
    return [round(longitude, 6), round(latitude, 6)] if there else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def decode(image: Image.Image) -> Image.Image:
    """Its pixels, upright, in sRGB, at most `SHOWN_SIDE` long. Refused `half_a_picture` where some are missing.

    The picture that was opened is spent.
    """
    profile, orientation = image.info.get("icc_profile"), _orientation(image)
    scale = min(1.0, SHOWN_SIDE / max(image.size))
    image.draft(None, (int(image.width * scale), int(image.height * scale)))  # JPEG alone knows how
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        raise ReadingRefused({"code": "half_a_picture"}) from error
    plain = _plain(_small(image), profile)
    turn = _TURNS.get(orientation)
    return plain.transpose(turn) if turn is not None else plain


def _small(image: Image.Image) -> Image.Image:
    """At most `SHOWN_SIDE` long, in a mode that can be made smaller; the large one's memory is given back."""
    if max(image.size) <= SHOWN_SIDE:
        return image
    if image.mode in ("P", "PA", "1", "I;16", "I;16B", "I;16L", "I;16N"):
        deep = "I" if image.mode.startswith("I") else "RGBA" if _clear(image) else "RGB"
        large = image.convert(deep)
        image.close()
    else:
        large = image
    scale = SHOWN_SIDE / max(large.size)
    size = (max(1, round(large.width * scale)), max(1, round(large.height * scale)))
    made = large.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    large.close()
    return made


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(image: Image.Image) -> int:
    try:
        return int(_exif(image).get(ExifTags.Base.Orientation, 1))
    except MemoryError:
        raise
    except Exception:
        return 1


def _clear(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "La", "RGBa", "PA") or image.info.get("transparency") is not None


def _plain(image: Image.Image, profile: Any) -> Image.Image:
    """RGB, or RGBA where something shows through; a new picture that carries nothing but pixels."""
    clear = _clear(image)
    if image.mode.startswith("I") or image.mode == "F":
        # 16 bits a pixel: the upper eight are what a screen shows.
        made = image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    elif not clear and isinstance(profile, bytes) and len(profile) <= _MAX_PROFILE:
        made = _in_srgb(image, profile)
    else:
        made = image.convert("RGBA" if clear else "RGB")
    bare = Image.new(made.mode, made.size)
    bare.paste(made)
    return bare


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode not in ("RGB", "CMYK", "L"):
        return image.convert("RGB")
    try:
        made = ImageCms.profileToProfile(image, io.BytesIO(profile), _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError, TypeError, OSError):
        made = None
    return made if made is not None else image.convert("RGB")


def shown(pixels: Image.Image, mime: str, file: BinaryIO) -> bytes:
    """What people look at, in the kind that it came in (`file`)."""
    if mime == PNG:
        return _bare_png(file) or _saved(pixels, "PNG", compress_level=3)
    if mime == WEBP:
        return _saved(pixels, "WEBP", quality=_QUALITY, method=2)
    return _saved(opaque(pixels), "JPEG", quality=_QUALITY)


_PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
_PNG_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
#: Of these a PNG must be drawn anew: its profile and its orientation belong into the pixels.
_PNG_BESIDE = (b"iCCP", b"eXIf", b"gAMA", b"cHRM", b"acTL")


def _bare_png(file: BinaryIO) -> bytes | None:
    """A PNG without anything but pixels, these as they are (packing them anew takes seconds); None if that won't do.

    It has been decoded whole before, so its chunks are as they should be.
    """
    file.seek(0)
    if file.read(8) != _PNG_BEGIN:
        return None
    kept, kind = [_PNG_BEGIN], b""
    while kind != b"IEND":
        head = file.read(8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if len(head) < 8 or kind in _PNG_BESIDE or length > _MAX_CHUNK:
            return None
        body = file.read(length + 4)
        if kind == b"IHDR" and max(int.from_bytes(body[:4]), int.from_bytes(body[4:8])) > SHOWN_SIDE:
            return None
        if kind in _PNG_PIXELS:
            kept.append(head + body)
    return b"".join(kept)


def card(pixels: Image.Image) -> bytes:
    """The small JPEG of a card, or of a list."""
    small = opaque(pixels)
    small.thumbnail((CARD_SIDE, CARD_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _saved(small, "JPEG", quality=_CARD_QUALITY)


def opaque(pixels: Image.Image) -> Image.Image:
    """A copy, on white, where something shows through."""
    if pixels.mode == "RGB":
        return pixels.copy()
    white = Image.new("RGB", pixels.size, "white")
    white.paste(pixels, mask=pixels.getchannel("A"))
    return white


def _saved(pixels: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    pixels.save(out, kind, **options)
    return out.getvalue()
