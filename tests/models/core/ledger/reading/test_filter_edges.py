"""Filters, searches, choices and groups of a ledger at their edges: first and last moments, one value or several, nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.core import clock as house_clock
from models.core.errors import Invalid, NotFound
from models.core.ledger.changes.actions import _touched
from models.core.ledger.groupings import groupings, takes_groups
from models.core.ledger.reading import search as everywhere
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.options import MAX_OPTIONS, options
from models.core.ledger.reading.query import EMPTY, ListQuery, conditions_of
from models.core.ledger.reading.references import label_by, visible
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
EQUIPMENT = small_ledgers.EQUIPMENT


def _found(world: Any, **filters: Any) -> list[str]:
    query = ListQuery.parse(EQUIPMENT, filters=filters, sort="created_at")
    return [row["values"]["name"] for row in list_rows(world.in_a, EQUIPMENT, query)["items"]]


def test_the_first_and_the_last_moment_belong_to_a_span(world: Any, clock: Any) -> None:
    small_ledgers.equipment(world.a, "早")
    clock.forward(seconds=1)
    small_ledgers.equipment(world.a, "晚")
    early, late = (
        house_clock.local(house_clock.now() - timedelta(seconds=back)).isoformat() for back in (1, 0)
    )
    assert _found(world, created_at={"from": early, "to": late}) == ["早", "晚"]
    assert _found(world, created_at={"from": late}) == ["晚"]
    assert _found(world, created_at={"to": early}) == ["早"]
    assert _found(world, created_at={"to": early.replace("T", "t")}) == ["早"]
    assert _found(world, created_at={"from": late.replace("T", " ")}) == ["晚"], "a blank says as much as a T"
    assert _found(world, created_at={"to": early.replace("T", " ")}) == ["早"]
    assert _found(world, created_at={"to": "20261122T080000+0800"}) == ["早"]
    assert _found(world, created_at=["2026-11-22"]) == ["早", "晚"]
    assert _found(world, created_at="2026-11-22") == ["早", "晚"]
    assert (
        _found(world, created_at={"from": "2026-11-23"})
        == _found(world, created_at={"to": "2026-11-21"})
        == []
    )
    assert _found(world, created_at={"from": "", "to": ""}) == _found(world, created_at=[]) == ["早", "晚"]


def test_a_day_is_the_first_and_the_last_of_its_span(world: Any) -> None:
    small_ledgers.equipment(world.a, "检", next_inspection_on=date(2027, 1, 1))
    small_ledgers.equipment(world.a, "无")
    assert _found(world, next_inspection_on={"from": "2027-01-01"}) == ["检"]
    assert _found(world, next_inspection_on={"to": "2027-01-01"}) == ["检"]
    assert _found(world, next_inspection_on={"from": "2027-01-02"}) == []
    assert _found(world, next_inspection_on={"to": "2026-12-31"}) == []


def test_nothing_may_be_looked_for_alone_and_beside_values(world: Any) -> None:
    small_ledgers.equipment(world.a, "是", quick_open=True)
    small_ledgers.equipment(world.a, "否", quick_open=False)
    small_ledgers.equipment(world.a, "没说", quick_open=None)
    assert _found(world, quick_open=[EMPTY]) == ["没说"]
    assert _found(world, quick_open=[EMPTY, "true"]) == ["是", "没说"]
    assert _found(world, quick_open=["否", "0", "false"]) == ["否"]
    assert _found(world, quick_open=["是", "否"]) == ["是", "否"]


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        ({"created_at": {"from": 1}}, "created_at"),
        ({"created_at": {"to": 1}}, "created_at"),
        ({"created_at": {"from": "2026-01-01", "x": ""}}, "created_at"),
        ({"state": [str(number) for number in range(101)]}, "state"),
        ({"state": 5}, "state"),
        ({"x" * 100: "1"}, "x" * 60),
    ],
)
def test_what_is_no_filter(filters: dict[str, Any], name: str) -> None:
    with pytest.raises(Invalid) as refused:
        conditions_of(EQUIPMENT, filters)
    assert list(refused.value.fields) == [f"f.{name}"]


def test_a_hundred_values_are_not_too_many() -> None:
    assert len(conditions_of(EQUIPMENT, {"location": ["甲"] * 100}).where) == 1


def test_one_search_looks_through_all_ledgers_that_can_be_searched(world: Any) -> None:
    small_ledgers.equipment(world.a, "蓝色叉车")
    small_ledgers.person(world.a, "蓝色人")
    found = [(each["ledger"], each["row"]["label"]) for each in everywhere.search(world.in_a, "蓝色")]
    assert ("equipment", "蓝色叉车") in found and ("persons", "蓝色人") in found
    assert everywhere.search(world.in_a, " 蓝 ") == []
    assert len(everywhere.search(world.in_a, "蓝色", limit=1)) == len(found)


def test_choices_are_offered_up_to_a_number(world: Any) -> None:
    for number in range(3):
        small_ledgers.company(f"甲{number}厂", world.a, "site")
    asked = [
        len(options(world.in_a, EQUIPMENT, "site", limit=limit)["items"])
        for limit in (1, 2, MAX_OPTIONS, "3")
    ]
    assert asked == [1, 2, 4, 3]
    for wrong in (0, MAX_OPTIONS + 1, True, "x", 1.5):
        with pytest.raises(Invalid) as refused:
            options(world.in_a, EQUIPMENT, "site", limit=wrong)
        assert set(refused.value.fields) == {"limit"}
    assert options(world.in_a, EQUIPMENT, "site", q="x" * 100)["items"] == []
    with pytest.raises(Invalid):
        options(world.in_a, EQUIPMENT, "site", q="x" * 101)
    labels = [item["label"] for item in options(world.in_a, EQUIPMENT, "site", q="")["items"]]
    assert labels == sorted(labels) and len(labels) == 4
    for name in ("name", "nothing", "site.x"):
        with pytest.raises(NotFound):
            options(world.in_a, EQUIPMENT, name)


def test_who_may_do_more_than_the_other_ledgers_readers_picks_by_the_farther_right(world: Any) -> None:
    link = Equipment._meta.fields["site"]
    near = small_ledgers.actor(
        world.a, rights={"equipment.edit": Scope.SITE, "companies.read": Scope.COMPANY}
    )
    assert world.site.id in [row.id for row in visible(near, link, "equipment.edit")]
    assert {row.kind for row in visible(world.in_a, link, "equipment.edit")} == {"site"}
    assert [row.id for row in visible(world.in_b, link, "equipment.edit")] == []


def test_a_row_without_a_name_is_called_as_what_it_points_at(world: Any) -> None:
    called = label_by("site")
    there, without = small_ledgers.equipment(world.a, site=world.site), small_ledgers.equipment(world.a)
    assert [called(Equipment.get_by_id(row.id)) for row in (there, without)] == ["甲一厂", ""]


def test_groups_are_only_of_fields_that_take_people(world: Any) -> None:
    assert not takes_groups(EQUIPMENT)
    for name in ("name", "site", "nothing"):
        with pytest.raises(NotFound):
            groupings(world.in_a, EQUIPMENT, name)


def test_what_an_action_gave_is_shown_else_what_it_was_about(world: Any) -> None:
    one, other = small_ledgers.equipment(world.a, "甲"), small_ledgers.equipment(world.a, "乙")
    person = small_ledgers.person(world.a)
    shown = [
        [row.id for row in _touched(EQUIPMENT, [one], given)]
        for given in (None, [], [other], (other, one), [person], "x")
    ]
    assert shown == [[one.id], [one.id], [other.id], [other.id, one.id], [one.id], [one.id]]
    Equipment.delete().where(Equipment.id == one.id).execute()
    assert _touched(EQUIPMENT, [one, other], None) == [other]
