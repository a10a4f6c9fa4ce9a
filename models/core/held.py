"""What keeps a row from being deleted: rows of higher chapters that have to be kept, as their hooks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.core.errors import Conflict


@dataclass(frozen=True)
class Held:
    """Rows that name another one and must be kept: in words with their number ("2 条隐患"), and what a program reads."""

    words: str
    code: str = "has_records"
    details: Mapping[str, Any] = field(default_factory=dict)


def held_by(count: int, words: str, *, code: str = "has_records", detail: str = "") -> Held | None:
    """So many rows hold it, None if there are none; `words` is said behind the number: "条隐患"."""
    return Held(f"{count} {words}", code, {detail: count} if detail else {}) if count else None


def require_free(title: str, whose: str, held: Sequence[Held | None], *, advice: str) -> None:
    """Raise Conflict where something holds a row: its own code if it is the only kind, else `has_records`.

    `title` says what can't be done, `whose` begins the cause (它, 他).
    """
    there = [each for each in held if each is not None]
    if not there:
        return
    raise Conflict(
        title,
        code=there[0].code if len(there) == 1 else "has_records",
        cause=f"{whose}有 {'、'.join(each.words for each in there)}，记录要留存",
        advice=advice,
        details={name: value for each in there for name, value in each.details.items()},
    )


__all__ = ["Held", "held_by", "require_free"]
