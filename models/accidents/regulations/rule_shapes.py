"""The rules of accidents as code computes with them (G02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which number on an accident is of a level ("以上" takes the number in); loss in 10,000 yuan."""

    level: str
    deaths: int
    serious_injuries: int
    direct_loss_wan: int
    article: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What by itself makes a special-equipment accident of a level: a crane that overturns (监察条例 61 to 64)."""

    code: str
    level: str
    title: str
    equipment_types: tuple[str, ...]
    article: str

    def fits(self, type_code: str) -> bool:
        """Whether it can happen to equipment of the type."""
        return not self.equipment_types or type_code.startswith(self.equipment_types)


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """What the unit itself owes: who reports to whom, within how many minutes of the leader's being told."""

    part: str
    code: str
    by: str
    to: str
    minutes: int
    from_level: str
    special: bool


@dataclass(frozen=True, slots=True)
class AuthorityStep:
    """How the authorities pass it on among each other: information for the unit, no duty of it."""

    by: str
    to: str
    minutes: int
    from_level: str


@dataclass(frozen=True, slots=True)
class AccidentRules:
    """All of it."""

    thresholds: tuple[Threshold, ...]  # from the lowest level up
    special_thresholds: tuple[Threshold, ...]
    situations: tuple[Situation, ...]
    duties: tuple[UnitDuty, ...]
    supplements: tuple[UnitDuty, ...]
    authorities: tuple[AuthorityStep, ...]
    bypass: str
    change_days: int
    change_days_short: int
    short_categories: frozenset[str]
    special_categories: frozenset[str]
    oldest_days: int
    late_minutes: int
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

    def change_window(self, category: str | None) -> int:
        """For how many days from the accident on a change of the casualties is to be reported anew (493 号令第十三条)."""
        return self.change_days_short if category in self.short_categories else self.change_days

    def changes_until(self, happened_at: datetime, category: str | None) -> datetime:
        """Until when a change of the casualties must be reported anew."""
        return happened_at + timedelta(days=self.change_window(category))
