"""The clocks of the law: who owes what by when, and what a higher level adds (G02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.accidents.display.accident_json import accident_json
from models.accidents.records import Accident, AccidentDuty
from models.accidents.regulations.reporting_duties import authorities, entered_late, is_late, of
from models.accidents.rules import correct, do_duty, supplement
from models.administration.accounts.actors import system_actor
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.fields import moment_text
from models.equipment.rules import delete_equipment
from tests.models.accidents.conftest import Scene


def clocks(accident: Accident) -> dict[str, int]:
    """What is owed, by code, and how many minutes after the accident."""
    return {
        row.code: int((row.due_at - accident.happened_at).total_seconds() // 60) for row in of(accident.id)
    }


def test_the_unit_owes_an_hour_and_the_authorities_owe_it_nothing(scene: Scene) -> None:
    accident = scene.report(deaths=10)
    assert clocks(accident) == {"emergency": 60, "province": 60}
    (first, _) = of(accident.id)
    assert "县级以上应急管理部门" in first.to_whom
    assert "第九条" in first.basis
    assert first.basis.endswith("（待核对）")
    assert [step.to for step in authorities(accident)] == [
        "设区的市级应急管理部门", "省级应急管理部门", "国务院应急管理部门",
    ]  # fmt: skip
    assert len(authorities(scene.report(key="k2"))) == 1


def test_special_equipment_is_reported_to_both_authorities(scene: Scene) -> None:
    accident = scene.report(situations=["crane_overturn"])
    assert clocks(accident) == {"emergency": 60, "province": 60, "market": 60}
    assert "市场监管部门" in {row.code: row for row in of(accident.id)}["market"].to_whom
    assert set(clocks(scene.report(key="k2", category="起重致害"))) == {"emergency", "market"}


def test_equipment_that_an_accident_names_stays_as_its_level_and_its_duties_do(scene: Scene) -> None:
    crane = scene.plant.equipment(scene.unit, "4110")
    accident = scene.report(equipment=crane.id)
    with pytest.raises(Conflict) as caught:
        in_transaction(delete_equipment, system_actor(), crane)
    assert (caught.value.code, "1 起事故" in caught.value.cause) == ("has_records", True)
    assert Accident.get_by_id(accident.id).equipment_id == crane.id
    assert set(clocks(accident)) == {"emergency", "market"}


def test_the_clock_starts_when_the_leader_was_told(scene: Scene, clock: Any) -> None:
    accident = scene.report()
    told = accident.happened_at + timedelta(minutes=25)
    clock.forward(minutes=30)
    in_transaction(supplement, scene.actor(1), accident.id, {"leader_told_at": moment_text(told)}, 1)
    (duty,) = of(accident.id)
    assert (duty.starts_at, duty.due_at) == (told, told + timedelta(minutes=60))
    for wrong in (accident.happened_at - timedelta(minutes=1), told + timedelta(days=1)):
        with pytest.raises(Invalid) as caught:
            in_transaction(supplement, scene.actor(1), accident.id, {"leader_told_at": moment_text(wrong)}, 2)
        assert set(caught.value.fields) == {"leader_told_at"}


def test_to_the_last_moment_is_in_time(clock: Any) -> None:
    assert not is_late(AccidentDuty(due_at=now(), done_at=now())) and not is_late(AccidentDuty(due_at=now()))
    assert is_late(AccidentDuty(due_at=now(), done_at=now() + timedelta(seconds=1)))
    assert is_late(AccidentDuty(due_at=now() - timedelta(seconds=1)))


def test_an_accident_entered_five_hours_late_says_so(scene: Scene, clock: Any) -> None:
    clock.forward(hours=5)
    accident = scene.report(happened_at=moment_text(now() - timedelta(hours=5)))
    assert entered_late(accident) == 300
    assert is_late(of(accident.id)[0])
    assert accident_json(scene.actor(1), accident)["entered_late_minutes"] == 300
    assert (
        entered_late(scene.report(key="k2", happened_at=moment_text(now() - timedelta(minutes=59)))) is None
    )


def test_when_it_was_really_reported_is_kept_apart_from_when_that_was_entered(
    scene: Scene, clock: Any
) -> None:
    accident = scene.report()
    clock.forward(hours=3)
    really = accident.happened_at + timedelta(minutes=40)
    said = {"done_at": moment_text(really), "done_by": "王总", "way": "phone", "note": "区应急局值班室"}
    duty = in_transaction(do_duty, scene.actor(1), accident.id, 1, said)
    assert (duty.done_at, duty.done_by, duty.way, is_late(duty)) == (really, "王总", "phone", False)
    assert duty.entered_at == now()
    said["done_at"] = moment_text(really + timedelta(minutes=40))
    assert is_late(in_transaction(do_duty, scene.actor(1), accident.id, 1, said))  # put right
    for wrong in (accident.happened_at - timedelta(minutes=1), now() + timedelta(hours=1)):
        with pytest.raises(Invalid) as caught:
            in_transaction(do_duty, scene.actor(1), accident.id, 1, {"done_at": moment_text(wrong)})
        assert set(caught.value.fields) == {"done_at"}


def test_a_correction_keeps_who_reported_how_and_to_whom(scene: Scene) -> None:
    """The phone sends no name: who puts the time right there must not become who reported."""
    accident = scene.report()
    said = {"done_at": moment_text(now()), "done_by": "王总", "way": "written", "note": "区应急局值班室"}
    in_transaction(do_duty, scene.actor(1), accident.id, 1, said)
    later = {
        "done_at": moment_text(now() - timedelta(minutes=5)),
        "done_by": None,
        "way": "phone",
        "note": None,
    }
    duty = in_transaction(do_duty, scene.actor(1), accident.id, 1, later)
    assert (duty.done_by, duty.way, duty.note) == ("王总", "phone", "区应急局值班室")
    assert moment_text(duty.done_at) == later["done_at"]


def test_done_twice_is_done_once(scene: Scene, clock: Any) -> None:
    accident = scene.report()
    first = in_transaction(do_duty, scene.actor(1), accident.id, 1)
    clock.forward(minutes=5)
    again = in_transaction(do_duty, scene.actor(1), accident.id, "1", "另一个人")
    assert (again.done_at, again.note) == (first.done_at, None)
    assert len(scene.news("accident.duty_done")) == 1


def test_the_level_adds_and_a_correction_takes_away_what_is_not_done(scene: Scene) -> None:
    accident = scene.report(situations=["lift_stuck_2h"])
    officer = scene.actor(1)
    in_transaction(supplement, officer, accident.id, {"deaths": 10}, 1)
    assert set(clocks(accident)) == {"emergency", "market", "province"}
    market = next(row for row in of(accident.id) if row.code == "market")
    in_transaction(do_duty, officer, accident.id, market.sequence)
    values: dict[str, Any] = {
        "deaths": 0,
        "serious_injuries": 0,
        "direct_loss_wan": 0,
        "situations": None,
        "note": "误报",
    }
    in_transaction(correct, officer, accident.id, values, 2)
    assert set(clocks(accident)) == {
        "emergency",
        "market",
        "",
    }  # what was done stays; fewer dead is news for it


def test_new_casualties_after_the_report_went_out_are_owed_anew(scene: Scene, clock: Any) -> None:
    accident, officer = scene.report(), scene.actor(1)
    in_transaction(supplement, officer, accident.id, {"deaths": 1}, 1)
    assert len(of(accident.id)) == 1  # the first report will tell them
    in_transaction(do_duty, officer, accident.id, 1)
    clock.forward(minutes=30)
    in_transaction(supplement, officer, accident.id, {"deaths": 2}, 2)
    in_transaction(supplement, officer, accident.id, {"measures": "已停产"}, 3)
    (_, anew) = of(accident.id)
    assert (anew.sequence, "补报" in anew.title, "第十三条" in anew.basis) == (101, True, True)
    assert anew.due_at - now() == timedelta(minutes=60)


def test_the_windows_for_changes_are_told(scene: Scene) -> None:
    told = accident_json(scene.actor(1), scene.report(category="火灾"))
    assert (told["changes_days"], "第十三条" in told["changes_basis"]) == (7, True)
    assert accident_json(scene.actor(1), scene.report(key="k2"))["changes_days"] == 30


def test_not_for_everybody(scene: Scene) -> None:
    accident = scene.report()
    with pytest.raises(Forbidden):
        in_transaction(do_duty, scene.actor(), accident.id, 1)
    for nothing in (9, 0, 2**63 - 1):
        with pytest.raises(NotFound):
            in_transaction(do_duty, scene.actor(1), accident.id, nothing)
