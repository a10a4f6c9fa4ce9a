"""Ids as somebody sent them, in an address, a query, a body, a cursor: what can be no row's is told from what might be.

The one place that reads them: `int()` also takes digits of other scripts, "1_0", " 1" and numbers that no database
holds, and the embedded one breaks at those.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.core.errors import NotFound

LARGEST = 2**63 - 1


def parse_id(value: Any) -> int | None:
    """The id that `value` says (plain digits, or a whole number), from 1 to 2⁶³-1; None for anything else."""
    if type(value) is int:
        return value if 0 < value <= LARGEST else None
    if not isinstance(value, str) or not (0 < len(value) <= 19 and value.isascii() and value.isdecimal()):
        return None
    number = int(value)
    return number if 0 < number <= LARGEST else None


def parse_ids(values: Iterable[Any]) -> list[int]:
    """The ids among `values`, each once, in their order; what can be no row's is left out."""
    return list(dict.fromkeys(number for value in values if (number := parse_id(value)) is not None))


def all_ids(values: Iterable[Any]) -> list[int] | None:
    """The ids that `values` say, each once, in their order; None where one of them can be no row's."""
    numbers = [parse_id(value) for value in values]
    good = [number for number in numbers if number is not None]
    return list(dict.fromkeys(good)) if len(good) == len(numbers) else None


def known_id(value: Any) -> int:
    """The id that `value` says. Raises NotFound for what can be no row's."""
    number = parse_id(value)
    if number is None:
        raise NotFound()
    return number


__all__ = ["LARGEST", "all_ids", "known_id", "parse_id", "parse_ids"]
