"""The occupational hazard factors that every installation begins with (D06): the six classes, and samples."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core.ledger import ledger_named
from models.core.ledger.library.declaration import Standard
from models.core.ledger.library.planting import remember
from models.objectives.requirements.records import FACTOR_CLASSES, HazardFactor


def install_factors() -> int:
    """Add the factors of `data/sample_factors.json` where there are none that are everybody's; gives how many."""
    rows: list[dict[str, Any]] = []
    if not HazardFactor.select().where(HazardFactor.company.is_null()).exists():
        rows = [
            {**item, "places": item["places"] or None, "sequence": place * 10}
            for place, item in enumerate(_held(), 1)
        ]
        HazardFactor.insert_many(rows).execute()
    ledger = ledger_named("hazard-factors")
    assert ledger is not None
    remember(ledger)
    return len(rows)


@cache
def _held() -> list[dict[str, Any]]:
    file = files("models.objectives").joinpath("data/sample_factors.json")
    items: list[dict[str, Any]] = orjson.loads(file.read_bytes())["items"]
    return items


@cache
def standard_factors() -> tuple[Standard, ...]:
    """Hazard factors by their names, under their class."""
    titles = {choice.value: choice.title for choice in FACTOR_CLASSES}
    return tuple(
        Standard(
            item["name"],
            {name: value for name, value in item.items() if value not in (None, "")},
            group=titles[item["category"]],
            sample=bool(item["sample"]),
        )
        for item in _held()
    )


__all__ = ["install_factors", "standard_factors"]
