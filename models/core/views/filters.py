"""Filters put together: what two of one ledger leave, of a statistic and of one of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def narrowed(first: Any, second: Any) -> Any:
    """The filter of one field that leaves what both leave; None for what leaves nothing (no list can be asked so)."""
    if first is None or second is None or first in ([], "") or second in ([], ""):
        return second if first is None or first in ([], "") else first
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        lows = [each["from"] for each in (first, second) if each.get("from")]
        highs = [each["to"] for each in (first, second) if each.get("to")]
        return {**({"from": max(lows)} if lows else {}), **({"to": min(highs)} if highs else {})}
    kept = set(_values(second))
    return [value for value in _values(first) if value in kept] or None


def _values(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def together(*filters: Mapping[str, Any]) -> dict[str, Any] | None:
    """The filters of a list with the rows that all of `filters` leave; None where they leave no row."""
    made: dict[str, Any] = {}
    for each in filters:
        for name, given in each.items():
            made[name] = narrowed(made.get(name), given)
            if made[name] is None:
                return None
    return made


def without_blanks(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters without values that are nothing: `f.site=` asks for no site in particular."""
    kept: dict[str, Any] = {}
    for name, given in filters.items():
        if isinstance(given, list) and all(isinstance(value, str) for value in given):
            given = [value for value in given if value]
            if not given:
                continue
        kept[name] = given
    return kept
