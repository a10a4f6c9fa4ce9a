"""Levels by casualties and loss: the published cases, the bounds, and that learning more never lowers a level."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accidents.regulations.classify import classify, judge
from models.accidents.regulations.standards import accident_rules

CASES: list[tuple[tuple[Any, Any, Any], str, bool]] = [
    ((1, None, None), "一般", True),
    ((0, 0, 2000), "较大", False),
    ((None, None, 8000), "重大", True),
    ((None, None, 10000), "特别重大", True),
    ((2, 60, 100), "重大", False),
    ((3, 0, 0), "较大", False),
    ((10, 0, 0), "重大", False),
    ((30, 0, 0), "特别重大", False),
    ((0, 10, 0), "较大", False),
    ((0, 0, 999), "一般", False),
    ((0, 0, 0), "一般", False),
    # Nothing known is no class, but a report that must go out: the lowest, and said to be provisional.
    ((None, None, None), "一般", True),
]


@pytest.mark.parametrize(("known", "level", "provisional"), CASES)
def test_published_cases(known: tuple[Any, Any, Any], level: str, provisional: bool) -> None:
    assert classify(*known) == (level, provisional)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_bound_is_taken_in(place: int) -> None:
    """“以上”含本数: at the number it is the level, one below it is the one beneath."""
    thresholds = accident_rules().thresholds
    item, beneath = thresholds[place], thresholds[place - 1]
    for dimension, bound in enumerate((item.deaths, item.serious_injuries, item.direct_loss_wan)):
        numbers = [0, 0, 0]
        numbers[dimension] = bound
        assert classify(*numbers)[0] == item.level
        numbers[dimension] = bound - 1
        assert classify(*numbers)[0] == beneath.level


numbers = st.one_of(st.none(), st.integers(0, 200))
losses = st.one_of(st.none(), st.integers(0, 20_000))


@given(st.tuples(numbers, numbers, losses), st.tuples(numbers, numbers, losses))
def test_learning_more_never_lowers_the_level(known: Any, more: Any) -> None:
    """Each dimension becomes known, or stays, or grows."""
    later = tuple(
        new if old is None else old if new is None else max(old, new)
        for old, new in zip(known, more, strict=True)
    )
    rank = accident_rules().rank
    assert rank(classify(*later)[0]) >= rank(classify(*known)[0])
    assert classify(*later)[1] <= classify(*known)[1]


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 20_000))
def test_unknown_is_not_nought(deaths: int, serious: int, loss: int) -> None:
    assert classify(deaths, serious, loss)[1] is False
    assert classify(None, serious, loss)[1] is True


def test_somebody_missing_keeps_it_provisional() -> None:
    known = {"deaths": 0, "serious_injuries": 0, "direct_loss_wan": 0}
    for missing, provisional in ((2, True), (0, False), (None, False)):
        found = judge({**known, "missing": missing})
        assert (found.level, found.provisional, found.special) == ("一般", provisional, None)


NOBODY = {"deaths": 0, "serious_injuries": 0, "direct_loss_wan": 0}
CRANE = {"equipment": 1}
SPECIAL: list[tuple[dict[str, Any], str, str | None, str]] = [
    # what is known, level, level as an accident of special equipment, article of the level
    ({"situations": ["crane_overturn"], **NOBODY}, "较大", "较大", "第六十三条"),
    ({"situations": ["crane_overturn"], "deaths": 10}, "重大", "重大", "第六十二条"),
    ({"situations": ["lift_stuck_2h"], **NOBODY}, "一般", "一般", "第六十四条"),
    ({"situations": ["explosion"], "category": "容器爆炸"}, "较大", "较大", "第六十三条"),
    ({"situations": ["boiler_600"]}, "特别重大", "特别重大", "第六十一条"),
    ({"situations": ["lift_stuck_2h", "stranded_12h"], **NOBODY}, "较大", "较大", "第六十三条"),
    # the floor: some casualty or 1 万元, or else it is none of special equipment
    ({**CRANE, **NOBODY, "direct_loss_wan": 0.99}, "一般", None, "第三条"),
    ({**CRANE, **NOBODY, "direct_loss_wan": 1}, "一般", "一般", "第六十四条"),
    ({**CRANE, **NOBODY, "serious_injuries": 1}, "一般", "一般", "第六十四条"),
    ({**CRANE, **NOBODY, "deaths": 3}, "较大", "较大", "第六十三条"),
    # nobody knows yet: both authorities must hear, so it is taken for one
    (CRANE, "一般", "一般", "第六十四条"),
    ({"category": "起重致害"}, "一般", "一般", "第六十四条"),
    ({"category": "厂（场）内车辆致害", "serious_injuries": 1}, "一般", "一般", "第六十四条"),
    # neither equipment nor a category that suggests it
    ({"category": "高处坠落", "deaths": 3}, "较大", None, "第三条"),
]


@pytest.mark.parametrize(("known", "level", "special", "article"), SPECIAL)
def test_an_accident_of_special_equipment_is_judged_by_both(
    known: dict[str, Any], level: str, special: str | None, article: str
) -> None:
    found = judge(known)
    assert (found.level, found.special) == (level, special)
    assert article in found.basis
    assert found.basis.endswith("（待核对）")  # nobody has seen the text
