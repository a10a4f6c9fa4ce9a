"""“谁会收到？”: a flow tried before it is published, on a row or on values that somebody typed (H07)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid, NotFound
from models.core.fields import moment_text
from models.tasks.flow.preview import try_flow
from models.tasks.records import Case, Task
from tests.models.tasks.units import Unit, approve

BIG = {"field": "amount", "op": "gt", "value": 5}


def tried(
    unit: Unit, *steps: dict[str, Any], on: Any = None, by: str = "管", **said: Any
) -> list[dict[str, Any]]:
    subject = {"name": "试"} if on is None else on
    return in_transaction(
        try_flow, unit.actor(by, "console"), {"steps": list(steps), **said}, "thing", subject, write=False
    )


def names(people: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in people]


def test_a_step_that_would_be_skipped_asks_nobody_and_tells_nobody(unit: Unit) -> None:
    copies = [{"by": "person", "id": unit.id("高")}]
    step = approve("a", unit.id("白"), when=BIG, copies=copies, hours=2)
    last = approve("z", unit.id("陈"))
    small, _ = tried(unit, step, last, on={"amount": "5"})
    assert (small["skipped"], small["who"], small["copies"], small["nobody"], small["due"]) == (
        True, [], [], False, None,
    )  # fmt: skip
    big, _ = tried(unit, step, last, on={"amount": "6"})
    assert (big["skipped"], names(big["who"]), names(big["copies"]), big["nobody"]) == (
        False,
        ["白"],
        ["高"],
        False,
    )
    assert big["due"] == moment_text(now() + timedelta(hours=2))
    assert Task.select().count() == Case.select().count() == 0


def test_a_step_without_anybody_says_so_and_a_notice_is_told_to_any_company(unit: Unit) -> None:
    stranger = [{"by": "person", "id": unit.id("外")}]
    ask = {"key": "a", "title": "批", "kind": "approve", "who": stranger}
    notice = {"key": "n", "title": "通知", "kind": "notify", "who": stranger}
    asked, told = tried(unit, ask, notice)
    assert (asked["who"], asked["nobody"]) == ([], True), "another company's people decide nothing here"
    assert (names(told["who"]), told["nobody"]) == (["外"], False)


def test_whoever_tries_is_the_starter_and_the_first_of_a_step_did_it(unit: Unit) -> None:
    unit.above("管", "高")
    unit.above("白", "冯")
    steps = (
        approve("a", unit.id("管")), approve("b", unit.id("白"), unit.id("陈")),
        {"key": "c", "title": "上级", "kind": "approve", "who": [{"by": "superior", "of": "b"}]},
        {"key": "n", "title": "通知", "kind": "notify", "who": [{"by": "person", "id": unit.id("丁")}]},
        {"key": "d", "title": "回办", "kind": "fill", "who": [{"by": "doer", "step": "b"}]},
    )  # fmt: skip
    found = {step["step"]: names(step["who"]) for step in tried(unit, *steps)}
    assert found == {"a": ["高"], "b": ["白", "陈"], "c": ["冯"], "n": ["丁"], "d": ["白"]}
    assert names(tried(unit, *steps, own="allow")[0]["who"]) == ["管"]


def test_of_somebody_without_a_file_in_the_unit_nobody_is_the_starter(unit: Unit) -> None:
    thing = unit.thing()
    step = {"key": "a", "title": "办", "kind": "fill", "who": [{"by": "starter"}]}
    assert names(tried(unit, step, on=thing.id)[0]["who"]) == ["管"]
    found = in_transaction(try_flow, unit.administrator(), {"steps": [step]}, "thing", thing.id, write=False)
    assert found[0]["who"] == [] and found[0]["nobody"]


def test_a_deadline_may_stand_in_the_form(unit: Unit) -> None:
    step = approve("a", unit.id("白"), due="created_at", hours=9)
    thing = unit.thing()
    assert tried(unit, step, on=thing.id)[0]["due"] == moment_text(thing.created_at)
    assert tried(unit, step, on={"name": "还没有"})[0]["due"] is None, (
        "where the form says none there is none"
    )


def test_values_are_read_as_the_form_reads_them_each_fault_at_its_field(unit: Unit) -> None:
    step = approve("a", unit.id("白"), when=BIG)
    always = approve("z", unit.id("陈"))
    with pytest.raises(Invalid) as refused:
        tried(unit, step, always, on={"amount": "许多", "gone": 1, "name": "好"})
    assert set(refused.value.fields) == {"amount", "gone"} and refused.value.fields["gone"] == "没有这一项"
    assert tried(unit, step, always, on={"amount": None})[0]["skipped"], (
        "an empty number is not more than five"
    )
    with pytest.raises(Invalid) as strange:
        tried(unit, step, always, on={"company": str(unit.other.id)})
    assert set(strange.value.fields) == {"company"}
    assert tried(unit, step, always, on={"company": str(unit.company.id), "amount": "9"})[0]["who"]


def test_who_may_try_and_on_what(unit: Unit) -> None:
    theirs = unit.thing(company=unit.other)
    with pytest.raises(NotFound):
        tried(unit, approve("a", unit.id("白")), on=theirs.id)
    with pytest.raises(Forbidden):
        tried(unit, approve("a", unit.id("白")), by="白")
    with pytest.raises(Invalid) as faulty:
        tried(unit, approve("a"))
    assert faulty.value.details["faults"]
