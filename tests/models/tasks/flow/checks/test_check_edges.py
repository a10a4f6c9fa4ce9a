"""Each bound of a flow's definition at its edge: the last value that is taken, the first that is not (H07)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.tasks.flow.checks.check import check
from tests.models.tasks.things import THINGS

WHO = [{"by": "starter"}]
CONDITION = {"field": "amount", "op": "ge", "value": 1}


def step(key: str = "one", **said: Any) -> dict[str, Any]:
    return {"key": key, "title": "步骤", "who": WHO, **said}


def outcome(key: str = "yes", **said: Any) -> dict[str, Any]:
    return {"key": key, "title": "是", "next": "end:approved", **said}


def steps(number: int) -> list[Any]:
    return [step(f"s{place}") for place in range(number)]


def outcomes(number: int) -> list[Any]:
    return [step(outcomes=[outcome(f"o{place}") for place in range(number)])]


def of_step(name: str) -> Callable[[Any], list[Any]]:
    return lambda value: [step(**{name: value})]


def of_outcome(name: str) -> Callable[[Any], list[Any]]:
    return lambda value: [step(outcomes=[outcome(**{name: value})])]


def timed(name: str) -> Callable[[Any], list[Any]]:
    return lambda value: [step(hours=4, **{name: value})]


def rung(value: Any) -> list[Any]:
    return [step(hours=4, ladder=[{"after": value, "who": WHO}])]


def nested(depth: int) -> list[Any]:
    condition: dict[str, Any] = CONDITION
    for _ in range(depth):
        condition = {"all": [condition]}
    return [step(when=condition)]


def person(number: Any) -> list[Any]:
    return [step(who=[{"by": "post", "id": number}])]


def level(number: Any) -> list[Any]:
    return [step(who=[{"by": "grid_owner", "level": number}])]


CASES: list[tuple[str, Callable[[Any], list[Any]], list[Any], list[Any]]] = [
    ("steps", steps, [1, 60], [0, 61]),
    ("steps.0.key", of_step("key"), ["a", "a" * 30, "a-1_b"], ["a" * 31, "A", "1a", "", None, 7]),
    ("steps.0.title", of_step("title"), ["字", "字" * 40], ["字" * 41, "  ", "", 7]),
    ("steps.0.kind", of_step("kind"), ["approve", "fill"], ["think", ""]),
    ("steps.0.hours", of_step("hours"), [0.1, 1, 8760], [0, 0.09, 8760.5, True, "4"]),
    ("steps.0.remind", timed("remind"), [[0.1], [24, 8760], []], [[0], [4, 8761], "4", [True]]),
    ("steps.0.ladder.0", rung, [0, 8760], [-0.1, 8761, "1", True]),
    ("steps.0.ladder", timed("ladder"), [[]], ["x", {"after": 1}]),
    ("steps.0.outcomes", outcomes, [1, 8], [0, 9]),
    ("steps.0.outcomes.0.key", of_outcome("key"), ["a" * 30], ["a" * 31, "A", 7]),
    ("steps.0.outcomes.0.title", of_outcome("title"), ["字" * 20], ["字" * 21, " ", 7]),
    ("steps.0.outcomes.0.comment", of_outcome("comment"), [None, "none", "required"], ["long", True]),
    ("steps.0.outcomes.0.needs.0", of_outcome("needs"), [["*"], ["level"], ["pictures"]], [["gone"], [7]]),
    ("steps.0.outcomes.0.optional", of_outcome("optional"), [["wish"]], ["wish", 7]),
    ("steps.0.outcomes.0.next", of_outcome("next"), [None, "one"], ["end:refused", "up", "back", "gone"]),
    ("steps.0.outcomes.0.does", of_outcome("does"), ["praise", None], ["fly"]),
    ("steps.0.outcomes.0.effect", of_outcome("effect"), ["count", None], ["boom"]),
    ("steps.0.who.0.level", level, [0, 5], [-1, 6, True]),
    ("steps.0.who.0.id", person, [7], ["7", True]),
    ("steps.0.when", lambda value: [step(when=value)], [CONDITION, {"any": [CONDITION]}], [
        "?", {"any": []}, {"all": "x"}, {"all": [CONDITION], "field": "amount"},
    ]),
    ("steps.0.when.value", lambda value: [step(when={"field": "level", "op": "in", "value": value})], [
        ["low"], ["low", "high"],
    ], ["low", [], ["low", "mid"], None]),
    ("steps.0.when.op", lambda op: [step(when={"field": "amount", "op": op, "value": 1})], ["lt", "empty"], ["x", None]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "make", "taken", "refused"), CASES, ids=[case[0] for case in CASES])
def test_the_last_that_is_taken_and_the_first_that_is_not(
    path: str, make: Callable[[Any], list[Any]], taken: list[Any], refused: list[Any]
) -> None:
    def at_fault(value: Any) -> bool:
        return path in {fault.path for fault in check({"steps": make(value)}, THINGS)}

    assert [value for value in taken if at_fault(value)] == []
    assert [value for value in refused if not at_fault(value)] == []


def test_conditions_in_conditions_go_five_deep() -> None:
    assert check({"steps": nested(5)}, THINGS) == check({"steps": nested(0)}, THINGS)
    assert check({"steps": nested(6)}, THINGS)[0].path == "steps.0.when" + ".all.0" * 6


def test_a_step_is_timed_before_it_is_reminded_of() -> None:
    for said in ({"remind": [4]}, {"ladder": [{"after": 1, "who": WHO}]}):
        assert "steps.0.hours" in {fault.path for fault in check({"steps": [step(**said)]}, THINGS)}
        timed_steps = [step(hours=8, **said)]
        assert "steps.0.hours" not in {fault.path for fault in check({"steps": timed_steps}, THINGS)}


def test_whose_step_it_was_must_have_been_done_by_somebody() -> None:
    def faults(who: dict[str, Any], *, ladder: bool = False) -> set[str]:
        second = (
            step("two", hours=4, ladder=[{"after": 1, "who": [who]}]) if ladder else step("two", who=[who])
        )
        notice = step("told", kind="notify")
        found = check({"steps": [step(), notice, second]}, THINGS)
        return {fault.path.removeprefix("steps.2.") for fault in found}

    assert "who.0.step" not in faults({"by": "doer", "step": "one"})
    assert "who.0.step" in faults({"by": "doer", "step": "told"})
    assert "who.0.step" in faults({"by": "doer", "step": "gone"})
    assert "who.0.of" not in faults({"by": "superior", "of": "starter"})
    assert "who.0.of" not in faults({"by": "superior", "of": "one"})
    assert "who.0.of" in faults({"by": "superior", "of": "holder"})
    assert "who.0.of" in faults({"by": "superior", "of": "told"})
    assert faults({"by": "superior", "of": "holder"}, ladder=True) == faults({"by": "holder"}, ladder=True)
    assert "who.0" in faults({"by": "holder"}) and "ladder.0.who.0" not in faults(
        {"by": "holder"}, ladder=True
    )
    assert "who.0.name" not in faults({"by": "field", "name": "helper"})
    assert {"who.0.name"} <= faults({"by": "field", "name": "site"}) & faults({"by": "field", "name": "name"})
