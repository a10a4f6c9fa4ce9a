"""What we take WeCom to do without having seen it: data beside this file, each with its source and how to try it.

Docs: `docs/decisions/wecom.md`. Nothing here decides a rule; a wrong guess costs a colour, or one card more.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

TO_CHECK, CHECKED = "待核对", "已核对"


@cache
def guesses() -> dict[str, dict[str, Any]]:
    """All of them by name: `value`, `says` (in Chinese), `source`, `how` to try it, `state`."""
    kept: dict[str, dict[str, Any]] = orjson.loads(Path(__file__).with_name("guesses.json").read_bytes())[
        "guesses"
    ]
    return kept


def guess(name: str) -> Any:
    """The value that we go by."""
    return guesses()[name]["value"]
