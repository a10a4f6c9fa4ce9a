"""Which transitions of its own table a subject can make from where in a flow (H07).

The flow is walked with every state that the subject may have at every step: on the way on, sent up, sent back, past
steps that a condition skips. What is found is never less than what happens: what can't be from any state found can
never be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from models.core.fields import Choice
from models.core.records import Transitions
from models.tasks.flow.checks.faults import FlowFault, Look
from models.tasks.flow.checks.graph import leads
from models.tasks.flow.conditions import Typed, met
from models.tasks.flow.definition import (
    BACK,
    END_APPROVED,
    END_REFUSED,
    NEXT,
    NOTIFY,
    UP,
    Flowchart,
    StepDefinition,
    StepOutcome,
)
from models.tasks.subjects import Served

#: A step, and the state of the subject when the case comes to it.
At = tuple[str, str]


def check_states(look: Look) -> None:
    """Note every outcome whose transition is impossible whenever its step is reached."""
    table = look.served.record.transitions
    if table is None:
        return
    walk = Walk({"steps": look.steps}, look.served, table)
    for plan, path, outcome in _moving(walk.chart):
        states = walk.states(plan.key)
        move = table.named(outcome.does)
        if states and not states & set(move.start):
            look.fault(
                path,
                f"走到“{plan.title}”时{look.served.title}只会是{_said(look.served, states)}，不能“{move.title}”"
                f"（{_said(look.served, move.start)}时才能），请改它变成什么，或调整步骤",
            )


def doubtful(definition: Mapping[str, Any], served: Served) -> list[FlowFault]:
    """The outcomes of a faultless definition whose transition is possible at times, and impossible at others."""
    table = served.record.transitions
    if table is None or not served.starts:
        return []
    walk = Walk(definition, served, table, effects=False)
    found = []
    for plan, path, outcome in _moving(walk.chart):
        move = table.named(outcome.does)
        failing = walk.states(plan.key) - set(move.start)
        if failing and failing != walk.states(plan.key):
            found.append(
                FlowFault(
                    path,
                    f"走到“{plan.title}”时{served.title}也可能是{_said(served, failing)}，"
                    f"那时“{outcome.title}”办不成（{_said(served, move.start)}时才能“{move.title}”），请核对",
                )
            )
    return found


def _moving(chart: Flowchart) -> Iterable[tuple[StepDefinition, str, StepOutcome]]:
    """The outcomes that name a transition, each with its step and where it says so."""
    for number, plan in enumerate(chart.plans):
        for place, outcome in enumerate(plan.outcomes if plan.kind != NOTIFY else ()):
            if outcome.does:
                yield plan, f"steps.{number}.outcomes.{place}.does", outcome


def _said(served: Served, states: Iterable[str]) -> str:
    wanted = set(states)
    return "或".join(f"“{choice.title}”" for choice in _choices(served) if choice.value in wanted)


def _choices(served: Served) -> Sequence[Choice]:
    """All states of a kind, in their order."""
    table = served.record.transitions
    assert table is not None
    column: Any = served.fields()[table.field]
    found: Sequence[Choice] = column.options
    return found


class Walk:
    """Everywhere that cases of a flow may come to, and the states of their subjects there."""

    def __init__(
        self, definition: Mapping[str, Any], served: Served, table: Transitions, *, effects: bool = True
    ) -> None:
        self.chart = Flowchart(definition)
        self._served, self._table, self._effects = served, table, effects
        self._found: set[At] = set()
        self._by: At = ("", "")  # the step, and the outcome of it, that is gone on from
        self._ended: dict[At, set[str]] = {}
        starts = served.starts or tuple(choice.value for choice in _choices(served))
        waiting = [at for state in starts for at in self._come(self.chart.plans[0], state)]
        while waiting:
            at = waiting.pop()
            if at not in self._found:
                self._found.add(at)
                waiting += self._after(*at)

    def states(self, key: str) -> set[str]:
        """The states that the subject may have while a step is open."""
        return {state for step, state in self._found if step == key}

    def endings(self) -> Mapping[tuple[str, str], set[str]]:
        """By (step, outcome), the states that the subject may have where the case ends as approved after it."""
        return self._ended

    def may(self, plan: StepDefinition, state: str) -> set[bool]:
        """Whether the condition of a step may be met, may not be, or both, for a subject in a state."""
        return possible(plan.said.get("when"), self._table.field, self._typed(state))

    def _ends(self, state: str) -> None:
        self._ended.setdefault(self._by, set()).add(state)

    def _after(self, key: str, state: str) -> Iterable[At]:
        plan = self.chart.plan(key)
        for outcome in plan.outcomes:
            self._by = (key, outcome.key)
            for became in self._became(outcome, state):
                yield from self._leads(plan, outcome, became)

    def _became(self, outcome: StepOutcome, state: str) -> set[str]:
        """The states that an outcome may leave the subject in; none where it is refused."""
        found = {state}
        if outcome.does:
            move = self._table.named(outcome.does)
            found = {move.to} if state in move.start else set()
        effect = self._served.effects.get(outcome.effect) if self._effects else None
        for name in effect.moves if effect is not None else ():
            move = self._table.named(name)
            found |= {move.to for each in found if each in move.start}
        return found

    def _leads(self, plan: StepDefinition, outcome: StepOutcome, state: str) -> Iterable[At]:
        if outcome.to in (END_APPROVED, END_REFUSED):
            if outcome.to == END_APPROVED:
                self._ends(state)
            return
        if outcome.to == NEXT:
            yield from self._come(self.chart.after(plan), state)
        elif outcome.to == UP:
            yield plan.key, state
        else:
            # A return without a transition leads the subject back to a state that it had there: that was found already.
            if outcome.does:
                yield from ((key, state) for key in self._before(plan, outcome.to))
            if outcome.to != BACK:
                yield from self._come(self.chart.plan(outcome.to), state)

    def _before(self, plan: StepDefinition, to: str) -> set[str]:
        """The steps that a return may lead to: the one that is named, or any on the way here, if it lies on the way."""
        earlier = {key for key in self._leading if plan.key in self._leading[key]} - {plan.key}
        people = {key for key in earlier if self.chart.plan(key).kind != NOTIFY}
        return people if to == BACK else people & {to}

    @cached_property
    def _leading(self) -> dict[str, set[str]]:
        """From each step, all steps to which a case may go on."""
        return leads(self.chart)

    def _come(self, plan: StepDefinition | None, state: str) -> Iterable[At]:
        """Where a case may stand when it comes to a step: there, or behind it where its condition may not be met."""
        passed: set[str] = set()
        waiting = [plan]
        while waiting:
            at = waiting.pop()
            if at is None:
                self._ends(state)
                continue
            if at.key in passed:
                continue
            passed.add(at.key)
            may = self.may(at, state)
            if False in may:
                waiting.append(self.chart.after(at))
            if True in may and at.kind != NOTIFY:
                yield at.key, state
            elif True in may and at.said.get("next") != END_REFUSED:
                waiting.append(self._told(at))

    def _told(self, plan: StepDefinition) -> StepDefinition | None:
        """Where a notice goes on to."""
        to = plan.said.get("next")
        if to == END_APPROVED:
            return None
        return self.chart.plan(to) if to and to != NEXT else self.chart.after(plan)

    def _typed(self, state: str) -> Typed:
        return Typed({self._table.field: state}, self._served.fields())


def possible(condition: Any, field: str, subject: Typed) -> set[bool]:
    """Whether a condition may be met, may not be, or both, where nothing but `field` is known of the subject."""
    if not condition:
        return {True}
    for word, decides in (("all", False), ("any", True)):
        if word in condition:
            parts = [possible(part, field, subject) for part in condition[word]]
            found = {decides} if any(decides in part for part in parts) else set()
            return found | ({not decides} if all((not decides) in part for part in parts) else set())
    return {met(condition, subject)} if condition["field"] == field else {True, False}
