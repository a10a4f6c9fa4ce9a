"""What is wrong with a flow before anybody has to walk it (H07): every fault, where it is, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.tasks.serving import Served


@dataclass(frozen=True)
class Fault:
    """One fault. `path` leads to it in the definition (`steps.1.who.0`), `sentence` says what to do."""

    path: str
    sentence: str


def check(definition: Mapping[str, Any], served: Served) -> list[Fault]:
    """Every fault of a definition for a kind; empty when it may be published."""
    from models.tasks.checker import Checker

    return Checker(definition, served).run()
