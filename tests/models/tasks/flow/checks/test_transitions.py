"""What the checker says of transitions: impossible is impossible at run time, doubtful may fail (H07)."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from models.core.db.connection import in_transaction
from models.core.errors import AnbanError
from models.tasks import subjects
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.decide import decide
from models.tasks.engine.start import start
from models.tasks.flow.builtin import built_in_flows
from models.tasks.flow.checks.check import check, doubtful
from models.tasks.flow.checks.transitions import Walk, possible
from models.tasks.flow.conditions import Typed
from models.tasks.records import Case, CaseStep, Task
from models.tasks.subjects import served_kind
from tests.models.tasks import random_flows
from tests.models.tasks.things import THINGS, Thing
from tests.models.tasks.units import Unit
from tests.support.properties import tries

WHO = [{"by": "starter"}]
Said = dict[str, Any]


@pytest.fixture
def new_things(served: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Things set out as new ones, and in no other state."""
    monkeypatch.setitem(subjects._served, "thing", replace(THINGS, starts=("new",)))


def step(key: str, *outcomes: Said, **said: Any) -> Said:
    return {"key": key, "title": f"步骤{key}", "who": WHO, "outcomes": list(outcomes), **said}


def to(target: str, does: str = "", key: str = "yes", **said: Any) -> Said:
    return {"key": key, "title": f"结果{key}", "next": target, **({"does": does} if does else {}), **said}


def faults(*steps: Said) -> list[tuple[str, str]]:
    found = check({"steps": list(steps)}, served_kind("thing"))
    return [(fault.path, fault.sentence) for fault in found]


def doubts(*steps: Said) -> list[str]:
    definition = {"steps": list(steps)}
    assert not check(definition, served_kind("thing"))
    return [fault.path for fault in doubtful(definition, served_kind("thing"))]


def test_the_shipped_flows_make_every_transition_they_name(unit: Unit) -> None:
    for said in built_in_flows():
        kind = served_kind(said["kind"])
        assert kind.starts, said["kind"]
        assert not check(said["definition"], kind) and not doubtful(said["definition"], kind)


def test_of_every_kind_the_states_it_starts_in_are_known(served: None) -> None:
    for kind in subjects.all_served():
        table = kind.record.transitions
        known = (
            set() if table is None else {state for move in table.items for state in (*move.start, move.to)}
        )
        assert set(kind.starts) <= known and set(kind.approved) <= known, kind.kind
        assert bool(kind.starts) == bool(kind.approved) or kind.kind == "thing", (
            "how it must end is known, too"
        )
        moves = {move.name for move in table.items} if table is not None else set()
        for effect in kind.effects.values():
            assert effect.title and set(effect.moves) <= moves
            assert set(effect.needs) <= set(kind.inputs(None)), effect.title


def test_an_impossible_transition_is_named_with_the_states_that_there_are(new_things: None) -> None:
    ((path, sentence),) = faults(step("a", to("next", "praise")), step("b", to("end:approved", "work")))
    assert path == "steps.1.outcomes.0.does"
    assert sentence.startswith("走到“步骤b”时试验事项只会是“好”，不能“办理”（“新”或“办理中”时才能）")


def test_from_the_start_only_the_states_it_sets_out_in_count(new_things: None) -> None:
    assert [path for path, _ in faults(step("a", to("end:approved", "rest")))] == ["steps.0.outcomes.0.does"]
    assert faults(step("a", to("next", "work")), step("b", to("end:approved", "rest"))) == []


def test_a_step_that_may_be_skipped_is_walked_both_ways(new_things: None) -> None:
    maybe = {"field": "amount", "op": "ge", "value": 3}
    last = step("b", to("end:approved", "rest"))
    assert doubts(step("a", to("next", "work"), when=maybe), last) == ["steps.1.outcomes.0.does"]
    # On its own state it is known which way it goes.
    new = {"field": "state", "op": "eq", "value": "new"}
    assert doubts(step("a", to("next", "work"), when=new), last) == []
    good = {"all": [{"field": "state", "op": "eq", "value": "good"}, maybe]}
    assert faults(step("a", to("next", "work"), when=good), last)[0][0] == "steps.1.outcomes.0.does"


def test_what_comes_back_up_or_by_a_notice_is_walked_too(new_things: None) -> None:
    told = step("t", kind="notify")
    del told["outcomes"]
    again = step("b", to("end:approved", "rest"), to("a", "rest", key="again"))
    assert faults(step("a", to("next", "work")), told, again) == []
    # Sent back with a transition of the flow's own, the first step is reached in a state that it never began with.
    bad = step("b", to("end:approved", "rest"), to("a", "blame", key="again"))
    assert doubts(step("a", to("next", "work")), bad) == ["steps.0.outcomes.0.does"]
    # Without one the subject is led back to the state that it had there.
    plain = step("b", to("end:approved", "rest"), to("back", key="again"))
    assert doubts(step("a", to("next", "work")), plain) == []
    above = step(
        "a", to("next", "work"), to("up", "blame", key="up"), who=[{"by": "superior", "of": "starter"}]
    )
    assert doubts(above, step("b", to("end:approved"))) == [
        "steps.0.outcomes.0.does",
        "steps.0.outcomes.1.does",
    ]


def test_what_an_effect_may_do_by_itself_makes_possible_and_raises_no_doubt(
    served: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (errand,) = [said for said in built_in_flows() if said["code"] == "errand"]
    definition = errand["definition"]
    assert Walk(definition, served_kind("errand"), served_kind("errand").record.transitions).states("review") == {
        "reviewing", "done",
    }  # fmt: skip
    assert not doubtful(definition, served_kind("errand"))


def test_conditions_of_which_nothing_is_known_may_go_either_way(served: None) -> None:
    new = Typed({"state": "new"}, THINGS.fields())
    sure, never = ({"field": "state", "op": "eq", "value": value} for value in ("new", "bad"))
    open_ = {"field": "amount", "op": "filled"}
    for condition, expected in (
        (None, {True}), (sure, {True}), (never, {False}), (open_, {True, False}),
        ({"all": [sure, open_]}, {True, False}), ({"all": [never, open_]}, {False}),
        ({"any": [sure, open_]}, {True}), ({"any": [never, open_]}, {True, False}),
        ({"any": [never, {"all": [sure, sure]}]}, {True}),
    ):  # fmt: skip
        assert possible(condition, "state", new) == expected, condition


def walked(chance: Random, unit: Unit) -> Said:
    """A flow that stands but for the transitions that it names."""
    people = [unit.id(name) for name in ("白", "陈")]
    while True:
        definition = random_flows.random_flow(chance, people)
        if all(fault.path.endswith(".does") for fault in check(definition, served_kind("thing"))):
            return definition


seen = {"impossible": 0, "refused": 0}


def test_impossible_is_impossible_at_run_time(unit: Unit, new_things: None, engine: str) -> None:
    unit.above("安", "白")
    unit.above("白", "陈")

    @settings(
        max_examples=tries(50, 150) if engine == "sqlite" else tries(10, 20), deadline=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.integers(0, 2**32 - 1))
    def holds(seed: int) -> None:
        chance = Random(seed)
        definition = walked(chance, unit)
        note(str(definition))
        flow = unit.flow(*definition["steps"], own=definition["own"])
        thing = unit.thing(amount=chance.randint(0, 3), level="high", helper=unit.id("丁"))
        kind = served_kind("thing")
        walk = Walk(definition, kind, Thing.transitions)
        impossible = {fault.path for fault in check(definition, kind)}
        seen["impossible"] += len(impossible)
        case = in_transaction(start, unit.actor("安"), "thing", thing, flow_id=flow.id)
        for _ in range(12):
            if not acts(chance, unit, case, walk, impossible):
                break

    seen.update(impossible=0, refused=0)
    holds()
    # So that the test can fail at all; of the few flows on MariaDB there need not be one.
    assert engine != "sqlite" or (seen["impossible"] > 0 and seen["refused"] > 0), seen


def acts(chance: Random, unit: Unit, case: Case, walk: Walk, impossible: set[str]) -> bool:
    """Somebody decides anything that the walk must have known of; False when nobody is asked."""
    tasks = Task.select().join(CaseStep).where(CaseStep.case == case.id, Task.state == "open")
    turn = CaseTransaction.looking(unit.house(), Case.get_by_id(case.id))
    task = chance.choice(list(tasks.order_by(Task.id)) or [None])
    if task is None:
        return False
    step = turn.step(task.step_id)
    plan = turn.plan(step)
    assert turn.subject_state in walk.states(step.key)
    key = chance.choice([*(one.key for one in plan.outcomes), *(f"back:{each}" for each in turn.path()[:-1])])
    values = {"amount": 2, "level": "low", "note": "说明"}
    outcome = plan.outcome(key)
    filled = {name: values[name] for name in (outcome.needs if outcome else ())}
    name = next(name for name in unit.people if unit.id(name) == task.person_id)
    number = turn.chart.plans.index(plan)
    path = f"steps.{number}.outcomes.{[one.key for one in plan.outcomes].index(key)}.does" if outcome else ""
    note(f"{name} {step.key} {key} in {turn.subject_state}")
    try:
        in_transaction(decide, unit.actor(name), task.id, key, values=filled, comment="意见")
    except AnbanError as error:
        note(f"   {error.code}")
        seen["refused"] += error.code == "wrong_state" and path in impossible
        return True
    now = CaseStep.get_by_id(step.id)
    assert not (now.state in ("done", "returned") and now.outcome == key and path in impossible)
    return True
