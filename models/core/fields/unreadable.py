"""What stands in a column and can't be read any more: text that no key opens, JSON that is none.

Only its own cell is broken: lists, forms, exports and cards go on. It is nothing to whoever asks for it, and is written
back as it was, so that a row that is changed elsewhere loses nothing that a key or a backup may bring back.
"""

from __future__ import annotations

from typing import Any

import structlog

log = structlog.get_logger("database")
TOLD = "无法读取"


class Unreadable:
    """Mixed into an empty value. `kept` is what the column holds."""

    kept: str

    def __init__(self, kept: str, field: Any) -> None:
        super().__init__()
        self.kept = kept
        log.warning("unreadable", table=field.model._meta.table_name, column=field.column_name)


class UnreadableText(Unreadable, str):
    """An empty text."""

    def __new__(cls, kept: str, field: Any) -> UnreadableText:
        """Without the text that `str` would take."""
        return super().__new__(cls)


class UnreadableFacts(Unreadable, dict[str, Any]):
    """Empty facts."""


__all__ = ["TOLD", "Unreadable", "UnreadableFacts", "UnreadableText"]
