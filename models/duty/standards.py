"""What the regulations say about operators and equipment: operator codes (Q02) and equipment types (Q13).

The JSON files in `data/` are seeds. The database copies them and may change them; every function here
therefore takes the rows to work on (`among`), and uses the seeds only where none are given.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Mode = Literal["clock_in", "maintenance", "none"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A restriction that a certificate may carry: its name, its wordings, the types it leaves allowed."""

    name: str
    words: tuple[str, ...]
    equipment_prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperatorCode:
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
    limits: tuple[Limit, ...] = ()
    legacy_ambiguous: bool = False
    legacy_meaning: str = ""
    note: str = ""
    source: str = ""
    confirmed: bool = False

    def serves(self, type_code: str, *, quick_open: bool = False) -> bool:
        """Whether equipment of the type needs this code."""
        if self.needs_quick_open and not quick_open:
            return False
        return type_code.startswith(self.equipment_prefixes)


@dataclass(frozen=True, slots=True)
class EquipmentType:
    """One row of the equipment catalogue. `inspection_months` is None where the parent's period holds."""

    code: str
    name: str
    parent: str | None = None
    abbreviation: str = ""
    inspection_months: int | None = None
    inspection_source: str = ""
    inspection_confirmed: bool = False
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class CertificateRules:
    """How long a certificate holds (years), and how many days before its end to apply and to warn."""

    validity_years: int
    review_apply_days: int
    warn_days: int


@cache
def operator_codes() -> tuple[OperatorCode, ...]:
    """The seed list of operator codes, in the order of the standard."""
    return tuple(_operator_code(item) for item in _seed("operator_codes.json")["items"])


@cache
def equipment_types() -> tuple[EquipmentType, ...]:
    """The seed list of equipment types, parents before children."""
    return tuple(_equipment_type(item) for item in _seed("equipment_types.json")["items"])


@cache
def certificate_rules() -> CertificateRules:
    """Validity and review periods of operators' certificates."""
    rules = _seed("operator_codes.json")["certificate"]
    return CertificateRules(rules["validity_years"], rules["review_apply_days"], rules["warn_days"])


def legacy_warning() -> str:
    """The sentence to show when a certificate with an ambiguous code of the 2011 catalogue is entered."""
    return str(_seed("operator_codes.json")["legacy_warning"])


def operator_code(code: str, among: Iterable[OperatorCode] | None = None) -> OperatorCode | None:
    """The row of a code, or None."""
    return next((row for row in _rows(among) if row.code and row.code == code), None)


def equipment_type(code: str, among: Iterable[EquipmentType] | None = None) -> EquipmentType | None:
    """The row of a type code, or None."""
    return next((row for row in _types(among) if row.code == code), None)


def required_codes(
    type_code: str, *, quick_open: bool = False, among: Iterable[OperatorCode] | None = None
) -> list[str]:
    """The codes that let a person work on equipment of the type; holding any one of them is enough.

    Takes the four-character type code and whether a pressure vessel has a quick-opening door. Empty when
    nobody has to scan for such equipment. A type that is not detailed enough (boilers, 5000) gives all that
    it may be.
    """
    return [row.code for row in _scanned(type_code, quick_open, among)]


def mode_of(type_code: str, *, quick_open: bool = False, among: Iterable[OperatorCode] | None = None) -> Mode:
    """How people go on duty at the type: `clock_in`, `maintenance` (elevators, Q12) or `none`."""
    modes = {row.mode for row in _scanned(type_code, quick_open, among)}
    if "clock_in" in modes:
        return "clock_in"
    return "maintenance" if modes else "none"


def within_limits(
    code: str, restriction: str, type_code: str, among: Iterable[OperatorCode] | None = None
) -> bool | None:
    """Whether a certificate with this restriction (for instance 限桥式起重机) covers equipment of the type.

    True without a restriction; None when it cannot be told, because the equipment's type is less detailed
    than the restriction or the wording is not known.
    """
    row = operator_code(code, among)
    if row is None or not row.limits or not restriction.strip():
        return True
    named = [limit for limit in row.limits if any(word in restriction for word in limit.words)]
    if not named:
        return None
    prefixes = tuple(prefix for limit in named for prefix in limit.equipment_prefixes)
    if type_code.startswith(prefixes):
        return True
    return None if type_code[1:] == "000" else False


def inspection_months(type_code: str, among: Iterable[EquipmentType] | None = None) -> int | None:
    """Months between periodic inspections of the type, taken from the nearest parent that has them."""
    rows = {row.code: row for row in _types(among)}
    row = rows.get(type_code)
    while row is not None and row.inspection_months is None:
        row = rows.get(row.parent or "")
    return row.inspection_months if row else None


def _scanned(type_code: str, quick_open: bool, among: Iterable[OperatorCode] | None) -> list[OperatorCode]:
    rows = (row for row in _rows(among) if row.code and row.mode != "none")
    return [row for row in rows if row.serves(type_code, quick_open=quick_open)]


def _rows(among: Iterable[OperatorCode] | None) -> Iterable[OperatorCode]:
    return operator_codes() if among is None else among


def _types(among: Iterable[EquipmentType] | None) -> Iterable[EquipmentType]:
    return equipment_types() if among is None else among


def _operator_code(item: dict[str, Any]) -> OperatorCode:
    limits = tuple(
        Limit(limit["name"], tuple(limit["words"]), tuple(limit["equipment_prefixes"]))
        for limit in item.get("limits", ())
    )
    prefixes = tuple(item["equipment_prefixes"])
    return OperatorCode(**{**item, "limits": limits, "equipment_prefixes": prefixes})


def _equipment_type(item: dict[str, Any]) -> EquipmentType:
    values = dict(item)
    inspection = values.pop("inspection", None)
    if inspection:
        values["inspection_months"] = inspection["months"]
        values["inspection_source"] = inspection["source"]
        values["inspection_confirmed"] = inspection["confirmed"]
    return EquipmentType(**values)


@cache
def _seed(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return dict(json.loads(text))
