"""What the regulations say about operators and equipment: operator codes (Q02) and equipment types (Q13).

The JSON files in `data/` are seeds. The database copies codes and types and may change them; functions here take the
rows to work on (`among`), and use the seeds only where none are given. Periods and limits are rules as data (`rulebooks`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from models.core.fields.blank_words import says_nothing
from models.equipment.operator_codes import certificate_limits as restrictions
from models.equipment.rulebooks import (
    CERTIFICATE_PERIODS,
    INSPECTION_PERIODS,
    LIMITS,
    QR_RULES,
    CertificateRules,
)

Mode = Literal["clock_in", "maintenance", "none"]


@dataclass(frozen=True, slots=True)
class StandardOperatorCode:
    """One row of the list of operator projects (TSG Z6001), for instance N1 叉车司机.

    `mode` says how its holder goes on duty: by clock-in, by maintenance scan (T), or not by scanning at all.
    `legacy_ambiguous`: the 2011 catalogue used the same code for something else (`legacy_meaning`, where
    known). `code` is empty for welders, whose codes are put together for each person.
    """

    code: str
    category: str
    project: str
    mode: Mode
    equipment_prefixes: tuple[str, ...] = ()
    needs_quick_open: bool = False
    boiler_use: str = ""
    legacy_ambiguous: bool = False
    legacy_meaning: str = ""
    note: str = ""
    source: str = ""
    confirmed: bool = False

    def serves(
        self, type_code: str, *, quick_open: bool | None = None, boiler_use: str | None = None
    ) -> bool:
        """Whether equipment of the type needs this code, as far as is known of it (None: nobody has said).

        A quick-opening door that nobody ever ticked asks for nothing; a boiler whose use is not known asks for
        either of the codes.
        """
        if self.needs_quick_open and not quick_open:
            return False
        if self.boiler_use and boiler_use not in (None, self.boiler_use):
            return False
        return type_code.startswith(self.equipment_prefixes)


@dataclass(frozen=True, slots=True)
class StandardEquipmentType:
    """One row of the equipment catalogue."""

    code: str
    name: str
    parent: str | None = None
    abbreviation: str = ""
    source: str = ""
    confirmed: bool = False


@cache
def operator_codes() -> tuple[StandardOperatorCode, ...]:
    """The seed list of operator codes, in the order of the standard."""
    return tuple(_operator_code(item) for item in _seed("operator_codes.json")["items"])


@cache
def equipment_types() -> tuple[StandardEquipmentType, ...]:
    """The seed list of equipment types, parents before children."""
    return tuple(_equipment_type(item) for item in _seed("equipment_types.json")["items"])


def certificate_rules(code: str = "") -> CertificateRules:
    """Validity and review periods of operators' certificates, those in force today: of a code, or of all others."""
    return CERTIFICATE_PERIODS.rules().of(code)


def codes_with_periods() -> list[str]:
    """The operator codes that have periods of their own today."""
    return CERTIFICATE_PERIODS.rules().own_codes()


def legacy_warning() -> str:
    """The sentence to show when a certificate with an ambiguous code of the 2011 catalogue is entered."""
    return str(_seed("operator_codes.json")["legacy_warning"])


def legacy_codes() -> dict[str, str]:
    """The codes of the 2011 catalogue with what they meant: certificates of it can be entered, and open nothing."""
    return dict(_seed("legacy_codes.json")["items"])


def operator_code(
    code: str, among: Iterable[StandardOperatorCode] | None = None
) -> StandardOperatorCode | None:
    """The row of a code, or None."""
    return next((row for row in _rows(among) if row.code and row.code == code), None)


def equipment_type(
    code: str, among: Iterable[StandardEquipmentType] | None = None
) -> StandardEquipmentType | None:
    """The row of a type code, or None."""
    return next((row for row in _types(among) if row.code == code), None)


def required_codes(
    type_code: str,
    *,
    quick_open: bool | None = None,
    boiler_use: str | None = None,
    among: Iterable[StandardOperatorCode] | None = None,
) -> list[str]:
    """The codes that let a person work on equipment of the type; holding any one of them is enough.

    Takes the four-character type code, whether a pressure vessel has a quick-opening door and what a boiler is
    for (None: not said). Empty when nobody has to scan for such equipment, or when the type is too coarse to
    tell (5000: a forklift and a sightseeing car want different ones).
    """
    return [row.code for row in _scanned(type_code, quick_open, boiler_use, among)]


def mode_of(
    type_code: str,
    *,
    quick_open: bool | None = None,
    boiler_use: str | None = None,
    among: Iterable[StandardOperatorCode] | None = None,
) -> Mode:
    """How people go on duty at the type: `clock_in`, `maintenance` (elevators, Q12) or `none`."""
    modes = {row.mode for row in _scanned(type_code, quick_open, boiler_use, among)}
    if "clock_in" in modes:
        return "clock_in"
    return "maintenance" if modes else "none"


def within_limits(code: str, restriction: str, type_code: str) -> bool | None:
    """Whether a certificate with this restriction (for instance 限桥式起重机) covers equipment of the type.

    True without a restriction, and for codes that can't have one; None when it cannot be told, because the
    equipment's type is less detailed than the restriction or the wording is not known. By the limits in force today.
    """
    limits = LIMITS.rules().get(code, ())
    row = operator_code(code)
    if not limits or row is None:
        return True
    return restrictions.covers(restriction, type_code, limits, _type_names(row.equipment_prefixes))


def takes_in(code: str, restriction: str, wanted: str) -> bool:
    """Whether a certificate with this restriction holds for all that `wanted` names, itself words of a restriction (桥式起重机).

    True where either restricts nothing or can't be read: nobody is told that they lack what they may well have.
    """
    limits, row = LIMITS.rules().get(code, ()), operator_code(code)
    if row is None or not limits or not restriction or not wanted:
        return True
    asked = restrictions.read(wanted, tuple(limits), _type_names(row.equipment_prefixes))
    kinds = () if asked is None else asked.prefixes
    return all(within_limits(code, restriction, kind.ljust(4, "0")) is not False for kind in kinds)


def may_be_limited(code: str) -> bool:
    """Whether certificates of the code may carry a restriction (Q2), by the limits in force today."""
    return bool(LIMITS.rules().get(code))


def limits_version() -> int:
    """The number of the version of the limits that is in force today."""
    return LIMITS.in_force().version


def certificate_versions() -> dict[str, int]:
    """The numbers of the versions by which a certificate is judged today, by rulebook: to be kept with it."""
    return {book.name: book.in_force().version for book in (CERTIFICATE_PERIODS, LIMITS)}


def versions_in_words(kept: Mapping[str, int] | None) -> str:
    """The versions that a record keeps, in words: 证书有效期第 2 版；证书限制范围第 1 版. Empty for a record that keeps none."""
    books = {book.name: book.title for book in (CERTIFICATE_PERIODS, LIMITS, QR_RULES)}
    numbered = {
        name: f"第 {number} 版" if number else "（系统自带）" for name, number in (kept or {}).items()
    }
    return "；".join(f"{books[name]}{number}" for name, number in numbered.items() if name in books)


def is_unread(code: str, restriction: str, type_code: str) -> bool:
    """Whether a certificate says something in its restriction that nobody could hold against equipment of the type."""
    if says_nothing(restriction):
        return False
    if not may_be_limited(code):
        return not any(restriction.strip("限（()）") in name for name in _names_of(type_code))
    return within_limits(code, restriction, type_code) is None


def _names_of(type_code: str) -> Iterable[str]:
    """The names of a type and of all that stands above it."""
    row = equipment_type(type_code)
    while row is not None:
        yield row.name
        row = equipment_type(row.parent or "")


@cache
def _type_names(prefixes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names of the catalogue's types of these kinds with the prefix that each stands for, but for the topmost.

    Of the whole kind: who is limited to mast cranes, which ask for no code, is limited all the same.
    """
    kinds = tuple({prefix[0] for prefix in prefixes})
    rows = (row for row in equipment_types() if row.parent and row.code.startswith(kinds))
    return tuple((row.name, row.code.rstrip("0")) for row in rows)


def inspection_months(type_code: str) -> int | None:
    """Months between periodic inspections of the type by the periods in force today, or those of what it belongs to."""
    periods = INSPECTION_PERIODS.rules()
    prefixes = (type_code[:length] for length in range(len(type_code), 0, -1))
    return next((periods[prefix] for prefix in prefixes if prefix in periods), None)


def _scanned(
    type_code: str,
    quick_open: bool | None,
    boiler_use: str | None,
    among: Iterable[StandardOperatorCode] | None,
) -> list[StandardOperatorCode]:
    rows = (row for row in _rows(among) if row.code and row.mode != "none")
    return [row for row in rows if row.serves(type_code, quick_open=quick_open, boiler_use=boiler_use)]


def _rows(among: Iterable[StandardOperatorCode] | None) -> Iterable[StandardOperatorCode]:
    return operator_codes() if among is None else among


def _types(among: Iterable[StandardEquipmentType] | None) -> Iterable[StandardEquipmentType]:
    return equipment_types() if among is None else among


def _operator_code(item: dict[str, Any]) -> StandardOperatorCode:
    return StandardOperatorCode(**{**item, "equipment_prefixes": tuple(item["equipment_prefixes"])})


def _equipment_type(item: dict[str, Any]) -> StandardEquipmentType:
    return StandardEquipmentType(**item)


@cache
def _seed(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return dict(json.loads(text))
