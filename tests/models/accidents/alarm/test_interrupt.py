"""Which accidents break in on a page, on whom, and until when; and who is silent on the board (G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.alarm.interrupt import alarms
from models.accidents.display.board import board
from models.accidents.records import EDIT_ACCIDENTS, READ_ACCIDENTS, Accident
from models.accidents.rules import answer, answer_call, close, pass_on, report, supplement
from models.administration.roles.builtin_roles import GROUP_SAFETY
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid
from models.core.security.actor import Actor
from tests.models.accidents.alarm.test_calls import tell
from tests.models.accidents.conftest import Scene
from tests.support.statement_log import listening


@pytest.fixture
def accident(scene: Scene) -> Accident:
    made = scene.report()
    tell()
    return made


def of(scene: Scene, who: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = alarms(scene.actor(who, door="console"))["items"]
    return items


def test_it_breaks_in_on_who_was_told_until_they_answer(scene: Scene, accident: Accident, clock: Any) -> None:
    (item,) = of(scene, 1)
    assert (item["id"], item["asks"], item["title"]) == (str(accident.id), "answer", "事故快报")
    assert (item["place"], item["company"]) == (accident.place, scene.unit.name)
    assert of(scene, 0) == [], "who reported it knows"
    clock.forward(hours=5)
    assert len(of(scene, 1)) == 1, "as long as nobody has answered"
    in_transaction(answer, scene.actor(1), accident.id, "received")
    assert of(scene, 1) == []


def test_worse_news_breaks_in_again_with_a_new_key(scene: Scene, accident: Accident) -> None:
    (before,) = of(scene, 1)
    in_transaction(answer, scene.actor(1), accident.id, "received")
    in_transaction(supplement, scene.actor(1), accident.id, {"deaths": 1}, 1)
    tell()
    (after,) = of(scene, 1)
    assert after["key"] != before["key"] and after["title"] == "事故续报：死亡 1 人"


def test_a_call_for_help_breaks_in_by_name_and_is_answered_by_name(scene: Scene, accident: Accident) -> None:
    scene.plant.account(2, scene.unit)
    in_transaction(answer, scene.actor(2), accident.id, "need_help")
    tell()
    (item,) = of(scene, 1)
    assert (item["asks"], item["title"], item["callers"]) == ("help", "周守正 需要支援", ["周守正"])
    in_transaction(answer_call, scene.actor(1), accident.id, "received")
    in_transaction(answer, scene.actor(1), accident.id, "received")
    assert of(scene, 1) == []
    with pytest.raises(Invalid):
        in_transaction(answer_call, scene.actor(1), accident.id, "need_help")
    with pytest.raises(Forbidden):
        in_transaction(answer_call, scene.actor(2), accident.id, "received")


def test_who_only_reads_hears_of_it_for_an_hour(scene: Scene, accident: Accident, clock: Any) -> None:
    reader = scene.member("safety_officer")
    (item,) = alarms(reader)["items"]
    assert item["asks"] is None
    clock.forward(minutes=61)
    assert alarms(reader)["items"] == []
    in_transaction(supplement, scene.actor(1), accident.id, {"deaths": 1}, 1)
    tell()
    assert len(alarms(reader)["items"]) == 1
    in_transaction(close, scene.actor(1), accident.id, "已处置")
    assert alarms(reader)["items"] == []


def test_what_waits_for_a_judgement_breaks_in_on_those_who_judge_alone(scene: Scene) -> None:
    """A stranger must not ring everybody who may look at accidents: first those who can tell whether it is true."""
    nobody = Actor(account_id=None, name="没有登录的人", door="phone")
    facts = scene.facts(company=str(scene.unit.id))
    made = in_transaction(report, nobody, facts, key="k", address="10.0.0.1")[0]
    looks_on = scene.member(GROUP_SAFETY)
    assert looks_on.may(READ_ACCIDENTS, made) and not looks_on.may(EDIT_ACCIDENTS, made)
    assert alarms(looks_on) == {"items": [], "total": 0}
    assert [item["id"] for item in of(scene, 1)] == [str(made.id)]
    in_transaction(pass_on, scene.actor(1), made.id)
    assert [item["id"] for item in alarms(looks_on)["items"]] == [str(made.id)]


def test_a_flood_costs_as_many_looks_as_one(scene: Scene, accident: Accident) -> None:
    def looks() -> int:
        officer = scene.actor(1)
        with listening() as made:
            assert alarms(officer)["total"]
        return len([sql for sql in made if "setting_change" not in sql])  # read again every two seconds

    scene.report(key="another", place="北门")
    of_two = looks()
    for number in range(5):
        scene.report(key=f"more{number}", place=f"{number}号仓库")
    assert alarms(scene.actor(1))["total"] == 7
    assert looks() == of_two


def test_nothing_of_another_company(scene: Scene, accident: Accident) -> None:
    other = scene.plant.unit("别家")
    assert alarms(scene.member("safety_officer", other)) == {"items": [], "total": 0}


def test_the_board_counts_who_has_not_answered_and_its_filter_shows_them(
    scene: Scene, accident: Accident
) -> None:
    officer = scene.actor(1, door="console")
    found = board(officer, accident.id)
    assert found["unanswered"] == 2, "the reporter need not answer"
    in_transaction(answer, scene.actor(1), accident.id, "received")
    found = board(officer, accident.id, state="unanswered")
    assert (found["unanswered"], found["matching"], [row["person"]["name"] for row in found["people"]]) == (
        1, 1, ["周守正"],
    )  # fmt: skip
    assert board(officer, accident.id, state="unanswered", q="陈")["matching"] == 0
