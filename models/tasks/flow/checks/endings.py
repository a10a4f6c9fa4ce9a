"""A flow that ends as approved must have made its subject so (H07): else the case is over and the thing waits for ever.

The flow is walked once for every combination of values at which one of its conditions turns, so that two steps of which
always one applies are not taken for a gap between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

from models.core.errors import Malformed
from models.core.records import Transitions
from models.tasks.flow.checks.faults import Look
from models.tasks.flow.checks.transitions import Walk
from models.tasks.flow.conditions import BARE, OPS, ORDERED, Typed, met
from models.tasks.flow.definition import StepDefinition
from models.tasks.subjects import Served

#: So many combinations, and so many values that are compared in all of them: past these the rest is not looked at.
_MOST, _MOST_COMPARED = 2_000, 400_000
Values = Mapping[str, Any]


def check_endings(look: Look) -> None:
    """Note every outcome after which the case ends as approved while its subject is something else."""
    table, wanted = look.served.record.transitions, set(look.served.approved)
    if table is None or not wanted:
        return
    wrong: dict[tuple[str, str], list[tuple[set[str], Values]]] = {}
    tried = list(samples(look.steps, look.served, table.field))
    for values in tried:
        for by, states in _Concrete({"steps": look.steps}, look.served, table, values).endings().items():
            if not states & wanted:
                wrong.setdefault(by, []).append((states, values))
    for by, found in wrong.items():
        states, values = found[0]
        _fault(look, by, states, {} if len(found) == len(tried) else values, wanted)


def _fault(look: Look, by: tuple[str, str], states: set[str], values: Values, wanted: set[str]) -> None:
    noun, known = look.served.title, _titles(look.served)
    there = "或".join(f"“{known[state]}”" for state in known if state in states)
    good = "或".join(f"“{known[state]}”" for state in known if state in wanted)
    path, after = _place(look, by)
    when = _case(look, values)
    look.fault(
        path,
        f"{after}流程以“通过”结束{when}，{noun}却还是{there}，会一直停在那里。请在它或前面的结果里把{noun}变成{good}，"
        "或改成以“未通过”结束",
    )


def _place(look: Look, by: tuple[str, str]) -> tuple[str, str]:
    for number, step in enumerate(look.steps):
        if step.get("key") != by[0]:
            continue
        for place, outcome in enumerate(step.get("outcomes") or ()):
            if outcome.get("key") == by[1]:
                return f"steps.{number}.outcomes.{place}.next", f"选“{outcome.get('title')}”后"
        return f"steps.{number}", f"过了“{step.get('title')}”后"
    return "steps", "没有一步要办，"


def _case(look: Look, values: Values) -> str:
    """What must be so for it, in words; nothing where it is always so."""
    parts = [f"{look.fields[name].title}{_said(look.fields[name], value)}" for name, value in values.items()]
    return f"（比如{'、'.join(parts)} 时）" if parts else ""


def _said(field: Any, value: Any) -> str:
    if value in (None, "", []):
        return "没有填写"
    if field.kind in ("reference", "references"):
        return "已填写"  # an id tells nobody anything
    choices = {choice["value"]: choice["title"] for choice in field.describe().get("choices", ())}
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"是“{choices.get(value, value)}”" if isinstance(value, str) else f"是 {value}"


def _titles(served: Served) -> dict[str, str]:
    table = served.record.transitions
    assert table is not None
    column: Any = served.fields()[table.field]
    return {choice.value: choice.title for choice in column.options}


class _Concrete(Walk):
    """The walk of a subject of which these values are known: each condition is met, or is not."""

    def __init__(self, definition: Any, served: Served, table: Transitions, values: Values) -> None:
        self._values = values
        super().__init__(definition, served, table)

    def may(self, plan: StepDefinition, state: str) -> set[bool]:
        """Whether the step applies."""
        subject = Typed({**self._values, self._table.field: state}, self._served.fields())
        return {met(plan.said.get("when"), subject)}


def samples(steps: Sequence[Mapping[str, Any]], served: Served, state: str) -> Iterable[Values]:
    """Values of the fields that conditions of steps name, but the state: every combination at which one may turn."""
    found: dict[str, list[Any]] = {}
    compared = 0
    for step in steps:
        for one in _comparisons(step.get("when")):
            compared += len(one["value"]) if one["op"] == "in" else 1
            if one["field"] != state:
                found.setdefault(one["field"], [None]).extend(_near(served.fields()[one["field"]], one))
    kept = {name: list({repr(value): value for value in values}.values()) for name, values in found.items()}
    most = min(_MOST, max(1, _MOST_COMPARED // max(1, compared)))
    for combination in islice(product(*kept.values()), most):
        yield dict(zip(kept, combination, strict=True))


def _comparisons(condition: Any) -> Iterable[Mapping[str, Any]]:
    if not condition:
        return
    for word in ("all", "any"):
        if word in condition:
            for part in condition[word]:
                yield from _comparisons(part)
            return
    assert condition["op"] in OPS
    yield condition


def _near(field: Any, one: Mapping[str, Any]) -> list[Any]:
    """Values of a field on both sides of a comparison."""
    if one["op"] in BARE:
        return [_any_value(field)]
    wanted = one["value"] if one["op"] == "in" else [one["value"]]
    values = []
    for each in wanted:
        try:
            values.append(field.clean(each))
        except Malformed:  # a comparison that can't be met; the checker of conditions says so
            continue
    if one["op"] in ORDERED:
        return [near for value in values for near in (_step(value, -1), value, _step(value, 1))]
    return [*values, *([_any_value(field)] if one["op"] in ("eq", "ne", "in") else [])]


def _step(value: Any, by: int) -> Any:
    if isinstance(value, (date, datetime)):
        return value + timedelta(days=by)
    return value + (Decimal(by) / 100 if isinstance(value, Decimal) else by)


def _any_value(field: Any) -> Any:
    """Some value that a field may have, and that no condition is likely to name."""
    if field.kind == "flag":
        return False
    if field.kind in ("integer", "number"):
        return 1
    if field.kind in ("choice", "choices"):
        return field.describe()["choices"][-1]["value"]
    return 1 if field.kind in ("reference", "references") else "…"


__all__ = ["check_endings", "samples"]
