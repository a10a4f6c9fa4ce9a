"""Knowing that a step need not be done again: a stamp holds the fingerprint of all that went into it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAMPS = ROOT / ".make"
_SKIPPED = {"node_modules", "dist", "unpackage", "__pycache__", "coverage"}


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(files):
            yield Path(folder, name)


def fingerprint(paths: Iterable[Path], *also: str) -> str:
    """One value for the content of files and folders (what is built or installed in them left out)."""
    digest = hashlib.sha256("\0".join(also).encode())
    for path in paths:
        for file in _files(path):
            digest.update(f"{file.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Stamp:
    """Whether a step was done for exactly this input, and its output is still there."""

    def __init__(self, name: str, value: str, output: Path) -> None:
        self._file = STAMPS / name
        self._value = value
        self._output = output

    @property
    def fresh(self) -> bool:
        """Whether the step can be left out."""
        return self._output.exists() and self._file.exists() and self._file.read_text() == self._value

    def break_(self) -> None:
        """Before the step: what it leaves half done when it fails is not taken for done."""
        self._file.unlink(missing_ok=True)

    def set(self) -> None:
        """After the step."""
        STAMPS.mkdir(exist_ok=True)
        self._file.write_text(self._value)
