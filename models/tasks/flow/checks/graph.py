"""Where the steps of a flow lead (H07): one that nothing leads to, one from which there is no end, a circle by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.tasks.flow.checks.faults import Look
from models.tasks.flow.definition import (
    BACK,
    END_APPROVED,
    END_REFUSED,
    NEXT,
    NOTIFY,
    UP,
    Flowchart,
    StepDefinition,
)

_END = ""  # where a case is over
_ENDS = (END_APPROVED, END_REFUSED)


def check_graph(look: Look) -> None:
    """Note where the steps, each whole by itself, do not make a flow."""
    chart = Flowchart({"steps": look.steps})
    ways = {plan.key: set(_ways(chart, plan)) for plan in chart.plans}
    reached = _from(chart.plans[0].key, ways)
    ending = _from(_END, _turned(ways))
    for plan in chart.plans:
        path = f"steps.{plan.position - 1}"
        if plan.key not in reached:
            look.fault(path, f"没有步骤会走到“{plan.title}”，请让某一步的结果通向它，或删掉它")
        elif plan.key not in ending:
            look.fault(path, f"走到“{plan.title}”以后永远不会结束，请让某个结果通向结束")
    _check_circles(look, chart)


def leads(chart: Flowchart) -> dict[str, set[str]]:
    """From each step, the keys of all that a case may go on to, over as many steps as it takes."""
    ways = {plan.key: set(_ways(chart, plan)) for plan in chart.plans}
    return {key: set().union(*(_from(to, ways) for to in onward)) for key, onward in ways.items()}


def _ways(chart: Flowchart, plan: StepDefinition) -> Iterable[str]:
    """The keys that a step may lead to. Sending up and back lead to where the case is or was anyway."""
    following = chart.after(plan)
    after = following.key if following is not None else _END
    if plan.said.get("when"):
        yield after
    if plan.kind == NOTIFY:
        yield _key(str(plan.said.get("next") or NEXT), after)
    for outcome in plan.outcomes:
        if outcome.to not in (UP, BACK):
            yield _key(outcome.to, after)


def _key(to: str, after: str) -> str:
    return after if to == NEXT else _END if to in _ENDS else to


def _from(start: str, ways: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for key in ways.get(waiting.pop(), set()) - found:
            found.add(key)
            waiting.append(key)
    return found


def _turned(ways: Mapping[str, set[str]]) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {}
    for key, leads in ways.items():
        for to in leads:
            back.setdefault(to, set()).add(key)
    return back


def _check_circles(look: Look, chart: Flowchart) -> None:
    """A circle of steps that may all pass without anybody doing anything would go on for ever."""
    by_itself: dict[str, set[str]] = {}
    for plan in chart.plans:
        following = chart.after(plan)
        after = following.key if following is not None else _END
        leads: set[str] = set()
        if plan.said.get("when"):
            leads.add(after)
        if plan.kind == NOTIFY:
            leads.add(_key(str(plan.said.get("next") or NEXT), after))
        by_itself[plan.key] = leads
    for plan in chart.plans:
        onward: set[Any] = set()
        for key in by_itself[plan.key]:
            onward |= _from(key, by_itself)
        if plan.kind == NOTIFY and plan.key in onward:
            look.fault(
                f"steps.{plan.position - 1}.next",
                f"从“{plan.title}”会不经任何人又回到它自己，请改它的下一步",
            )
