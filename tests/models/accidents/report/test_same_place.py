"""A second report of the same place is offered to be added to the first; another one is always one press away (G02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.accidents.access import find
from models.accidents.records import Accident, AccidentVersion
from models.accidents.report import same_place as rules
from models.accidents.rules import add_to, close, report, same_place
from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.errors import NotFound, TooMany
from models.organization.records import Person
from tests.models.accidents.conftest import Scene


@pytest.fixture
def witness(scene: Scene) -> Person:
    """A second worker of the unit, who sees the same."""
    person = scene.plant.person(4, scene.unit, name="王大友")
    scene.plant.account(4, scene.unit)
    return person


def seen(scene: Scene, who: int = 4, **values: Any) -> list[dict[str, Any]]:
    return same_place(scene.actor(who), scene.facts(**values))


def test_who_reports_second_is_asked(scene: Scene, witness: Person, clock: Any) -> None:
    first = scene.report(what="叉车倾覆压伤人", place="成品仓库东门")
    clock.forward(minutes=10)
    (found,) = seen(scene, what="有人被叉车压了", place="成品仓库 东门口")
    assert (found["id"], found["by"], found["minutes"]) == (str(first.id), scene.worker.name, 10)
    assert found["mine"] is False
    assert seen(scene, 0)[0]["mine"] is True


@pytest.mark.parametrize(
    "other",
    [
        {"place": "循环水泵房", "what": "触电一人"},
        {"happened_at": "2026-11-21T08:00:00+08:00"},
    ],
    ids=["elsewhere", "another time"],
)
def test_another_accident_is_not_taken_for_the_same(
    scene: Scene, witness: Person, other: dict[str, Any]
) -> None:
    scene.report(what="叉车倾覆压伤人", place="成品仓库东门")
    assert seen(scene, **other) == []


def test_near_in_metres_is_the_same_whatever_it_is_called(scene: Scene, witness: Person) -> None:
    scene.report(what="叉车倾覆", place="成品仓库东门", lng=120.1, lat=30.2)
    assert len(seen(scene, what="着火了", place="七号楼边上", lng=120.1005, lat=30.2)) == 1
    assert seen(scene, what="着火了", place="七号楼边上", lng=120.11, lat=30.2) == []


def test_what_is_over_long_ago_or_of_another_unit_is_not_named(
    scene: Scene, witness: Person, clock: Any
) -> None:
    first = scene.report()
    other = scene.plant.unit("别家")
    scene.plant.person(4, other)
    moment = house_clock.now().isoformat()
    assert same_place(scene.actor(4), scene.facts(company=str(other.id), happened_at=moment)) == []
    in_transaction(close, scene.actor(1), first.id, "已处置")
    assert seen(scene) == []
    scene.report(key="k2")
    clock.forward(minutes=121)
    assert seen(scene) == []


def test_nobody_is_kept_from_reporting_another_one(scene: Scene, witness: Person) -> None:
    scene.report()
    accident, created = in_transaction(report, scene.actor(4), scene.facts(), key="mine")
    assert created and Accident.select().count() == 2
    assert accident.burst_id is None


def test_what_a_witness_adds_fills_what_was_unknown_and_changes_nothing(
    scene: Scene, witness: Person
) -> None:
    first = scene.report(minor_injuries=1)
    data = scene.facts(
        what="看到两个人倒在地上", place="成品仓库东门外", deaths=3, minor_injuries=5, photos=[]
    )
    accident = in_transaction(add_to, scene.actor(4), first.id, data)
    assert (accident.deaths, accident.minor_injuries, accident.what) == (3, 1, "叉车倾覆压伤人")
    version = AccidentVersion.get(AccidentVersion.accident == first.id, AccidentVersion.number == 2)
    assert version.by_name == "工人4"
    for words in ("看到两个人倒在地上", "成品仓库东门外", "轻伤 5"):
        assert words in version.note
    (news,) = scene.news("accident.updated")
    assert news.payload["rose"] is True, "three dead: the level rises, and that rings"
    assert find(scene.actor(4), first.id) == accident, "who added to it sees what becomes of it"
    assert Accident.select().count() == 1


def test_the_same_again_adds_nothing(scene: Scene, witness: Person) -> None:
    first = scene.report()
    for _ in range(3):
        in_transaction(add_to, scene.actor(4), first.id, scene.facts(what="还有一个人"))
    assert Accident.get_by_id(first.id).versions == 2


def test_a_stranger_adds_nothing_and_sees_nothing(scene: Scene, witness: Person) -> None:
    first = scene.report()
    other = scene.plant.unit("别家")
    scene.plant.person(4, other)
    scene.leave(witness)
    with pytest.raises(NotFound):
        in_transaction(add_to, scene.actor(4), first.id, scene.facts())
    with pytest.raises(NotFound):
        find(scene.actor(4), first.id)


def test_what_is_over_is_another_accident(scene: Scene, witness: Person) -> None:
    first = scene.report()
    in_transaction(close, scene.actor(1), first.id, "已处置")
    with pytest.raises(NotFound, match="另一起"):
        in_transaction(add_to, scene.actor(4), first.id, scene.facts())


def test_adding_is_bounded_by_what_people_can_read(scene: Scene, witness: Person) -> None:
    first = scene.report()
    for n in range(rules.ADDITIONS.most):
        in_transaction(add_to, scene.actor(4), first.id, scene.facts(what=f"情况 {n}"))
    with pytest.raises(TooMany, match="补充得太密"):
        in_transaction(add_to, scene.actor(4), first.id, scene.facts(what="又一条"))
    assert Accident.get_by_id(first.id).versions == 1 + rules.ADDITIONS.most


def test_a_report_whose_answer_was_lost_is_no_other_report(scene: Scene) -> None:
    scene.report(key="mine")
    assert same_place(scene.actor(), scene.facts(), key="mine") == []
    assert len(same_place(scene.actor(), scene.facts(), key="another")) == 1


HAPPENED = house_clock.now().replace(microsecond=0)
ROW = Accident(
    category="fire", happened_at=HAPPENED, site_id=3, grid_id=7, lng=120.1, lat=30.2, place="成品仓库东门", what="叉车倾覆压伤人",
)  # fmt: skip
FAR = {"place": "循环水泵房", "what": "触电一人"}


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ({}, True),
        (FAR, False),
        ({"place": "循环水泵房"}, True),
        ({"what": "触电一人"}, True),
        ({"category": "fire"}, True),
        ({"category": "electric"}, False),
        ({"happened_at": HAPPENED + timedelta(hours=1)}, True),
        ({"happened_at": HAPPENED - timedelta(hours=1)}, True),
        ({"happened_at": HAPPENED + timedelta(hours=1, seconds=1)}, False),
        ({"happened_at": ""}, True),
        ({"site": "3"}, True),
        ({"site": "4"}, False),
        ({"grid": "7", **FAR}, True),
        ({"grid": "8"}, False),
        ({"grid": "x"}, True),
        ({"lng": 120.1, "lat": 30.2, **FAR}, True),
        ({"lng": 120.11, "lat": 30.2, **FAR}, False),
        ({"lng": 120.11, "lat": 30.2}, True),
        ({"lng": 120.1, "lat": None, **FAR}, False),
    ],
)
def test_what_makes_it_the_same(said: dict[str, Any], same: bool) -> None:
    assert rules._is_same(ROW, {"place": ROW.place, "what": ROW.what, **said}) is same


@pytest.mark.parametrize("unknown", ["category", "site_id", "grid_id", "lng", "place", "what"])
def test_what_the_first_report_does_not_say_tells_nothing_apart(unknown: str) -> None:
    first = Accident(**{**ROW.__data__, unknown: None})
    whole = {"category": "fire", "site": "3", "lng": 120.1, "lat": 30.2, "place": ROW.place, "what": ROW.what}
    assert rules._is_same(first, {**whole, "category": "electric" if unknown == "category" else "fire"})
    assert rules._is_same(first, {**whole, "site": "4" if unknown == "site_id" else "3"})
    assert rules._is_same(first, {**whole, "grid": "8" if unknown == "grid_id" else "7"})
