"""Rules that come from regulations, as data: seen, changed, checked and dated by an administrator (X06).

A chapter declares a `Rulebook` once: its parts (each the text of one regulation, with basis and article), the seed that
comes with the program, and `parse`, which makes of the rows what its code computes with. Everything else is here.

How code reads the rules in force:

    found = ACCIDENT_RULES.in_force()   # never raises for data that somebody spoiled: the last good version holds
    found.rules                         # what `parse` made, typed
    found.version                       # the number to keep with the record that is decided by it
    found.basis("levels")               # 国务院令第493号 第三条（待核对）

Reading costs nothing most of the time: what is in force is asked of the database every two seconds at most.
"""

from models.core.rulebook.declaration import Rulebook, RulebookPart, Unfit, all_rulebooks, rulebook_named
from models.core.rulebook.in_force import InForce, forget
from models.core.rulebook.records import EDIT_RULES, READ_RULES, RuleCheck, RuleVersion

__all__ = [
    "EDIT_RULES",
    "READ_RULES",
    "InForce",
    "RuleCheck",
    "RuleVersion",
    "Rulebook",
    "RulebookPart",
    "Unfit",
    "all_rulebooks",
    "forget",
    "rulebook_named",
]
