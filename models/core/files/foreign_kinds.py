"""What a file is that is not taken, by its first bytes: so that a refusal says truly what it is, and what to do.

Nothing is decoded here. The first bytes are those of the formats' own standards; the name of a file says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEIC = "heic"
_AS_JPG = "请用看图软件另存为 JPG 或 PNG 后再上传，或者直接拍照"
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis")
_AVIF_BRANDS = (b"avif", b"avis")
_RAW_BRANDS = {b"crx ": "相机 RAW"}
#: Sizes of the header that a bitmap has behind its first 14 bytes.
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
_STARTS = (
    (b"II*\0", "TIFF", _AS_JPG), (b"MM\0*", "TIFF", _AS_JPG), (b"II+\0", "TIFF", _AS_JPG), (b"MM\0+", "TIFF", _AS_JPG),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000", _AS_JPG), (b"\xff\x4f\xff\x51", "JPEG 2000", _AS_JPG),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", _AS_JPG), (b"\xff\x0a", "JPEG XL", _AS_JPG),
    (b"8BPS", "Photoshop（PSD）", _AS_JPG), (b"\0\0\1\0", "图标（ICO）", _AS_JPG),
)  # fmt: skip
_MARKUP = re.compile(rb"<\s*(?:[a-z]+:)?(svg|html|!doctype\s+html)[\s>:]", re.IGNORECASE)
_WITHIN = 4096


@dataclass(frozen=True, slots=True)
class Foreign:
    """What it is (`kind` for tests and logs), in a sentence, and what to do."""

    kind: str
    title: str
    cause: str
    advice: str

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, of a kind that is not taken."""
        return self.kind not in ("empty", "video", "html", "pdf", "zip")


def foreign_kind(content: bytes) -> Foreign | None:
    """What a file is that is no JPEG, PNG or WebP; None where its beginning says nothing that is known here."""
    if not content:
        return Foreign("empty", "文件是空的", "文件里什么也没有，可能没有传完", "请重新选择后再上传")
    if content[:6] in (b"GIF87a", b"GIF89a"):
        moves = b"NETSCAPE2.0" in content[:_WITHIN] or b"ANIMEXTS1.0" in content[:_WITHIN]
        return _picture("GIF", "请改为拍照，或转成 JPG、PNG 后再上传", "动图" if moves else "图片")
    for start, kind, advice in _STARTS:
        if content.startswith(start):
            return _picture(kind, advice)
    if content[:2] == b"BM" and int.from_bytes(content[14:18], "little") in _BMP_HEADERS:
        return _picture("BMP", _AS_JPG)
    if content[4:8] == b"ftyp":
        return _boxed(content)
    return _text(content) or _other(content)


def _picture(kind: str, advice: str, word: str = "图片") -> Foreign:
    return Foreign(
        kind.lower(), f"不收 {kind} {word}", f"这是 {kind} {word}，这里收 JPG、PNG、WebP 照片", advice
    )


def _boxed(content: bytes) -> Foreign:
    """A file of ISO base media boxes: which one its brands say, first the main one."""
    size = min(int.from_bytes(content[:4]), len(content), 256)
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, size, 4))]
    for brand in brands:
        if brand in _HEIC_BRANDS:
            return Foreign(
                HEIC, "不收 HEIC 照片", "这是苹果手机的 HEIC 格式，很多设备看不了",
                "请在“设置 · 相机 · 格式”里选“兼容性最佳”后重拍，或转成 JPG 再上传",
            )  # fmt: skip
        if brand in _AVIF_BRANDS:
            return _picture("AVIF", _AS_JPG)
        if brand in _RAW_BRANDS:
            return _picture(_RAW_BRANDS[brand], _AS_JPG)
    if brands[0] in (b"mif1", b"msf1", b"heif"):
        return _picture("HEIF", _AS_JPG)
    return Foreign("video", "不收视频", "这是视频，不是照片", "请改为拍照，或在视频里截一张图再上传")


def _text(content: bytes) -> Foreign | None:
    head = content[:_WITHIN]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\0", b"")
    found = _MARKUP.search(head)
    if found is None or not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return None
    if found[1].lower() == b"svg":
        return _picture("SVG", _AS_JPG, "矢量图")
    return Foreign(
        "html", "这是网页", "这是网页文件，不是照片", "请打开网页里的图片，另存为 JPG 或 PNG 后再上传"
    )


def _other(content: bytes) -> Foreign | None:
    if b"%PDF-" in content[:1024]:
        return Foreign("pdf", "这是 PDF", "这是 PDF 文件，不是照片", "请把那一页截图或拍照后再上传")
    if content.startswith(b"PK\3\4"):
        cause = "这是 Word、Excel 或压缩包，不是照片"
        return Foreign("zip", "这不是照片", cause, "请打开它，把里面的图片另存为 JPG 或 PNG 后再上传")
    return None


__all__ = ["HEIC", "Foreign", "foreign_kind"]
