"""What the regulations say about accidents: levels, whom to report to by when, categories (G02).

`data/accident_rules.json` is the seed. An installation overrides any part of it by a file of the same shape, named
`accident_rules.json`, in its data folder: what stands there replaces the seed's part of that name, key by key. Parts
with `"confirmed": false` were written down from memory and are the ones that one may have to change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from models.core.config import config

FILE = "accident_rules.json"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which number on an accident is of a level ("以上" takes the number in); loss in 10,000 yuan."""

    level: str
    deaths: int
    serious_injuries: int
    direct_loss_wan: int


@dataclass(frozen=True, slots=True)
class DutyStep:
    """Who reports to whom, within how many minutes of being told."""

    by: str
    to: str
    minutes: int


@dataclass(frozen=True, slots=True)
class AccidentRules:
    """All of it, as the rules use it."""

    thresholds: tuple[Threshold, ...]  # from the lowest level up
    first: DutyStep
    onward: tuple[tuple[str, DutyStep], ...]  # the level from which on the step is owed
    supplement: DutyStep
    bypass: str
    change_days: int
    change_days_short: int
    short_categories: frozenset[str]
    oldest_days: int
    catalogues: tuple[tuple[date, tuple[str, ...]], ...]  # since when, and its names; the newest first

    def rank(self, level: str) -> int:
        """How high a level is; 0 is the lowest."""
        return next(place for place, item in enumerate(self.thresholds) if item.level == level)

    def categories(self, day: date) -> tuple[str, ...]:
        """The categories that are in force on a day."""
        return next((names for since, names in self.catalogues if since <= day), self.catalogues[-1][1])

    def knows(self, category: str) -> bool:
        """Whether any catalogue has the category."""
        return any(category in names for _, names in self.catalogues)

    def changes_until(self, happened_at: datetime, category: str | None) -> datetime:
        """Until when a change of the casualties must be reported anew (493 号令第十三条)."""
        short = category in self.short_categories
        return happened_at + timedelta(days=self.change_days_short if short else self.change_days)


def accident_rules() -> AccidentRules:
    """The rules of this installation. Raises ValueError for an override that can't be read."""
    path = config().data_dir / FILE
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _rules(path, stamp)


@lru_cache(maxsize=8)
def _rules(path: Path, stamp: int) -> AccidentRules:
    """The rules with the override at `path`, if there is one; `stamp` makes a changed file be read anew."""
    seed = json.loads(resources.files("models.accidents").joinpath("data", FILE).read_text(encoding="utf-8"))
    if not stamp:
        return _parsed(seed)
    try:
        return _parsed(_merged(seed, json.loads(path.read_text(encoding="utf-8"))))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not of the shape of the accident rules: {error!r}") from error


def _merged(seed: Any, given: Any) -> Any:
    if type(given) is not type(seed):
        raise ValueError(f"{given!r} is of another kind than {seed!r}")
    if not isinstance(seed, dict):
        return given
    if given.keys() - seed.keys():
        raise ValueError(f"unknown parts {sorted(given.keys() - seed.keys())}")
    return {name: _merged(part, given[name]) if name in given else part for name, part in seed.items()}


def _parsed(data: Any) -> AccidentRules:
    duties, changes = data["duties"], data["changes"]
    onward = duties["onward"]
    return AccidentRules(
        thresholds=tuple(Threshold(**item) for item in data["levels"]["from_lowest"]),
        first=DutyStep(**duties["first"]),
        onward=tuple(
            (item["from_level"], DutyStep(item["by"], item["to"], int(onward["minutes"])))
            for item in onward["steps"]
        ),
        supplement=DutyStep(**duties["supplement"]),
        bypass=duties["bypass"],
        change_days=int(changes["days"]),
        change_days_short=int(changes["short_days"]),
        short_categories=frozenset(changes["short_categories"]),
        oldest_days=int(data["reporting"]["oldest_days"]),
        catalogues=tuple(
            (date.fromisoformat(item["since"]), tuple(item["names"])) for item in data["categories"]
        ),
    )
