"""Every comparison of a flow's condition at its edge: one below, the same, one above, nothing at all (H01)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.core.fields import Choice, Day, Integer, Number, Picks, Text
from models.tasks.flow.conditions import BARE, OPS, ORDERED, Typed, comparable, met

FIELDS = {
    "count": Integer("人数"),
    "cost": Number("金额"),
    "on": Day("日期"),
    "what": Text("内容"),
    "kinds": Picks("类别", (Choice("a", "甲"), Choice("b", "乙"))),
}
#: What each comparison says of one below, the same, and one above.
AT_THE_EDGE = {
    "gt": (False, False, True), "ge": (False, True, True), "lt": (True, False, False), "le": (True, True, False),
    "eq": (False, True, False), "ne": (True, False, True),
}  # fmt: skip
VALUES: dict[str, tuple[Any, Any, Any, Any]] = {
    "count": (2, 3, 4, 3),
    "cost": (Decimal("9.99"), Decimal("10.00"), Decimal("10.01"), "10"),
    "on": (date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30), "2026-11-29"),
}


def says(op: str, name: str, present: Any, wanted: Any = None) -> bool:
    return met({"field": name, "op": op, "value": wanted}, Typed({name: present}, FIELDS))


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("op", AT_THE_EDGE)
def test_below_the_same_and_above(op: str, name: str) -> None:
    *present, wanted = VALUES[name]
    assert tuple(says(op, name, each, wanted) for each in present) == AT_THE_EDGE[op]


@pytest.mark.parametrize("op", ORDERED)
@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_neither_more_nor_less(op: str, nothing: Any) -> None:
    assert not says(op, "count", nothing, 0)
    assert not says(op, "cost", nothing, "-1")


def test_nothing_equals_only_nothing() -> None:
    assert not says("eq", "what", None, "x") and says("ne", "what", None, "x")
    assert says("empty", "what", "") and not says("filled", "what", "")
    assert says("filled", "what", "x") and not says("empty", "what", "x")
    assert says("filled", "count", 0), "none is a number"
    assert says("empty", "kinds", []) and says("filled", "kinds", ["a"])


def test_one_of_several() -> None:
    assert says("in", "what", "x", ["y", "x"]) and not says("in", "what", "x", ["y"])
    assert not says("in", "what", "x", None)
    assert says("eq", "kinds", ["a", "b"], "a") and not says("eq", "kinds", ["b"], "a")
    assert says("in", "kinds", ["b"], ["a", "b"]) and not says("in", "kinds", ["b"], ["a"])
    assert says("eq", "kinds", ["b", "a"], ["a", "b"]), "in whatever order they were ticked"
    assert not says("eq", "kinds", ["a"], ["a", "b"])


def test_all_any_and_no_condition() -> None:
    subject = Typed({"count": 3}, FIELDS)
    yes, no = ({"field": "count", "op": "eq", "value": value} for value in (3, 4))
    assert met(None, subject) and met({}, subject)
    assert met({"all": [yes, yes]}, subject) and not met({"all": [yes, no]}, subject)
    assert met({"any": [no, yes]}, subject) and not met({"any": [no, no]}, subject)


def test_what_can_be_more_or_less() -> None:
    assert [name for name, field in FIELDS.items() if comparable(field)] == ["count", "cost", "on"]
    assert {*AT_THE_EDGE, *BARE, "in"} == set(OPS)
