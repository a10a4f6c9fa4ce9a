"""How a scanned text is read, as data: the shape that `qr` works by (Q09)."""

from __future__ import annotations

import re
from dataclasses import dataclass

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class QrRules:
    """How to read codes: names of parameters that carry a number, and patterns of numbers, in order."""

    parameter_names: tuple[str, ...]
    patterns: Patterns
