"""The occupational hazard factors that every installation begins with (D06): the six classes, and samples."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

from models.objectives.requirements.records import HazardFactor


def install_factors() -> int:
    """Add the factors of `data/sample_factors.json` where there are none that are everybody's; gives how many."""
    if HazardFactor.select().where(HazardFactor.company.is_null()).exists():
        return 0
    held: Any = orjson.loads(files("models.objectives").joinpath("data/sample_factors.json").read_bytes())
    rows = [
        {**item, "places": item["places"] or None, "sequence": place * 10}
        for place, item in enumerate(held["items"], 1)
    ]
    HazardFactor.insert_many(rows).execute()
    return len(rows)


__all__ = ["install_factors"]
