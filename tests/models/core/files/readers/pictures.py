"""Pictures as phones, cameras and programs write them, made here."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin

from scripts.drills.hostile import Hostile, all_files

MAKER, OWNER, SERIAL = "Shouji Maker 9", "Li Xiaoman", "SN-330102"
PLACE = (120.15, 30.25)
GPS = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)}


def scene(size: tuple[int, int] = (80, 60), mode: str = "RGB") -> Image.Image:
    """Red at the upper left, blue elsewhere: one sees how it is turned."""
    image = Image.new("RGB", size, (20, 30, 200))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill=(220, 20, 20))
    return image.convert(mode)


def notes(orientation: int = 1) -> Image.Exif:
    """What a phone writes into a photo."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Artist] = MAKER, OWNER
    exif[ExifTags.Base.Orientation] = orientation
    within = exif.get_ifd(ExifTags.IFD.Exif)
    within[ExifTags.Base.DateTimeOriginal] = "2026:11:22 08:00:00"
    within[ExifTags.Base.BodySerialNumber] = SERIAL
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(GPS)
    return exif


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """As a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def odd() -> dict[str, bytes]:
    """Valid pictures that some library has refused."""
    plain = saved(scene(), "JPEG")
    return {
        "plain": plain,
        "progressive": saved(scene(), "JPEG", progressive=True),
        "gray": saved(scene(mode="L"), "JPEG"),
        "cmyk": saved(scene(mode="CMYK"), "JPEG"),
        "two_pictures": saved(scene(), "MPO", save_all=True, append_images=[scene()]),
        "film_behind": plain + b"\0\0\0\x18ftypmp42" + b"\0" * 4000,
        "trailing_bytes": plain + b"\0" * 100,
        "rotated": saved(scene(), "JPEG", exif=notes(6)),
        "png": saved(scene(), "PNG"),
        "palette": saved(scene(mode="P"), "PNG"),
        "one_bit": saved(scene(mode="1"), "PNG"),
        "transparent": saved(scene(mode="RGBA"), "PNG"),
        "gray_transparent": saved(scene(mode="LA"), "PNG"),
        "sixteen_bits": saved(Image.new("I;16", (40, 30), 40_000), "PNG"),
        "webp": saved(scene(), "WEBP"),
        "webp_film": saved(scene(), "WEBP", save_all=True, append_images=[scene().rotate(90)]),
    }


def telling() -> dict[str, bytes]:
    """Pictures of each kind that say where, when, by what and by whom they were taken."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", OWNER)
    texts.add_itxt("XML:com.adobe.xmp", f"<x>{SERIAL}</x>", zip=True)
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SERIAL}</x:xmpmeta>".encode()
    return {
        "jpeg": saved(scene(), "JPEG", exif=notes(6), xmp=xmp, comment=OWNER.encode()),
        "mpo": saved(scene(), "MPO", save_all=True, append_images=[scene()], exif=notes(6)),
        "png": saved(scene(), "PNG", exif=notes(6), pnginfo=texts),
        "png_upright": saved(scene(), "PNG", pnginfo=texts),
        "webp": saved(scene(), "WEBP", exif=notes(6), xmp=xmp),
    }


def hostile_files(wanted: Callable[[Hostile], bool]) -> list[Any]:
    """Files that mean harm as parameters of a test; what takes seconds is slow."""
    return [
        pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.heavy else [])
        for each in all_files()
        if wanted(each)
    ]
