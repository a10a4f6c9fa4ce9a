"""A refusal says truly what a file is and what to do: by its content, whatever it is called."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from models.core.errors import Invalid
from models.core.files import photos
from models.core.files.foreign_kinds import foreign_kind


def drawn(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (24, 16), "red").save(out, kind, **options)
    return out.getvalue()


MOVING = drawn("GIF", save_all=True, append_images=[Image.new("RGB", (24, 16), "blue")], loop=0)
SVG = b"<?xml version='1.0'?>\n<!-- x --><svg xmlns='http://www.w3.org/2000/svg'/>"
FILES = [
    (MOVING, "gif", "这是 GIF 动图", "请改为拍照，或转成 JPG、PNG"),
    (drawn("GIF"), "gif", "这是 GIF 图片", "请改为拍照"),
    (drawn("BMP"), "bmp", "这是 BMP 图片", "另存为 JPG"),
    (drawn("TIFF"), "tiff", "这是 TIFF 图片", "另存为 JPG"),
    (drawn("AVIF"), "avif", "这是 AVIF 图片", "另存为 JPG"),
    (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf" + bytes(40), "avif", "这是 AVIF 图片", "另存为 JPG"),
    (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(40), "heic", "HEIC", "兼容性最佳"),
    (drawn("JPEG2000"), "jpeg 2000", "这是 JPEG 2000 图片", "另存为 JPG"),
    (drawn("ICO"), "图标（ico）", "图标（ICO）", "另存为 JPG"),
    (SVG, "svg", "这是 SVG 矢量图", "另存为 JPG"),
    ("\ufeff<SVG width='1'>".encode("utf-16-le"), "svg", "这是 SVG 矢量图", "另存为 JPG"),
    (b"<!DOCTYPE html><svg></svg>", "html", "这是网页", "另存为 JPG"),
    (b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(40), "video", "这是视频", "截一张图"),
    (b"%PDF-1.7 ... %%EOF", "pdf", "这是 PDF", "截图"),
    (b"", "empty", "什么也没有", "重新选择"),
]


@pytest.mark.parametrize(("content", "kind", "says", "do"), FILES, ids=[each[1] for each in FILES])
def test_what_is_not_taken_is_called_by_its_name(content: bytes, kind: str, says: str, do: str) -> None:
    with pytest.raises(Invalid) as caught:
        photos.look(content)
    told = foreign_kind(content)
    assert told is not None and told.kind == kind
    assert says in caught.value.cause and do in caught.value.advice
    assert (caught.value.status, caught.value.code) == (415, "heic" if kind == "heic" else "not_a_photo")


@pytest.mark.parametrize(
    "content", [b"BM is no bitmap", b"GIF", b"text <svg", b"\xff\xd8\xff\xe0", b"MZ\x90"]
)
def test_what_is_not_known_is_not_named(content: bytes) -> None:
    assert foreign_kind(content) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_a_photo(kind: str) -> None:
    assert foreign_kind(drawn(kind)) is None
    assert photos.look(drawn(kind)).mime == f"image/{kind.lower()}"
