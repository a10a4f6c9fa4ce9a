"""Pictures as pixels, without a reader between: every edge of what is let in, turned, made smaller and told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms

from models.core.files.mime import JPEG, PNG, WEBP
from models.core.files.readers import pixels
from models.core.files.readers.content_types import derive, examine
from models.core.files.readers.refusals import ReadingRefused
from models.core.files.readers.thumbnails import MOST, SIDE, thumbnails
from tests.models.core.files.readers.pictures import notes, odd, saved, scene

ODD = odd()


def _opened(content: bytes) -> Image.Image:
    image = pixels.open_picture(io.BytesIO(content))
    assert image is not None
    return image


@pytest.mark.parametrize(
    ("kind", "mode", "options", "most"),
    [
        ("JPEG", "RGB", {}, 3),
        ("JPEG", "RGB", {"progressive": True}, 2),
        ("PNG", "RGB", {}, 4),
        ("PNG", "RGBA", {}, 2),
        ("PNG", "LA", {}, 2),
        ("WEBP", "RGB", {}, 1),
        ("WEBP", "RGBA", {}, 1),
    ],
)
def test_so_many_pixels_and_not_one_more(
    kind: str, mode: str, options: Any, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "MEGAPIXELS", {"JPEG": 3, "PNG": 4, "WEBP": 1})
    monkeypatch.setattr(pixels, "PROGRESSIVE_MEGAPIXELS", 2)
    fits = saved(Image.new(mode, (1000, 1000 * most)), kind, **options)
    assert pixels.open_picture(io.BytesIO(fits)) is not None
    with pytest.raises(ReadingRefused) as refused:
        pixels.open_picture(io.BytesIO(saved(Image.new(mode, (1000, 1000 * most + 1)), kind, **options)))
    assert refused.value.told["megapixels"] == most


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        (ODD["plain"], True),
        (ODD["png"], True),
        (ODD["webp"], True),
        (ODD["webp"][:12], True),
        (b"\xff\xd8", False),
        (b"\x89PNG\r\n\x1a", False),
        (b"RIFF1234WAVE", False),
        (b"LIST1234WEBP", False),
        (b"", False),
    ],
)
def test_how_pictures_begin(content: bytes, begins: bool) -> None:
    file = io.BytesIO(content)
    file.seek(0, io.SEEK_END)
    assert pixels.begins_one(file) is begins


def test_what_is_none_of_ours() -> None:
    for content in (b"", b"x" * 100, saved(scene(), "GIF"), saved(scene(), "BMP")):
        assert pixels.open_picture(io.BytesIO(content)) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026:11:22 08:00:00", "2026-11-22T08:00:00"),
        ("2026:11:22 08:00:00\0", "2026-11-22T08:00:00"),
        ("2026:11:22 08:00:00.123", "2026-11-22T08:00:00"),
        ("2026:11:22 08:00", None),
        ("    :  :     :  :  ", None),
        ("", None),
        (None, None),
    ],
)
def test_when_a_picture_was_taken(text: Any, moment: str | None) -> None:
    assert pixels._moment(text) == moment


def _gps(lat: float, lng: float, north: str | None = "N", east: str | None = "E") -> dict[int, Any]:
    made: dict[int, Any] = {2: (lat, 0, 0), 4: (lng, 0, 0)}
    return made | ({} if north is None else {1: north}) | ({} if east is None else {3: east})


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        (_gps(30, 120), [120.0, 30.0]),
        (_gps(30, 120, None, None), [120.0, 30.0]),
        (_gps(30, 120, "S", "W"), [-120.0, -30.0]),
        (_gps(90, 180), [180.0, 90.0]),
        (_gps(90.1, 120), None),
        (_gps(30, 180.1), None),
        (_gps(0, 0), None),
        (_gps(0, 120), [120.0, 0.0]),
        (_gps(30, 0), [0.0, 30.0]),
        ({2: (30, 0, 0)}, None),
        ({4: (120, 0, 0)}, None),
        ({2: (30, 15, 36), 4: (120, 9, 0)}, [120.15, 30.26]),
        ({}, None),
    ],
)
def test_where_a_picture_was_taken(gps: dict[int, Any], place: list[float] | None) -> None:
    assert pixels._place(gps) == place


def test_facts_come_from_the_camera_or_from_the_file_or_are_not_there() -> None:
    told = pixels.facts_of(_opened(saved(scene(), "JPEG", exif=notes())))
    assert told == {"taken_at": "2026-11-22T08:00:00", "place": [120.15, 30.25]}
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = "2026:11:21 07:00:00"
    assert pixels.facts_of(_opened(saved(scene(), "JPEG", exif=exif)))["taken_at"] == "2026-11-21T07:00:00"
    assert pixels.facts_of(_opened(ODD["plain"])) == {"taken_at": None, "place": None}
    broken = notes()
    broken.get_ifd(ExifTags.IFD.GPSInfo)[2] = (30.0, 15.0)
    assert pixels.facts_of(_opened(saved(scene(), "JPEG", exif=broken))) == {"taken_at": None, "place": None}


def test_notes_that_are_too_long_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    image = _opened(saved(scene(), "JPEG", exif=notes(6)))
    length = len(image.info["exif"])
    monkeypatch.setattr(pixels, "_MAX_EXIF", length)
    assert pixels._orientation(image) == 6
    monkeypatch.setattr(pixels, "_MAX_EXIF", length - 1)
    assert pixels._orientation(image) == 1
    assert pixels._orientation(_opened(ODD["plain"])) == 1


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "RGBA", "LA", "I;16"])
def test_what_is_shown_is_at_most_so_long(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "SHOWN_SIDE", 40)
    fits = Image.new("I;16", (40, 30), 9000) if mode == "I;16" else scene((40, 30), mode)
    long = Image.new("I;16", (80, 2), 40_000) if mode == "I;16" else scene((80, 2), mode)
    assert pixels.decode(_opened(saved(fits, "PNG"))).size == (40, 30)
    made = pixels.decode(_opened(saved(long, "PNG")))
    assert made.size == (40, 1) and made.mode == ("RGBA" if mode in ("RGBA", "LA") else "RGB")
    assert pixels.decode(_opened(saved(scene((200, 10)), "JPEG"))).size == (40, 2)


def test_something_shows_through() -> None:
    palette = scene(mode="P")
    assert not pixels._clear(palette) and not pixels._clear(scene())
    palette.info["transparency"] = 0
    assert pixels._clear(palette) and pixels._clear(scene(mode="RGBA")) and pixels._clear(scene(mode="LA"))
    assert pixels._plain(palette, None).mode == "RGBA" and pixels._plain(scene(), None).mode == "RGB"


def test_a_profile_is_followed_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red = Image.new("RGB", (4, 4), (200, 10, 10))
    assert pixels._in_srgb(red, b"nonsense").getpixel((1, 1)) == (200, 10, 10)
    assert pixels._in_srgb(red, profile).mode == pixels._in_srgb(red, srgb).mode == "RGB"
    assert pixels._in_srgb(Image.new("1", (4, 4), 1), srgb).getpixel((1, 1)) == (255, 255, 255)
    asked: list[int] = []
    monkeypatch.setattr(
        pixels, "_in_srgb", lambda image, given: asked.append(len(given)) or image.convert("RGB")
    )
    monkeypatch.setattr(pixels, "_MAX_PROFILE", len(srgb))
    pixels._plain(red, srgb)
    pixels._plain(red, srgb + b"x")
    pixels._plain(red, None)
    pixels._plain(red.convert("RGBA"), srgb)
    assert asked == [len(srgb)]


def test_half_a_picture_is_told() -> None:
    with pytest.raises(ReadingRefused) as refused:
        pixels.decode(_opened(saved(scene((400, 300)), "JPEG")[:1500]))
    assert refused.value.told == {"code": "half_a_picture"}


def _chunks(content: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        found.append(content[at + 4 : at + 8])
        at += length + 12
    return found


def test_a_png_keeps_its_pixels_and_nothing_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import PngImagePlugin

    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "somebody")
    content = saved(scene(), "PNG", pnginfo=texts)
    bare = pixels._bare_png(io.BytesIO(content))
    assert (
        bare is not None and b"tEXt" in _chunks(content) and set(_chunks(bare)) == {b"IHDR", b"IDAT", b"IEND"}
    )
    assert Image.open(io.BytesIO(bare)).tobytes() == scene().tobytes()
    assert pixels._bare_png(io.BytesIO(content + b"behind")) == bare
    for drawn_anew in (ODD["plain"], saved(scene(), "PNG", exif=notes(6)), content[:-13]):
        assert pixels._bare_png(io.BytesIO(drawn_anew)) is None
    for side, kept in ((80, True), (79, False)):
        monkeypatch.setattr(pixels, "SHOWN_SIDE", side)
        assert (pixels._bare_png(io.BytesIO(saved(scene((80, 60)), "PNG"))) is not None) is kept
        assert (pixels._bare_png(io.BytesIO(saved(scene((60, 80)), "PNG"))) is not None) is kept
    monkeypatch.setattr(pixels, "SHOWN_SIDE", 4080)
    longest = max(
        int.from_bytes(content[at - 4 : at])
        for at in range(12, len(content))
        if content[at : at + 4] == b"IDAT"
    )
    for most, kept in ((longest, True), (longest - 1, False)):
        monkeypatch.setattr(pixels, "_MAX_CHUNK", most)
        assert (pixels._bare_png(io.BytesIO(content)) is not None) is kept


def test_each_kind_is_shown_as_it_came() -> None:
    drawn = scene(mode="RGBA")
    kinds = [
        Image.open(io.BytesIO(pixels.shown(drawn, mime, io.BytesIO(saved(scene(), "PNG"))))).format
        for mime in (PNG, WEBP, JPEG)
    ]
    assert kinds == ["PNG", "WEBP", "JPEG"]
    clear = Image.new("RGBA", (2, 2), (0, 0, 0, 0))
    assert pixels.opaque(clear).getpixel((0, 0)) == (255, 255, 255)
    plain = scene()
    assert pixels.opaque(plain) is not plain and pixels.opaque(plain).tobytes() == plain.tobytes()
    assert max(Image.open(io.BytesIO(pixels.card(Image.new("RGB", (3000, 100))))).size) == pixels.CARD_SIDE


def test_a_thumbnail_fits_even_of_noise() -> None:
    noise = Image.effect_noise((SIDE * 2, SIDE * 2), 200).convert("RGB")
    for picture in (noise, scene((2000, 10))):
        made = [Image.open(io.BytesIO(each)) for each in thumbnails(picture.copy())]
        assert all(max(each.size) <= SIDE for each in made)
    assert all(len(each) <= MOST for each in thumbnails(noise.copy()))


def _file(tmp_path: Path, content: bytes) -> Any:
    path = tmp_path / "file"
    path.write_bytes(content)
    return path.open("rb")


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (ODD["plain"], ".jpg"),
        (ODD["two_pictures"], ".jpg"),
        (ODD["png"], ".png"),
        (ODD["webp"], ".webp"),
        (b"%PDF-1.7 x %%EOF", ".pdf"),
        (b"x" * 1019 + b"%PDF-1.7 %%EOF", ".pdf"),
        (b"x" * 1020 + b"%PDF-1.7 %%EOF", "unknown_file_type"),
        (b"%%EOF %PDF-1.7", "half_a_file"),
        (_zip("word/document.xml"), ".docx"),
        (_zip("WORD\\document2.xml"), ".docx"),
        (_zip("xl/workbook22.xml"), ".xlsx"),
        (_zip("xl/workbook.xml", "xl/vbaProject.bin"), "unknown_file_type"),
        (_zip("a.txt"), "unknown_file_type"),
        (b"PK\x03\x04 broken", "unknown_file_type"),
        (ODD["plain"][:40], "half_a_picture"),
        (b"", "unknown_file_type"),
        (b"text", "unknown_file_type"),
    ],
)
def test_what_a_file_is(content: bytes, suffix: str, tmp_path: Path) -> None:
    with _file(tmp_path, content) as file:
        if suffix.startswith("."):
            pieces = list(examine(file))
            assert pieces[0]["suffix"] == suffix and len(pieces) == (
                5 if suffix in (".jpg", ".png", ".webp") else 1
            )
        else:
            with pytest.raises(ReadingRefused) as refused:
                list(examine(file))
            assert refused.value.told["code"] == suffix


def test_where_pictures_alone_are_asked_for(tmp_path: Path) -> None:
    for content in (b"%PDF-1.7 x %%EOF", _zip("word/document.xml")):
        with _file(tmp_path, content) as file, pytest.raises(ReadingRefused):
            list(examine(file, pictures_only=True))
    with _file(tmp_path, ODD["plain"]) as file:
        assert len(list(examine(file, pictures_only=True))) == 5


def test_what_is_made_of_a_picture_again(tmp_path: Path) -> None:
    with _file(tmp_path, ODD["plain"]) as file:
        assert len(list(derive(file, mime=JPEG))) == 4
    for content, mime in ((ODD["plain"], "image/gif"), (b"x", JPEG)):
        with _file(tmp_path, content) as file, pytest.raises(ReadingRefused):
            list(derive(file, mime=mime))
