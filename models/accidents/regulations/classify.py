"""The level of an accident by what is known of it so far, by every set of rules that it falls under (G02).

国务院令第493号第三条 for all; for one of special equipment 《特种设备安全监察条例》第六十一至六十四条 too. The higher level holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.accidents.regulations.rule_shapes import AccidentRules, Threshold
from models.accidents.regulations.standards import rules_for
from models.core.rulebook import InForce
from models.equipment.records import Equipment, EquipmentType

Number = int | Decimal | float | None
_COUNTED = ("deaths", "serious_injuries", "direct_loss_wan")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an accident is by what is known. `special` is None where it is no accident of special equipment.

    `basis` names the regulation and article that the level stands on, in one line; `version` is the rules' number.
    """

    level: str
    provisional: bool
    special: str | None
    basis: str
    version: int

    def kept(self) -> dict[str, Any]:
        """As the accident keeps it."""
        return {
            "level": self.level, "provisional": self.provisional, "special_level": self.special,
            "basis": self.basis, "rules_version": self.version,
        }  # fmt: skip


def classify(deaths: Number, serious: Number, loss: Number) -> tuple[str, bool]:
    """The level by 493 号令第三条 of today's rules, and whether it is only the lower bound (下界初判).

    Takes deaths, serious injuries (with acute poisonings) and the direct loss in 10,000 yuan; None is what nobody
    knows yet and counts for nothing, which is not the same as 0. Each known one gives a level, the highest holds.
    With nothing known at all there is no level to be found; a flash report must go out all the same, so it starts at
    the lowest, provisionally.
    """
    numbers = (deaths, serious, loss)
    thresholds = rules_for(None).rules.thresholds
    reached = _reached(thresholds, numbers)
    return thresholds[max(reached, 0)].level, None in numbers


def _reached(thresholds: Sequence[Threshold], numbers: Sequence[Number]) -> int:
    """The place of the highest level that a known number reaches; -1 if none reaches even the lowest."""
    found = -1
    for place, item in enumerate(thresholds):
        bounds = (item.deaths, item.serious_injuries, item.direct_loss_wan)
        if any(number is not None and number >= bound for number, bound in zip(numbers, bounds, strict=True)):
            found = place
    return found


def is_special(values: Mapping[str, Any], rules: AccidentRules) -> bool:
    """Whether special equipment is part of it: equipment of the ledger, a situation, or a category that suggests it."""
    return bool(
        values.get("equipment")
        or values.get("situations")
        or values.get("category") in rules.special_categories
    )


def judge(values: Mapping[str, Any]) -> Judgement:
    """What an accident with these values is, by the rules of its day.

    Somebody missing may yet be found dead, so that is provisional too. An accident of special equipment is one from the
    floor on (some casualty, a loss of 1 万元, or one of the situations); while a number is unknown it is taken for one.
    """
    found = rules_for(values.get("happened_at"))
    rules = found.rules
    numbers = tuple(values.get(name) for name in _COUNTED)
    provisional = None in numbers or bool(values.get("missing"))
    general = max(_reached(rules.thresholds, numbers), 0)
    if not is_special(values, rules):
        return Judgement(
            rules.thresholds[general].level, provisional, None, found.basis("levels"), found.version
        )
    special, article = _special(rules, numbers, values.get("situations") or ())
    if special < 0 and provisional:
        special, article = 0, rules.special_thresholds[0].article
    if special < 0:
        level, basis = rules.thresholds[general].level, found.basis("levels")
        return Judgement(level, provisional, None, basis, found.version)
    level = rules.thresholds[max(general, special)].level
    basis = (
        _one_line(found, "special_levels", article)
        if special >= general and special >= 0
        else found.basis("levels")
    )
    return Judgement(level, provisional, rules.special_thresholds[special].level, basis, found.version)


def _special(rules: AccidentRules, numbers: Sequence[Number], situations: Sequence[str]) -> tuple[int, str]:
    """The place of the level by the special rules, and its article; -1 below the floor."""
    place = _reached(rules.special_thresholds, numbers)
    article = rules.special_thresholds[place].article if place >= 0 else ""
    for item in rules.situations:
        if item.code in situations and rules.rank(item.level) > place:
            place, article = rules.rank(item.level), item.article
    return place, article


def _one_line(found: InForce[AccidentRules], part: str, article: str) -> str:
    said = found.content[part]
    line = f"{said['basis']} {article or said['article']}".strip()
    return line if found.mark(part) else f"{line}（待核对）"


def type_code_of(equipment_id: int | None) -> str | None:
    """The catalogue code of a piece of equipment."""
    if equipment_id is None:
        return None
    code = (
        EquipmentType.select(EquipmentType.code)
        .join(Equipment, on=(Equipment.type == EquipmentType.id))
        .where(Equipment.id == equipment_id)
        .scalar()
    )
    return None if code is None else str(code)
