"""What the parts of the checker share: the definition that they look at, and the faults that they find (H07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.core.fields import Described
from models.tasks.flow.definition import END_APPROVED, END_REFUSED
from models.tasks.subjects import Served


@dataclass(frozen=True)
class FlowFault:
    """One fault. `path` leads to it in the definition (`steps.1.who.0`), `sentence` says what to do."""

    path: str
    sentence: str


class Look:
    """A definition of a kind that is looked at."""

    def __init__(self, definition: Mapping[str, Any], served: Served) -> None:
        self.served = served
        self.steps: list[Any] = list(definition["steps"])
        self.faults: list[FlowFault] = []
        self.keys = [str(step.get("key")) for step in self.steps if isinstance(step, Mapping)]
        self.fields = served.fields()

    @cached_property
    def inputs(self) -> Mapping[str, Described]:
        """What outcomes of the kind may ask for."""
        return self.served.inputs(None)

    def fault(self, path: str, sentence: str) -> None:
        """Note a fault."""
        self.faults.append(FlowFault(path, sentence))

    def target(self, path: str, to: Any, others: Sequence[str]) -> None:
        """Check that a `next` leads somewhere: a step, an end, or one of `others`."""
        if to is None or to in (*self.keys, END_APPROVED, END_REFUSED, *others):
            return
        self.fault(path, "下一步指着的步骤已经没有了，请重新选择")
