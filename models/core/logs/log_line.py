"""The base of all logs: lines that are written once and never changed."""

from __future__ import annotations

from typing import Any, ClassVar

from models.core.records import Record


class LogLine(Record):
    """A line of a log. Nobody edits it, so it has no version; `company_id` says whose it is (None: the group's)."""

    company_field: ClassVar[str | None] = "company_id"

    version: Any = 1
    created_at: Any = None
    updated_at: Any = None
