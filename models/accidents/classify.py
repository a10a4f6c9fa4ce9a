"""The level of an accident by what is known of it so far (国务院令第493号第三条)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from models.accidents.standards import accident_rules


def classify(deaths: int | None, serious: int | None, loss: Decimal | float | None) -> tuple[str, bool]:
    """The level, and whether it is only the lower bound (下界初判).

    Takes deaths, serious injuries (with acute poisonings) and the direct loss in 10,000 yuan; None is what nobody
    knows yet and counts for nothing, which is not the same as 0. Each known one gives a level, the highest holds.
    With nothing known at all there is no level to be found; a flash report must go out all the same, so it starts at
    the lowest, provisionally.
    """
    lowest, *higher = accident_rules().thresholds
    level = lowest.level
    for item in higher:
        known = ((deaths, item.deaths), (serious, item.serious_injuries), (loss, item.direct_loss_wan))
        if any(number is not None and number >= bound for number, bound in known):
            level = item.level
    return level, None in (deaths, serious, loss)


def level_of(values: Mapping[str, Any]) -> tuple[str, bool]:
    """`classify` for a report's values. Somebody missing may yet be found dead, so that too is provisional."""
    level, provisional = classify(
        values.get("deaths"), values.get("serious_injuries"), values.get("direct_loss_wan")
    )
    return level, provisional or bool(values.get("missing"))
