"""The clocks of the law: who owes what by when, and what a higher level adds (G02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.accidents.duties import is_late, of
from models.accidents.records import Accident
from models.accidents.rules import correct, do_duty, supplement
from models.core.database import in_transaction
from models.core.errors import Forbidden, NotFound
from tests.models.accidents.conftest import Scene


def clocks(accident: Accident) -> list[tuple[int, int]]:
    """Sequence and minutes after the report."""
    return [
        (row.sequence, int((row.due_at - accident.reported_at).total_seconds() // 60))
        for row in of(accident.id)
    ]


def test_an_hour_and_then_two(scene: Scene) -> None:
    accident = scene.report()
    assert clocks(accident) == [(1, 60), (2, 180)]
    assert "县级以上应急管理部门" in of(accident.id)[0].to_whom


@pytest.mark.parametrize(("deaths", "steps"), [(3, [60, 180, 300]), (10, [60, 180, 300, 420])])
def test_a_higher_level_reaches_a_higher_authority(scene: Scene, deaths: int, steps: list[int]) -> None:
    assert [minutes for _, minutes in clocks(scene.report(deaths=deaths))] == steps


def test_done_early_the_next_clock_runs_from_then(scene: Scene, clock: Any) -> None:
    accident = scene.report(deaths=3)
    clock.forward(minutes=20)
    first = in_transaction(do_duty, scene.actor(1), accident.id, 1, "电话报告区应急局")
    assert (first.done_by, first.note, is_late(first)) == ("工人1", "电话报告区应急局", False)
    assert clocks(accident) == [(1, 60), (2, 140), (3, 260)]
    assert len(scene.news("accident.duty_done")) == 1


def test_done_twice_is_done_once(scene: Scene, clock: Any) -> None:
    accident = scene.report()
    first = in_transaction(do_duty, scene.actor(1), accident.id, 1)
    clock.forward(minutes=5)
    again = in_transaction(do_duty, scene.actor(1), accident.id, "1", "另一个人")
    assert (again.done_at, again.note) == (first.done_at, None)
    assert len(scene.news("accident.duty_done")) == 1


def test_late_is_late_even_when_done(scene: Scene, clock: Any) -> None:
    accident = scene.report()
    clock.forward(minutes=61)
    assert is_late(of(accident.id)[0])
    assert not is_late(of(accident.id)[1])
    assert is_late(in_transaction(do_duty, scene.actor(1), accident.id, 1))


def test_the_level_adds_and_a_correction_takes_away_what_is_not_done(scene: Scene) -> None:
    accident = scene.report()
    officer = scene.actor(1)
    in_transaction(supplement, officer, accident.id, {"deaths": 10}, 1)
    assert [row[0] for row in clocks(accident)] == [1, 2, 3, 4]
    in_transaction(do_duty, officer, accident.id, 3)
    in_transaction(correct, officer, accident.id, {"deaths": 1, "note": "误报"}, 2)
    assert [row[0] for row in clocks(accident)] == [1, 2, 3]  # what was done stays


def test_new_casualties_after_the_report_went_out_are_owed_anew(scene: Scene, clock: Any) -> None:
    accident, officer = scene.report(), scene.actor(1)
    in_transaction(supplement, officer, accident.id, {"deaths": 1}, 1)
    assert [row[0] for row in clocks(accident)] == [1, 2]  # the first report will tell them
    in_transaction(do_duty, officer, accident.id, 1)
    clock.forward(minutes=30)
    in_transaction(supplement, officer, accident.id, {"deaths": 2}, 2)
    in_transaction(supplement, officer, accident.id, {"measures": "已停产"}, 3)
    *_, anew = of(accident.id)
    assert (anew.sequence, "补报" in anew.title) == (11, True)
    assert anew.due_at - accident.reported_at == timedelta(minutes=90)
    in_transaction(do_duty, officer, accident.id, 11)
    assert clocks(accident)[1] == (2, 120)  # the authorities' own clocks don't move by it


def test_not_for_everybody(scene: Scene) -> None:
    accident = scene.report()
    with pytest.raises(Forbidden):
        in_transaction(do_duty, scene.actor(), accident.id, 1)
    for nothing in (9, 0, "x", "٣", 10**30):
        with pytest.raises(NotFound):
            in_transaction(do_duty, scene.actor(1), accident.id, nothing)
