"""The rules of accidents in force: of today, and of the day of an accident (G02).

An accident is judged by the rules of the day it happened, also when more is learnt of it after they changed.
"""

from __future__ import annotations

from datetime import datetime

from models.accidents.regulations.rule_shapes import AccidentRules
from models.accidents.regulations.rulebook import ACCIDENT_RULES
from models.core import clock
from models.core.rulebook import InForce

FILE = ACCIDENT_RULES.file


def accident_rules() -> AccidentRules:
    """The rules in force today."""
    return ACCIDENT_RULES.rules()


def rules_for(happened_at: datetime | None) -> InForce[AccidentRules]:
    """The rules of the day an accident happened (of today, where nobody said when), with version and basis."""
    day = clock.today() if happened_at is None else min(clock.local(happened_at).date(), clock.today())
    return ACCIDENT_RULES.in_force(day)
