"""What kind of file this is, by its content, in the reader: pictures, PDF, Word and Excel, and nothing else."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL.Image import Image

from models.core.files.mime import DOCX, JPEG, PDF, PNG, WEBP, XLSX
from models.core.files.readers import pixels
from models.core.files.readers.refusals import ReadingRefused
from models.core.files.readers.thumbnails import thumbnails

#: Some programs write the names of parts with backslashes, in capitals, or with a number: workbook22.xml.
_DOCUMENTS = (
    (re.compile(r"word/document\d*\.xml"), (DOCX, ".docx")),
    (re.compile(r"xl/workbook\d*\.xml"), (XLSX, ".xlsx")),
)
#: ISO 32000-2, annex E: readers look for the header in the first 1,024 bytes, as mail programs put lines before it.
_PDF_WITHIN = 1024
_MAX_PARTS = 20_000


def examine(file: BinaryIO, *, pictures_only: bool = False) -> Iterator[Any]:
    """What a file is: `{mime, suffix}`; of a picture also when and where, and what `_made` makes of it.

    Refused `unknown_file_type`, `too_many_pixels`, `half_a_picture`, `half_a_file`.
    """
    head = file.read(4)
    file.seek(0)
    if not pictures_only:
        found = _document(file) if head == b"PK\x03\x04" else _pdf(file)
        if found is not None:
            yield dict(zip(("mime", "suffix"), found, strict=True))
            return
        file.seek(0)
    image = pixels.open_picture(file) if head != b"PK\x03\x04" else None
    if image is None:
        raise ReadingRefused({"code": "half_a_picture" if pixels.begins_one(file) else "unknown_file_type"})
    mime, suffix = pixels.KINDS[str(image.format)]
    told = pixels.facts_of(image)
    drawn = pixels.decode(image)
    yield {"mime": mime, "suffix": suffix, **told}
    yield from _made(drawn, mime, file)


def derive(file: BinaryIO, *, mime: str) -> Iterator[bytes]:
    """What `_made` makes of a picture. Refused as `examine`."""
    image = pixels.open_picture(file)
    if image is None or mime not in (JPEG, PNG, WEBP):
        raise ReadingRefused({"code": "unknown_file_type"})
    yield from _made(pixels.decode(image), mime, file)


def _made(drawn: Image, mime: str, file: BinaryIO) -> Iterator[bytes]:
    """What is shown of a picture, its card picture, and its thumbnail as WebP and as JPEG (`stored.MADE`)."""
    yield pixels.shown(drawn, mime, file)
    yield pixels.card(drawn)
    yield from thumbnails(pixels.opaque(drawn))


def _pdf(file: BinaryIO) -> tuple[str, str] | None:
    """A PDF has its header near its beginning and its end mark somewhere behind it; bytes around are let be."""
    try:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:  # an empty file
        return None
    with whole:
        begins = whole.find(b"%PDF-", 0, _PDF_WITHIN)
        if begins < 0:
            return None
        if whole.rfind(b"%%EOF") < begins:
            raise ReadingRefused({"code": "half_a_file"})
        return PDF, ".pdf"


def _document(file: BinaryIO) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return None
    if len(names) > _MAX_PARTS or any(name.endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in _DOCUMENTS if any(map(part.fullmatch, names))), None)
