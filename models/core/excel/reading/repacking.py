"""Workbooks of other programs whose parts are called otherwise, packed anew as the reader looks for them.

A part may be called with backslashes, in other case, or the workbook `workbook22.xml`: `_rels/.rels` says which it is.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable
from typing import IO, BinaryIO

BOOK = "xl/workbook.xml"
BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
_ROOT = "_rels/.rels"
_CHUNK = 256 * 1024
_MAX_REPACKED = 100 * 1024 * 1024  # bytes, unpacked


def as_looked_for(
    file: BinaryIO, archive: zipfile.ZipFile, targets: Callable[[IO[bytes]], dict[str, tuple[str, str]]]
) -> BinaryIO | None:
    """The file packed anew; None where its parts are called right already, or where it is no workbook or a huge one.

    `targets` reads the relations of a part: id → kind and target. Sizes were checked before.
    """
    names = archive.namelist()
    if {BOOK, BOOK_RELATIONS}.issubset(names):
        return None
    called = {name: _slashed(name) for name in names}
    lower = {name.lower(): original for original, name in called.items()}
    if _ROOT not in lower:
        return None
    with archive.open(lower[_ROOT]) as stream:
        found = [target for kind, target in targets(stream).values() if kind == "officeDocument"]
    book = _slashed(found[0]).lower() if found else BOOK
    folder, name = posixpath.split(book)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if (
        book not in lower
        or relations not in lower
        or sum(i.file_size for i in archive.infolist()) > _MAX_REPACKED
    ):
        return None
    called = {original: _moved(new, folder) for original, new in called.items()}
    called |= {lower[book]: BOOK, lower[relations]: BOOK_RELATIONS}
    return (
        _packed(archive, called, folder, found[0] if found else BOOK)
        if len({new.lower() for new in called.values()}) == len(called)
        else None
    )


def _slashed(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _moved(name: str, folder: str) -> str:
    """Where a part stands when the workbook's folder is `xl`."""
    if folder.lower() == "xl":
        return f"xl{name[2:]}" if name.lower().startswith("xl/") else name
    if not folder:
        return name if name.startswith(("_rels/", "[", "docProps/")) else f"xl/{name}"
    return f"xl{name[len(folder) :]}" if name.lower().startswith(f"{folder}/") else name


def _packed(archive: zipfile.ZipFile, called: dict[str, str], folder: str, book: str) -> BinaryIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for original, name in called.items():
            if name == BOOK_RELATIONS:  # which may name its parts from the root
                target.writestr(name, archive.read(original).replace(f'"/{folder}/'.encode(), b'"/xl/'))
                continue
            if name.lower() == _ROOT:  # which leads to the workbook by the name that it had
                content = archive.read(original)
                for mark in (b'"', b"'"):
                    for said in (book, f"/{book}", book.replace("/", "\\")):
                        content = content.replace(mark + said.encode() + mark, mark + BOOK.encode() + mark)
                target.writestr(name, content)
                continue
            with archive.open(original) as source, target.open(name, "w") as part:
                while piece := source.read(_CHUNK):
                    part.write(piece)
    made.seek(0)
    return made


__all__ = ["BOOK", "BOOK_RELATIONS", "as_looked_for"]
