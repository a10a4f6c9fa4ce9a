"""A flow that ends as approved and leaves its subject as it was is not published (H07)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.tasks import subjects
from models.tasks.flow.checks.check import check
from models.tasks.flow.checks.endings import samples
from models.tasks.subjects import served_kind
from tests.models.tasks.things import THINGS

WHO = [{"by": "starter"}]
Said = dict[str, Any]
HIGH: Said = {"field": "amount", "op": "ge", "value": 5}
LOW: Said = {"field": "amount", "op": "lt", "value": 5}


@pytest.fixture(autouse=True)
def things(served: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Things set out as new ones, and are good when they are approved."""
    monkeypatch.setitem(subjects._served, "thing", replace(THINGS, starts=("new",), approved=("good",)))


def step(key: str, *outcomes: Said, **said: Any) -> Said:
    return {"key": key, "title": f"步骤{key}", "who": WHO, "outcomes": list(outcomes), **said}


def to(target: str, does: str = "", key: str = "yes", **said: Any) -> Said:
    return {"key": key, "title": f"结果{key}", "next": target, **({"does": does} if does else {}), **said}


def faults(*steps: Said, kind: str = "thing") -> list[tuple[str, str]]:
    return [(one.path, one.sentence) for one in check({"steps": list(steps)}, served_kind(kind))]


GOOD = to("end:approved", "praise")
NO = to("end:refused", "", "no", comment="required")


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([step("a", to("end:approved"))], "steps.0.outcomes.0.next"),
        ([step("a", to("next"))], "steps.0.outcomes.0.next"),
        ([step("a", to("next", "work"), NO), step("b", to("end:approved"))], "steps.1.outcomes.0.next"),
        # The step that would have done it does not apply to small amounts.
        ([step("a", to("next")), step("b", GOOD, when=HIGH)], "steps.0.outcomes.0.next"),
        ([step("a", GOOD, when=HIGH)], "steps"),
        ([step("a", to("next")), step("b", GOOD, when={"field": "level", "op": "eq", "value": "high"})], "steps.0.outcomes.0.next"),
        ([step("a", to("next")), step("b", GOOD, when={"field": "urgent", "op": "eq", "value": True})], "steps.0.outcomes.0.next"),
        ([step("a", to("next")), step("b", GOOD, when={"field": "helper", "op": "filled"})], "steps.0.outcomes.0.next"),
        ([step("a", to("next")), {"key": "b", "title": "抄送", "kind": "notify", "who": WHO}], "steps.0.outcomes.0.next"),
        # There is a second way to an approved end.
        ([step("a", GOOD, to("end:approved", "", "soso"), NO)], "steps.0.outcomes.1.next"),
    ],
)  # fmt: skip
def test_it_is_a_fault_where_nothing_makes_it_so(steps: list[Said], path: str) -> None:
    ((where, sentence),) = faults(*steps)
    assert where == path
    assert "“通过”结束" in sentence and "“好”" in sentence and "一直停在那里" in sentence


@pytest.mark.parametrize(
    "steps",
    [
        [step("a", GOOD, NO)],
        [step("a", to("next", "praise")), {"key": "b", "title": "抄送", "kind": "notify", "who": WHO}],
        [step("a", to("next", "work")), step("b", GOOD, to("back", "", "back"))],
        # Of these two always one applies.
        [step("a", to("next")), step("b", GOOD, when=HIGH), step("c", GOOD, when={"any": [LOW, {"field": "amount", "op": "empty"}]})],
        [step("a", to("next"), NO, when=HIGH), step("b", GOOD)],
        [step("a", GOOD, to("end:refused", "blame", "no"))],
    ],
)  # fmt: skip
def test_it_is_none_where_it_becomes_so_on_every_way(steps: list[Said]) -> None:
    assert faults(*steps) == []


def test_the_sentence_names_when(served: None) -> None:
    ((_, sentence),) = faults(
        step("a", to("next")), step("b", GOOD, when=HIGH), step("c", GOOD, when={"field": "amount", "op": "empty"})
    )  # fmt: skip
    assert "（比如数量是 4 时）" in sentence
    ((_, sentence),) = faults(
        step("a", to("next")), step("b", GOOD, when={"field": "helper", "op": "empty"}), step("c", to("next"))
    )
    assert "（比如协办人已填写 时）" in sentence, "no id stands for a person"


def test_where_it_is_always_so_no_case_is_named(served: None) -> None:
    ((_, sentence),) = faults(step("a", to("next"), when=HIGH), step("b", to("end:approved")))
    assert "比如" not in sentence


@pytest.mark.parametrize("kind", ["hazard", "extension", "investment_plan", "errand"])
def test_of_every_kind_an_approval_that_does_nothing_stops_publishing(kind: str) -> None:
    ((_, sentence),) = faults(step("a", to("end:approved"), NO), kind=kind)
    assert "“通过”结束" in sentence


@pytest.mark.parametrize(("wordy", "most"), [(1, 2_000), (200, 200), (40_000, 1)])
def test_the_more_a_flow_compares_the_fewer_of_its_cases_are_walked(wordy: int, most: int) -> None:
    """Who may read flows may have one checked, and one check must not hold a thread of the server for minutes."""
    names = {"field": "name", "op": "in", "value": [f"件{number}" for number in range(wordy)]}
    steps = [step(f"s{place}", GOOD, when={"all": [HIGH, LOW, names]}) for place in range(10)]
    walked = len(list(samples(steps, served_kind("thing"), "state")))
    assert 1 <= walked <= most
    assert walked * len(steps) * (wordy + 2) <= 450_000
