"""How many points one may begin with for what (A12, J07): samples of our own, each unit gives as many as it likes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core.chapters import all_point_reasons
from models.core.ledger.library.declaration import Standard


@cache
def standard_point_rules() -> tuple[Standard, ...]:
    """The samples of `data/sample_points.json`, by the reason that they are for; a reason nobody declares is left out."""
    held: Any = orjson.loads(files("models.objectives").joinpath("data/sample_points.json").read_bytes())
    known = all_point_reasons()
    return tuple(
        Standard(item["what"], {"what": item["what"], "points": item["points"]}, sample=True)
        for item in held["items"]
        if item["what"] in known
    )


__all__ = ["standard_point_rules"]
