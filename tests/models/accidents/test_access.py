"""Who sees which accident: by right, as its reporter, or because they were told (G02)."""

from __future__ import annotations

import pytest

from models.accidents.access import find, list_of
from models.accidents.display.accident_json import accident_json, accidents_json
from models.accidents.records import Accident
from models.core.errors import Invalid, NotFound
from models.core.security.actor import Actor
from tests.models.accidents.conftest import Scene
from tests.support.statement_log import listening


def seen(actor: Actor) -> list[int]:
    rows, following = list_of(actor)
    assert following is None
    return [row.id for row in rows]


def test_a_worker_sees_what_they_reported_or_were_told_of(scene: Scene) -> None:
    mine, theirs, told = scene.report(key="a"), scene.report(1, key="b"), scene.report(1, key="c")
    assert seen(scene.actor()) == [mine.id]
    with pytest.raises(NotFound):
        find(scene.actor(), told.id)
    scene.tell(told, scene.worker)
    assert seen(scene.actor()) == [told.id, mine.id]
    assert find(scene.actor(), told.id).id == told.id
    with pytest.raises(NotFound):
        find(scene.actor(), theirs.id)
    assert seen(scene.actor(1)) == [told.id, theirs.id, mine.id]


def test_who_left_the_unit_sees_nothing_of_it_any_more(scene: Scene) -> None:
    accident = scene.report(1)
    scene.tell(accident, scene.worker)
    mine = scene.report(key="mine")
    assert seen(scene.actor()) == [mine.id, accident.id]
    scene.leave(scene.worker)
    assert seen(scene.actor()) == []
    for row in (accident, mine):
        with pytest.raises(NotFound):
            find(scene.actor(), row.id)


def test_who_was_told_in_another_unit_sees_it(scene: Scene) -> None:
    other = scene.plant.unit("上级单位")
    accident = scene.report(1)
    director = scene.plant.person(4, other)
    scene.plant.account(4, other)
    with pytest.raises(NotFound):
        find(scene.actor(4), accident.id)
    scene.tell(accident, director)
    found = accident_json(scene.actor(4), find(scene.actor(4), accident.id))
    assert found["mine"]["answer"] is None
    assert found["can"] == {
        "update": False,
        "correct": False,
        "tell_all": False,
        "close": False,
        "do_duty": False,
    }


def test_the_group_reads_and_does_nothing(scene: Scene) -> None:
    accident = scene.report()
    group = scene.member("group_safety")
    assert seen(group) == [accident.id]
    assert not any(accident_json(group, accident)["can"].values())
    officer = accident_json(scene.actor(1), accident)["can"]
    assert officer == {"update": True, "correct": True, "tell_all": False, "close": True, "do_duty": True}
    reporter = accident_json(scene.actor(), accident)["can"]
    assert reporter == {"update": True, "correct": False, "tell_all": False, "close": False, "do_duty": False}


def test_pages_by_key(scene: Scene) -> None:
    ids = [scene.report(key=f"k{n}").id for n in range(5)]
    got: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        rows, cursor = list_of(scene.actor(), cursor=cursor, limit=2)
        got += [row.id for row in rows]
    assert got == ids[::-1]
    with pytest.raises(Invalid):
        list_of(scene.actor(), cursor="昨天")


def test_a_page_costs_as_many_queries_as_one(scene: Scene) -> None:
    for n in range(6):
        scene.tell(scene.report(key=f"k{n}"), scene.worker, scene.boss)
    rows = list(Accident.select())
    actor = scene.actor()
    with listening() as of_one:
        assert len(accidents_json(actor, rows[:1])) == 1
    with listening() as of_all:
        assert len(accidents_json(actor, rows)) == 6
    assert len(of_all) == len(of_one) <= 10  # the tenth: for whom else the actor answers
