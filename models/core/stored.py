"""Files that the house keeps for a while or for good: random names, readable by the house alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from models.core.config import config

FILES, IMPORTS, JOBS = "files", "imports", "jobs"


def folder(kind: str) -> Path:
    """The folder of one kind of files, made if it is not there."""
    path = config().data_dir / kind
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def new_name(suffix: str = "") -> str:
    """A name that nobody can guess."""
    return secrets.token_hex(16) + suffix


def keep(kind: str, content: bytes, suffix: str = "") -> str:
    """Write `content` under a new name, whole or not at all, and give the name."""
    name = new_name(suffix)
    target = folder(kind) / name
    scratch = target.with_suffix(".part")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(target)
    return name


def path_of(kind: str, name: str) -> Path:
    """Where a kept file lies. Raises ValueError for what is no name of ours."""
    if not name or Path(name).name != name or name.startswith("."):
        raise ValueError("no name of a kept file")
    return folder(kind) / name


def drop(kind: str, name: str | None) -> None:
    """Delete a kept file, if it is there."""
    if name:
        path_of(kind, name).unlink(missing_ok=True)


def sweep(kind: str, before: float, keep_names: set[str]) -> int:
    """Delete files last written before `before` (seconds since 1970), except `keep_names`; gives how many."""
    gone = 0
    for path in folder(kind).iterdir():
        if path.name not in keep_names and path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
