"""Files that the house keeps for a while or for good: random names, readable by the house alone, encrypted at rest."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from models.core.config import config
from models.core.files import disk, encryption

#: Uploads as they came; sheets to be imported; files that jobs made.
FILES, IMPORTS, JOBS = "files", "imports", "jobs"
#: What is shown of pictures, their card pictures, and the thumbnails of lists as WebP and as JPEG.
SHOWN, CARDS, THUMBS, THUMBS_JPEG = MADE = ("shown", "cards", "thumbs", "thumbs-jpeg")
#: Signatures, drawn by the house.
SIGNATURES = "signatures"
#: Where programs that write sheets keep what is not finished yet.
SCRATCH = "scratch"


def folder(kind: str) -> Path:
    """The folder of one kind of files, made if it is not there."""
    path = config().data_dir / kind
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def new_name(suffix: str = "") -> str:
    """A name that nobody can guess."""
    return secrets.token_hex(16) + suffix


def keep(kind: str, content: bytes, suffix: str = "", *, name: str = "") -> str:
    """Write `content` under a new name (or `name`), whole or not at all, and give the name. Raises StorageFull."""
    disk.require_room(len(content))
    name = name or new_name(suffix)
    scratch = f"{name}.{secrets.token_hex(4)}.part"

    def write() -> None:
        with _created(kind, scratch, name) as file:
            file.write(content)
        path_of(kind, scratch).replace(path_of(kind, name))
        disk.sync_folder(folder(kind))

    try:
        disk.refused_if_full(write)
    except BaseException:
        drop(kind, scratch)
        raise
    return name


def writer(kind: str, name: str) -> BinaryIO:
    """A file to write `name` piece by piece. It is there from the beginning; drop it if the work fails."""
    return cast(BinaryIO, _created(kind, name, name))


def _created(kind: str, name: str, label: str) -> encryption.Sealer:
    target = path_of(kind, name)
    file: BinaryIO = open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")  # noqa: SIM115
    return encryption.Sealer(file, f"{kind}/{label}")


def pieces(kind: str, name: str) -> Iterator[bytes]:
    """The content of a kept file, in pieces. Raises FileNotFoundError, and Undecipherable where no key opens it."""
    with path_of(kind, name).open("rb") as file:
        yield from encryption.opened(file, f"{kind}/{name}")


def read(kind: str, name: str) -> bytes:
    """The content of a kept file. Raises as `pieces`."""
    return b"".join(pieces(kind, name))


def exists(kind: str, name: str | None) -> bool:
    """Whether a kept file is there."""
    return bool(name) and path_of(kind, name or "").exists()


def size_of(kind: str, name: str) -> int:
    """Bytes of the content of a kept file. Raises FileNotFoundError."""
    path = path_of(kind, name)
    with path.open("rb") as file:
        return encryption.plain_size(path.stat().st_size, file.read(len(encryption.MAGIC)))


def path_of(kind: str, name: str) -> Path:
    """Where a kept file lies. Raises ValueError for what is no name of ours."""
    if not name or Path(name).name != name or name.startswith("."):
        raise ValueError("no name of a kept file")
    return folder(kind) / name


def drop(kind: str, name: str | None) -> None:
    """Delete a kept file, if it is there."""
    if name:
        path_of(kind, name).unlink(missing_ok=True)


def drop_picture(name: str) -> None:
    """Delete an upload with all that was made of it."""
    for kind in (FILES, *MADE):
        drop(kind, name)


def sweep(kind: str, before: float, keep_names: set[str]) -> int:
    """Delete files last written before `before` (seconds since 1970), except `keep_names`; gives how many."""
    gone = 0
    for path in folder(kind).iterdir():
        if path.name not in keep_names and path.stat().st_mtime < before:
            if path.is_file():
                path.unlink(missing_ok=True)
            elif kind == SCRATCH:
                shutil.rmtree(path, ignore_errors=True)
            else:
                continue
            gone += 1
    return gone
