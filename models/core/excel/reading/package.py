"""Opening an uploaded workbook without trusting it: what kind of file it is, how large it becomes, which
sheets it has.

Nothing is parsed before the sizes have been measured by unpacking every part once; what the file says of
itself is not believed. Documents with a DTD are refused, so that no entity can expand.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO
from xml.parsers import expat

from models.core.excel.columns import SheetRefused, refuse
from models.core.excel.reading.file_kinds import no_package, old_book, other_package
from models.core.excel.reading.repacking import BOOK, BOOK_RELATIONS, as_looked_for

MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 250
RATIO_MATTERS_FROM = 4 * 1024 * 1024
MAX_PARTS = 2000
NOTES_SHEET = "填写说明"

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD = 4096
_CHUNK = 256 * 1024
Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """An opened workbook: its file, its zip, and the sheets that may be read (name and part), in their order."""

    file: BinaryIO
    archive: zipfile.ZipFile
    sheets: tuple[tuple[str, str], ...]


@contextmanager
def open_package(file: BinaryIO) -> Iterator[Package]:
    """Open a workbook. Raises SheetRefused for anything but a harmless .xlsx."""
    _check_kind(file)
    try:
        with zipfile.ZipFile(file) as archive:
            anew = _checked(file, archive)
            if anew is None:
                yield _inspect(file, archive)
                return
        with zipfile.ZipFile(anew) as archive:
            yield _inspect(anew, archive)
    # A zip of a newer kind than Python's own can read raises NotImplementedError.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise broken_file() from error


def _checked(file: BinaryIO, archive: zipfile.ZipFile) -> BinaryIO | None:
    """Measure every part; gives the file packed anew where its parts are called otherwise than readers look for."""
    with _as_broken():
        _check_sizes(file, archive)
        return as_looked_for(file, archive, _relations)


def _inspect(file: BinaryIO, archive: zipfile.ZipFile) -> Package:
    with _as_broken():
        return Package(file, archive, tuple(_find_sheets(archive)))


@contextmanager
def _as_broken() -> Iterator[None]:
    try:
        yield
    except SheetRefused:
        raise
    # A damaged directory names places before the file's beginning or beyond any (ValueError, OverflowError).
    except (NotImplementedError, OSError, RuntimeError, ValueError, OverflowError) as error:
        raise broken_file() from error


def broken_file() -> SheetRefused:
    """The refusal of a file that no program could read."""
    return refuse("broken_file", "文件已损坏，读不出来。请用 Excel 打开，另存为 .xlsx 后再上传。")


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces that fit into memory."""
    while piece := stream.read(_CHUNK):
        yield piece


def walk(document: Iterable[bytes], start: Callable[[str, Attributes], None]) -> None:
    """Call `start(tag, attributes)` for each element of an XML document, prefixes of tags as written.

    Raises SheetRefused when it is no XML or carries a DTD.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for piece in document:
            parser.Parse(piece)
        parser.Parse(b"", True)
    except SheetRefused:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise broken_file() from error


def _refuse_doctype(*_declaration: object) -> None:
    raise refuse("unsafe_file", "文件里有不安全的内容，没有读取。请把数据复制到新下载的模板里再上传。")


def _check_kind(file: BinaryIO) -> None:
    head = file.read(8)
    if head == _OLE_MAGIC:
        content = head + file.read()
        if _ENCRYPTED in content:
            raise refuse("encrypted", "文件设了打开密码，读不出来。请在 Excel 里取消密码，保存后再上传。")
        raise old_book(content)
    if not head:
        raise refuse("empty_file", "文件是空的。请重新选择文件。")
    if not head.startswith(b"PK"):
        raise no_package(head + file.read(_HEAD))
    file.seek(0)


def _check_sizes(file: BinaryIO, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    length = file.seek(0, 2)
    if len({part.filename.lower() for part in parts}) != len(parts):
        raise broken_file()
    if len(parts) > MAX_PARTS or sum(part.compress_size for part in parts) > length:
        raise _too_large()
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("encrypted", "文件设了密码，读不出来。请取消密码，保存后再上传。")
    total = 0
    for part in parts:
        limit = MAX_UNPACKED - total
        if part.compress_size * MAX_RATIO < part.file_size and part.file_size > RATIO_MATTERS_FROM:
            raise _too_large()
        size = _unpacked_size(file, part, min(limit, part.file_size))
        if size > limit or size != part.file_size:
            raise _too_large()
        total += size


def _unpacked_size(file: BinaryIO, part: zipfile.ZipInfo, limit: int) -> int:
    """How large a part really is; stops counting soon after `limit`."""
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(part.compress_type)
    file.seek(part.header_offset)
    header = file.read(30)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    inflater, left, size = zlib.decompressobj(-zlib.MAX_WBITS), part.compress_size, 0
    while left > 0 and size <= limit and not inflater.eof:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            raise EOFError
        left -= len(packed)
        while packed and size <= limit:
            size += len(inflater.decompress(packed, 4 * _CHUNK))
            packed = inflater.unconsumed_tail
    return size


def _too_large() -> SheetRefused:
    return refuse("too_large", "文件展开后太大，可能给很多空行设了格式。请把数据复制到新下载的模板里再上传。")


def _find_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of the visible worksheets that are not the notes of our own template, in their order.

    Parts are looked for where the reader (calamine) looks, so that what was checked is what is read.
    """
    parts = {name.lower(): name for name in archive.namelist()}
    if not {BOOK, BOOK_RELATIONS}.issubset(parts.values()):
        raise other_package(archive)
    with archive.open(BOOK_RELATIONS) as stream:
        targets = _relations(stream)
    sheets = _sheets(archive)
    if len({title for title, _, _ in sheets}) != len(sheets):
        raise broken_file()
    found = False
    for title, relation, state in sheets:
        kind, target = targets.get(relation, ("", ""))
        path = (target if target.startswith("xl/") else f"xl/{target}").lower()
        if state == "visible" and title.strip() != NOTES_SHEET and kind == "worksheet" and path in parts:
            found = True
            yield title, parts[path]
    if not found:
        raise refuse("no_sheet", "工作簿里没有可读的工作表。请用下载的模板填写，保存后再上传。")


def _relations(stream: IO[bytes]) -> dict[str, tuple[str, str]]:
    """What a part refers to: id → kind and part."""
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/").removeprefix("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

    walk(pieces(stream), start)
    return found


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str, str]]:
    """The sheets of the workbook in order: title, id of the relation, state."""
    found: list[tuple[str, str, str]] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag.rpartition(":")[2] == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            found.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))

    with archive.open(BOOK) as stream:
        walk(pieces(stream), start)
    return found
