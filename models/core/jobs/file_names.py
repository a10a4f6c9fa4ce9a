"""How the files are called that belong to an upload."""

from __future__ import annotations

from pathlib import Path


def kept_name(upload: str) -> str:
    """The file with what a dry run keeps of an upload for the next one."""
    return Path(upload).stem + "-kept.json"


__all__ = ["kept_name"]
