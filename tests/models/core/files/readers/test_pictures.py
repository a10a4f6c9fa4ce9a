"""Pictures from outside: odd ones are taken, hostile ones are not, and what others see says nothing but what it shows."""

from __future__ import annotations

import io
import os

import pytest
from PIL import Image

from models.core.errors import Invalid
from models.core.files import photos, stored
from models.core.files.content_check import examine
from scripts.drills import hostile
from tests.models.core.files.readers.pictures import (
    MAKER,
    OWNER,
    PLACE,
    SERIAL,
    hostile_files,
    notes,
    odd,
    saved,
    scene,
    telling,
)

ODD, TELLING = odd(), telling()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("name", ODD)
def test_odd_pictures_that_are_valid_are_taken(name: str) -> None:
    photo = photos.look(ODD[name])
    shown, card, *small = map(opened, photo.made)
    before = opened(ODD[name])
    turned = (before.height, before.width) if name == "rotated" else before.size
    assert shown.size == card.size == turned
    assert card.format == "JPEG"
    assert [each.format for each in small] == ["WEBP", "JPEG"]
    assert f"image/{(shown.format or '').lower()}" == photo.mime


def test_sixteen_bits_stay_as_bright_as_they_were() -> None:
    assert (
        abs(opened(photos.look(ODD["sixteen_bits"]).made[1]).convert("L").getpixel((5, 5)) - 40_000 / 256) < 4
    )  # type: ignore[operator]


@pytest.mark.parametrize("name", ["cmyk", "rotated", "two_pictures", "transparent"])
def test_what_is_shown_is_what_was_seen(name: str) -> None:
    shown = opened(photos.look(ODD[name]).made[0]).convert("RGB")
    corner = shown.getpixel((shown.width - 5, 5) if name == "rotated" else (5, 5))
    assert corner[0] > 150 > corner[2], "the red corner is where it is when the phone is held upright"  # type: ignore[index]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_stand_upright(kind: str, orientation: int) -> None:
    from PIL import ImageOps

    content = saved(scene(), kind, exif=notes(orientation))
    shown = opened(photos.look(content).made[0]).convert("RGB")
    right = ImageOps.exif_transpose(opened(content)).convert("RGB")
    assert shown.size == right.size
    for place in ((5, 5), (shown.width - 5, 5), (5, shown.height - 5)):
        assert all(abs(a - b) < 40 for a, b in zip(shown.getpixel(place), right.getpixel(place), strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TELLING)
def test_what_others_see_says_nothing_of_place_device_and_owner(name: str) -> None:
    photo = photos.look(TELLING[name])
    assert any(word.encode() in TELLING[name] for word in (MAKER, OWNER, SERIAL)), "else this shows nothing"
    assert len(photo.made) == len(stored.MADE)
    for content in photo.made:
        image = opened(content)
        assert not image.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "mp", "XML:com.adobe.xmp"} & set(image.info)
        assert getattr(image, "text", {}) == {}
        for word in (MAKER, OWNER, SERIAL, "GPS", "Exif", "ns.adobe.com"):
            assert word.encode() not in content


def test_when_and_where_are_kept_beside() -> None:
    for name in ("jpeg", "mpo", "png", "webp"):
        photo = photos.look(TELLING[name])
        assert (photo.taken_at, photo.place) == ("2026-11-22T08:00:00", PLACE)
    assert photos.look(ODD["plain"]).place is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ODD["plain"][:-60], "half_a_picture"),
        (ODD["progressive"][: len(ODD["progressive"]) // 2], "half_a_picture"),
        (ODD["png"][:-60], "half_a_picture"),
        (ODD["webp"][: len(ODD["webp"]) // 2], "half_a_picture"),
        (ODD["plain"][:200], "half_a_picture"),
    ],
)
def test_half_a_photo_is_to_be_sent_again(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        photos.look(content)
    assert (caught.value.code, caught.value.status) == (code, 415)


@pytest.mark.parametrize("file", hostile_files(lambda each: each.door != "sheet" and each.times == 1))
def test_pictures_and_documents_that_mean_harm(file: hostile.Hostile) -> None:
    look = photos.look if file.door == "photo" else examine
    if file.valid:
        assert look(file.make()).mime
        return
    with pytest.raises(Invalid) as caught:
        look(file.make())
    assert caught.value.advice
    assert caught.value.status in (413, 415, 422)


def test_pixels_are_counted_before_they_are_drawn() -> None:
    """9,400 by 9,400 pixels in 10 KB: the finding."""
    with pytest.raises(Invalid) as caught:
        photos.look(hostile.picture("PNG", (9400, 9400), "1"))
    assert (caught.value.code, caught.value.status) == ("too_many_pixels", 413)
    assert "9,400 × 9,400" in caught.value.cause
    assert "6,400 万像素" in caught.value.cause


def test_what_is_shown_is_never_larger_than_a_screen_needs() -> None:
    photo = photos.look(hostile.picture("JPEG", (9000, 3000)))
    assert opened(photo.made[0]).size == (4080, 1360)
    assert opened(photo.made[1]).size == (1080, 360)


@pytest.mark.parametrize(
    "around", [(b"", b"\0" * 100_000), (b"From: a\r\n\r\n", b""), (b"\xef\xbb\xbf", b"\n\n")]
)
def test_a_pdf_may_have_bytes_before_and_behind(around: tuple[bytes, bytes]) -> None:
    assert examine(around[0] + b"%PDF-1.7\ntrailer<<>>\n%%EOF\n" + around[1]).suffix == ".pdf"


@pytest.mark.parametrize("content", [b"%PDF-1.7 no end", b"%%EOF %PDF-1.7", b"a" * 2000 + b"%PDF-1.7 %%EOF"])
def test_what_only_looks_like_a_pdf_is_none(content: bytes) -> None:
    with pytest.raises(Invalid):
        examine(content)


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        (scene((1600, 1200)), (256, 192)),
        (scene((900, 1600)), (144, 256)),
        (scene((120, 90)), (120, 90)),
        (noise(1200, 1200), None),  # nothing packs worse
        (noise(40, 3000), None),
    ],
)
def test_the_picture_of_a_list_is_small(picture: Image.Image, size: tuple[int, int] | None) -> None:
    for content, kind in zip(photos.look(saved(picture, "PNG")).made[2:], ("WEBP", "JPEG"), strict=True):
        small = opened(content)
        assert small.format == kind
        assert len(content) <= 13_500
        assert max(small.size) <= 256
        assert size is None or small.size == size
