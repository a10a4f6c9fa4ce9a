"""Why rows were refused, told together: the same sentence with other numbers is the same reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_NUMBER = re.compile(r"\d[\d,]*")
_SHOWN = 10
#: A code, a sentence, how many rows, and one of them by name (None where that may not be said).
Refused = tuple[str | None, str | None, int, str | None]


def together(refused: Iterable[Refused]) -> list[dict[str, Any]]:
    """Reasons, the most frequent first, each with how many and one by name: 他有 18～24 条上岗记录."""
    groups: dict[tuple[str, str], list[Refused]] = {}
    for one in refused:
        groups.setdefault((one[0] or "", _NUMBER.sub("#", one[1] or "")), []).append(one)
    told: list[dict[str, Any]] = [
        {
            "code": code,
            "reason": _spanning([one[1] or "" for one in same]),
            "count": sum(one[2] for one in same),
            "example": next((one[3] for one in same if one[3]), None),
        }
        for (code, _), same in groups.items()
    ]
    return sorted(told, key=lambda each: int(each["count"]), reverse=True)[:_SHOWN]


def _spanning(reasons: list[str]) -> str:
    """One sentence for several that differ in their numbers alone."""
    columns = list(zip(*(map(_value, _NUMBER.findall(reason)) for reason in reasons), strict=True))
    spans = iter(
        f"{min(column)}～{max(column)}" if len(set(column)) > 1 else f"{column[0]}" for column in columns
    )
    return _NUMBER.sub(lambda found: next(spans), reasons[0])


def _value(text: str) -> int:
    return int(text.replace(",", ""))


__all__ = ["together"]
