"""Numbers of a ledger that stand on the first screen at 08:30, each of which opens the very rows that it counts (H01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: Which part of the first screen: what waits for a decision, how the day stands, what must not be forgotten.
Group = Literal["waiting", "today", "watch"]
#: How a number that is not 0 looks: red, amber, or as any number.
Tone = Literal["bad", "warn", "plain"]


@dataclass(frozen=True)
class HomeNumber:
    """How many rows `filters` leave (as a list's, by field; a function where they change with the day).

    `name` is its own within the ledger. With a `right`, only for who has it beside that to read: who can't do anything
    about a number is not troubled with it. `help` says what is counted where the title leaves it open.
    """

    name: str
    title: str
    filters: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    group: Group = "watch"
    tone: Tone = "plain"
    right: str = ""
    help: str = ""

    def asked(self) -> Mapping[str, Any]:
        """The filters as they are now."""
        return self.filters() if callable(self.filters) else self.filters
