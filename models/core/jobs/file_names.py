"""How the files are called that belong to an upload."""

from __future__ import annotations

from pathlib import Path


def kept_name(upload: str) -> str:
    """The file with what a dry run keeps of an upload for the next one."""
    return Path(upload).stem + "-kept.json"


def errors_name(upload: str) -> str:
    """The name of the workbook with errors that belongs to an upload."""
    return Path(upload).stem + "-errors.xlsx"


__all__ = ["errors_name", "kept_name"]
