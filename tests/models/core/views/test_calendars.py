"""A calendar beside a ledger: a month of numbers, and what is missing from each day, each leading to its rows (Q10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models.core import clock as clocks
from models.core.errors import Forbidden, Invalid
from models.core.ledger import Filter
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import Calendar, Gaps, Measure, Statistic, declaration
from models.core.views.calendar import AskedMonth, FoundMonth, calendar_month
from models.core.views.describe import calendar_json
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
EQUIPMENT = small_ledgers.EQUIPMENT


@pytest.fixture
def view(world: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """Clock-ins of a month, and the machines in use that are to be inspected on a day; it is Tuesday the 24th."""
    clock.set(2026, 11, 24, 8)
    declaration.all_views()
    monkeypatch.setattr(declaration, "_views", {})
    small = small_ledgers.CLOCK_INS
    ledger = replace(
        small, filters=(*small.filters, Filter("certificate_number", "text"), Filter("late", "flag"))
    )
    of = Statistic(
        name="counts", title="上岗数", ledger=ledger, time="day", by=("company",),
        measures=(Measure("all", "人次"), Measure("late", "补传", {"late": ["true"]})),
    )  # fmt: skip
    gaps = Gaps(
        title="有设备到期", none="没有设备到期", mark="到期", ledger=EQUIPMENT, filters={"state": ["in_use"]},
        absent="next_inspection_on", along={"company": "company"}, own="certificate_number",
    )  # fmt: skip
    return Calendar(name="month", title="上岗月历", ledger=ledger, of=of, unit="人次", gaps=gaps)


def month(view: Calendar, actor: Actor, month: str = "", q: str = "", **filters: Any) -> FoundMonth:
    return calendar_month(actor, view, AskedMonth(month, q, filters))


def scan(unit: Any, day: int, **values: Any) -> None:
    moment = clocks.midnight(date(2026, 11, day)) + timedelta(hours=9)
    small_ledgers.clock_in(unit, scanned_at=moment, **values)


def due(unit: Any, day: int, **values: Any) -> Any:
    return small_ledgers.equipment(unit, next_inspection_on=date(2026, 11, day), **values)


def missing(found: FoundMonth) -> dict[int, int]:
    return {one.day.day: one.missing for one in found.days if one.missing}


def test_each_day_has_its_numbers_and_what_is_missing_from_it(world: Any, view: Calendar) -> None:
    scan(world.a, 3), scan(world.a, 3, late=True), scan(world.b, 3)
    (
        due(world.a, 3),
        due(world.a, 3),
        due(world.a, 24),
        due(world.a, 25),
        due(world.b, 4),
        due(world.a, 5, state="stopped"),
    )
    found = month(view, world.in_a)
    assert (found.month, [one.day.day for one in found.days]) == ("2026-11", list(range(1, 31)))
    assert [list(found.days[at].numbers) for at in (1, 2)] == [[0, 0], [2, 1]] and list(found.total) == [2, 1]
    assert missing(found) == {3: 2, 24: 1}, "of a day to come nobody says"
    assert [found.days[at].missing for at in (0, 23, 24)] == [0, 1, None]
    assert {one.day.day for one in found.days if one.rest} >= {1, 7, 8, 14, 15}
    for one in found.days:
        assert (one.gap_filters is None) == (one.missing is None)
        if one.gap_filters is not None:
            query = ListQuery.parse(EQUIPMENT, filters=one.gap_filters)
            listed = Selection(world.in_a, EQUIPMENT, query, "equipment.read")
            assert listed.count(99) == one.missing, one
    assert missing(month(view, world.over)) == {3: 2, 4: 1, 24: 1}
    assert missing(month(view, world.over, company=[str(world.b.id)])) == {4: 1}


def test_what_the_month_says(world: Any, view: Calendar) -> None:
    scan(world.a, 3)
    assert month(view, world.in_a).sentence == "2026年11月，人次 1，补传 0；工作日没有设备到期"
    due(world.a, 3), due(world.a, 4), due(world.a, 7), due(world.a, 24)
    said = "2026年11月，人次 1，补传 0；2 个工作日有设备到期"
    assert month(view, world.in_a).sentence == said, "not of a day of rest, nor of today, which is not over"
    assert month(view, world.in_a, q="王").sentence == "2026年11月，人次 1，补传 0"
    assert month(replace(view, gaps=None, name="plain"), world.in_a).sentence == "2026年11月，人次 1，补传 0"
    assert month(view, world.in_a, "2026-12").sentence == "2026年12月，人次 0，补传 0", "no day of it is over"
    assert month(view, world.in_a, "2026-02").sentence.startswith("2026年2月，")


def test_nothing_is_called_missing_where_it_cannot_be_said(world: Any, view: Calendar) -> None:
    due(world.a, 3)
    blind = small_ledgers.actor(world.a, rights={"clock-ins.read": Scope.COMPANY})
    none = replace(view, gaps=None, name="plain")
    for found in (
        month(view, blind), month(none, world.in_a), month(view, world.in_a, q="王"), month(view, world.in_a, code=["N1"]),
    ):  # fmt: skip
        assert not found.gaps and missing(found) == {}
        assert {one.gap_filters for one in found.days} == {None}
        assert calendar_json(found, world.in_a)["gaps"] is None
    for found in (month(view, world.in_a), month(view, world.in_a, company=[str(world.a.id)], code=[""])):
        assert found.gaps and missing(found) == {3: 1}
    told = calendar_json(month(view, world.in_a), world.in_a)
    assert (
        told["gaps"]["mark"] == "到期"
        and told["days"][2]["gap_filters"]["next_inspection_on"]["from"] == "2026-11-03"
    )
    future = month(view, world.in_a, "2026-12")
    assert future.gaps and {one.missing for one in future.days} == {None}


def test_a_filter_that_names_the_very_rows_narrows_what_is_missing_and_lists_nothing(
    world: Any, view: Calendar
) -> None:
    first, second = due(world.a, 3), due(world.a, 3)
    own = {"certificate_number": [str(first.id)]}
    found = month(view, world.in_a, **own)
    assert missing(found) == {3: 1} and found.days[2].gap_filters is None
    assert missing(month(view, world.in_a, certificate_number=str(second.id))) == {3: 1}
    for nobody in (["x"], ["0"], [str(10**6)]):
        assert missing(month(view, world.in_a, certificate_number=nobody)) == {}


def test_whose_days_of_rest_are_shown(world: Any, view: Calendar) -> None:
    def rests(actor: Actor, **filters: Any) -> set[int]:
        return {one.day.day for one in month(view, actor, **filters).days if one.rest}

    usual = rests(world.in_a)
    assert {1, 7, 8} <= usual and not {3, 24} & usual
    for given in ([str(world.a.id)], str(world.a.id), [str(world.a.id), str(world.b.id)], []):
        assert rests(world.over, company=given) == usual
    assert rests(Actor(7, "甲", world.a.id, {"clock-ins.read": Scope.COMPANY})) == usual


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("", 1, 30), ("2024-02", 1, 29), ("2026-02", 1, 28), ("2026-12", 1, 31)],
)
def test_a_month_is_all_of_its_days(world: Any, view: Calendar, asked: str, first: int, last: int) -> None:
    days = [one.day for one in month(view, world.in_a, asked).days]
    assert (days[0].day, days[-1].day, len(days)) == (first, last, last)


@pytest.mark.parametrize("wrong", ["2026", "2026-13", "x", "2026-1"])
def test_what_is_no_month(world: Any, view: Calendar, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        month(view, world.in_a, wrong)
    assert list(refused.value.fields) == ["month"]


def test_who_may_not_read_the_ledger_sees_no_month(world: Any, view: Calendar) -> None:
    with pytest.raises(Forbidden):
        month(view, Actor(7, "甲", world.a.id, {"equipment.read": Scope.COMPANY}))


def test_a_calendar_names_filters_that_there_are(world: Any, view: Calendar) -> None:
    assert view.gaps is not None
    for wrong in ({"absent": "x"}, {"along": {"company": "x"}}, {"along": {"x": "company"}}, {"own": "x"},
                  {"filters": {"x": ["1"]}}):  # fmt: skip
        with pytest.raises(LookupError):
            replace(view, name="wrong", gaps=replace(view.gaps, **wrong))
    assert replace(view, name="right", gaps=replace(view.gaps, own="")).gaps is not None
