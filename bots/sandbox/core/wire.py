"""What went over the wire, kept for those who want to see it, with the secrets masked."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KEPT = 500
_LONGEST = 4000
_SECRET = re.compile(r"access_token|secret|^key$|^token$|ticket|signature|aes|^code$|^encrypt$|echostr", re.I)


def mask(value: Any, name: str = "") -> Any:
    """`value` without secrets and over-long texts. A response code is no secret: one wants to follow it."""
    if isinstance(value, dict):
        return {key: mask(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [mask(each, name) for each in value[:200]]
    if isinstance(value, str):
        # A button's key is no secret either, but a robot's is; buttons lie inside lists of dictionaries.
        if _SECRET.search(name) and name != "key":
            return f"{value[:4]}…" if len(value) > 4 else "…"
        if len(value) > _LONGEST:
            return f"{value[:300]}… ({len(value)} 字)"
    return value


def mask_query(query: dict[str, str]) -> dict[str, str]:
    """The parameters of an address; here `key` is a robot's."""
    return {name: (f"{value[:4]}…" if _SECRET.search(name) else value[:500]) for name, value in query.items()}


@dataclass
class WireLine:
    """One request with its answer. `way` is in (to the platform) or out (a callback)."""

    id: int
    at: float
    way: str
    method: str
    path: str
    query: dict[str, str]
    request: Any
    status: int = 0
    answer: Any = None
    milliseconds: float = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Without the bodies."""
        errcode = self.answer.get("errcode") if isinstance(self.answer, dict) else None
        return {
            "id": self.id,
            "at": self.at,
            "way": self.way,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "errcode": errcode,
            "milliseconds": round(self.milliseconds, 1),
            "faults": self.faults,
            "notes": self.notes,
        }

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {**self.summary(), "query": self.query, "request": self.request, "answer": self.answer}


class WireLog:
    """The last lines. `tell` hears of each new one."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self._tell = tell
        self._numbers = itertools.count(1)
        self.lines: deque[WireLine] = deque(maxlen=KEPT)

    def note(self, at: float, way: str, method: str, path: str, **fields: Any) -> WireLine:
        """Keep one; the caller has masked it."""
        line = WireLine(next(self._numbers), at, way, method, path, **fields)
        self.lines.append(line)
        self._tell({"type": "wire", "line": line.summary()})
        return line
