"""A flow's definition as the engine reads it (docs/tasks.md): what was published, and so was checked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.core.errors import Conflict

Definition = Mapping[str, Any]

APPROVE, FILL, NOTIFY = "approve", "fill", "notify"
ANY, ALL, ORDER = "any", "all", "order"
ENDS, MAJORITY, NOTED = "ends", "majority", "noted"
NEXT, UP, BACK, RETURN = "next", "up", "back", "back:"
END_APPROVED, END_REFUSED = "end:approved", "end:refused"
OWN_UP, OWN_ALLOW, OWN_SKIP = "up", "allow", "skip"

AGREE: Definition = {"key": "agree", "title": "同意", "style": "primary"}
REFUSE: Definition = {
    "key": "refuse", "title": "不同意", "style": "danger", "comment": "required", "next": END_REFUSED,
}  # fmt: skip
SUBMIT: Definition = {"key": "submit", "title": "提交", "style": "primary"}
DEFAULTS: Mapping[str, Sequence[Definition]] = {APPROVE: (AGREE, REFUSE), FILL: (SUBMIT,), NOTIFY: ()}


@dataclass(frozen=True)
class StepOutcome:
    """One way in which a task may end. `first` is the one that passes; `refusal` counts as a no in 会签."""

    key: str
    title: str
    to: str
    first: bool = False
    style: str = ""
    comment: str = "optional"  # none, optional, required
    needs: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    does: str = ""
    effect: str = ""
    restart: bool = False
    refusal: bool = False


def outcome_of(said: Definition, first: bool) -> StepOutcome:
    """An outcome from its JSON."""
    to = str(said.get("next") or NEXT)
    return StepOutcome(
        key=said["key"],
        title=said.get("title") or said["key"],
        to=to,
        first=first,
        style=said.get("style") or ("primary" if first else ""),
        comment=said.get("comment") or "optional",
        needs=tuple(said.get("needs") or ()),
        optional=tuple(said.get("optional") or ()),
        does=said.get("does") or "",
        effect=said.get("effect") or "",
        restart=bool(said.get("restart")),
        refusal=bool(said.get("refusal", not first and to == END_REFUSED)),
    )


@dataclass(frozen=True)
class StepDefinition:
    """One step of a definition; `position` counts from 1."""

    said: Definition
    position: int

    @property
    def key(self) -> str:
        return str(self.said["key"])

    @property
    def title(self) -> str:
        return str(self.said.get("title") or self.key)

    @property
    def kind(self) -> str:
        return str(self.said.get("kind") or APPROVE)

    @property
    def rule(self) -> str:
        return str(self.said.get("rule") or ANY)

    @property
    def refusal(self) -> str:
        return str(self.said.get("refusal") or ENDS)

    @property
    def who(self) -> Sequence[Definition]:
        return self.said.get("who") or ()

    @cached_property
    def outcomes(self) -> tuple[StepOutcome, ...]:
        """What may be decided, the passing one first."""
        said = self.said.get("outcomes") or DEFAULTS[self.kind]
        return tuple(outcome_of(item, number == 0) for number, item in enumerate(said))

    def outcome(self, key: str) -> StepOutcome | None:
        """The outcome called `key`."""
        return next((item for item in self.outcomes if item.key == key), None)


class Flowchart:
    """The steps of a definition, in order, by key."""

    def __init__(self, definition: Definition) -> None:
        self.said = definition
        self.plans = tuple(StepDefinition(said, number) for number, said in enumerate(definition["steps"], 1))
        self._by_key = {plan.key: plan for plan in self.plans}

    def plan(self, key: str) -> StepDefinition:
        """The step called `key`. Raises Conflict where a caller names one that is not there."""
        if key not in self._by_key:
            raise Conflict(
                "流程里没有这一步", code="no_such_step", cause=f"没有步骤“{key[:40]}”", advice="请刷新后再试"
            )
        return self._by_key[key]

    def after(self, plan: StepDefinition) -> StepDefinition | None:
        """The step that follows, None after the last."""
        return self.plans[plan.position] if plan.position < len(self.plans) else None

    def own(self, plan: StepDefinition) -> str:
        """What becomes of an approver who is the starter."""
        return str(plan.said.get("own") or self.said.get("own") or OWN_UP)
