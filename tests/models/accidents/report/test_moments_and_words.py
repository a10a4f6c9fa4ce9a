"""What a report says of when and where, at the borders: the clock's tolerance, how long ago, how long a place may be (G02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.accidents.records import Accident
from models.accidents.regulations.reporting_duties import do_duty, entered_late
from models.accidents.regulations.standards import accident_rules, rules_for
from models.accidents.report import facts
from models.accidents.rules import supplement
from models.core.clock import now
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.fields import moment_text
from tests.models.accidents.conftest import Scene

pytestmark = pytest.mark.one_engine
SECOND, ZERO = timedelta(seconds=1), timedelta(0)


def skew() -> timedelta:
    return timedelta(minutes=config().clock_skew_minutes)


def wrong(call: Any, *arguments: Any) -> set[str]:
    """The fields that are refused; none where it goes through."""
    try:
        in_transaction(call, *arguments)
    except Invalid as refused:
        return set(refused.fields)
    return set()


@pytest.mark.parametrize(("beyond", "refused"), [(ZERO, set()), (SECOND, {"happened_at"})])
def test_an_accident_is_not_of_tomorrow(scene: Scene, beyond: timedelta, refused: set[str]) -> None:
    """A phone's clock may be ahead by a little; to the second."""
    data = scene.facts(happened_at=moment_text(now() + skew() + beyond))
    assert wrong(facts.clean_facts, data, scene.unit.id) == refused


@pytest.mark.parametrize(("beyond", "refused"), [(ZERO, set()), (SECOND, {"happened_at"})])
def test_a_flash_report_is_of_what_has_just_happened(
    scene: Scene, beyond: timedelta, refused: set[str]
) -> None:
    moment = now() - timedelta(days=accident_rules().oldest_days) - beyond
    data = scene.facts(happened_at=moment_text(moment))
    assert wrong(facts.clean_facts, data, scene.unit.id) == refused
    there = scene.report()
    changed = {"happened_at": moment_text(moment)}
    assert wrong(facts.clean_facts, changed, scene.unit.id, there) == set(), (
        "a correction may go further back"
    )


@pytest.mark.parametrize(
    ("told", "refused"), [("happened", False), ("before", True), ("skew", False), ("later", True)]
)
def test_the_leader_was_told_after_it_happened_and_before_now(scene: Scene, told: str, refused: bool) -> None:
    accident = scene.report()
    moments = {
        "happened": accident.happened_at, "before": accident.happened_at - SECOND,
        "skew": now() + skew(), "later": now() + skew() + SECOND,
    }  # fmt: skip
    said = {"leader_told_at": moment_text(moments[told])}
    assert wrong(supplement, scene.actor(1), accident.id, said, 1) == (
        {"leader_told_at"} if refused else set()
    )


@pytest.mark.parametrize(
    ("done", "refused"), [("happened", False), ("before", True), ("skew", False), ("later", True)]
)
def test_it_was_reported_after_it_happened_and_before_now(scene: Scene, done: str, refused: bool) -> None:
    accident = scene.report()
    moments = {
        "happened": accident.happened_at, "before": accident.happened_at - SECOND,
        "skew": now() + skew(), "later": now() + skew() + SECOND,
    }  # fmt: skip
    said = {"done_at": moment_text(moments[done])}
    assert wrong(do_duty, scene.actor(1), accident.id, 1, said) == ({"done_at"} if refused else set())


def test_who_did_it_is_who_says_so_unless_another_is_named(scene: Scene) -> None:
    first, second = scene.report(key="a"), scene.report(key="b")
    assert in_transaction(do_duty, scene.actor(1), first.id, 1).done_by == scene.actor(1).name
    assert in_transaction(do_duty, scene.actor(1), second.id, 1, {"done_by": "王总"}).done_by == "王总"
    kept = in_transaction(do_duty, scene.actor(1), first.id, 1, {"note": "再点一次"})
    assert kept.note is None, "a repeat changes nothing"


def test_prompt_is_up_to_the_minutes_of_the_rules() -> None:
    happened = now().replace(microsecond=0)
    prompt = rules_for(happened).rules.late_minutes
    for minutes, said in ((prompt, None), (prompt + 1, prompt + 1)):
        row = Accident(happened_at=happened, reported_at=happened + timedelta(minutes=minutes))
        assert entered_late(row) == said


@pytest.mark.parametrize(
    ("path", "detail", "words"),
    [
        (["一厂", "罐区"], "2 号罐", "一厂 · 罐区 · 2 号罐"),
        (["一厂", "罐区"], "罐区东侧", "一厂 · 罐区东侧"),
        (["一厂"], "", "一厂"),
        ([], "门口", "门口"),
        (["甲" * 60, "乙" * 57], "", f"{'甲' * 60} · {'乙' * 57}"),
        (["甲" * 60, "乙" * 58], "", "乙" * 58),
        (["甲" * 60, "乙" * 60], "丙" * 57, f"{'乙' * 60} · {'丙' * 57}"),
        (["甲" * 121], "", "甲" * 121),
    ],
)
def test_a_place_in_words_loses_names_from_the_top(path: list[str], detail: str, words: str) -> None:
    assert facts.where_in_words(path, detail) == words


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"place": "门口", "lng": 120.1, "lat": 30.2}, "门口"),
        ({"grid": 3, "lng": 120.1, "lat": 30.2}, None),
        ({"lng": 120.1, "lat": 30.2}, "东经 120.10000，北纬 30.20000"),
        ({"lng": 120.1}, None),
        ({"lat": 30.2}, None),
        ({}, None),
    ],
)
def test_a_position_stands_for_the_place_where_nothing_else_does(
    data: dict[str, Any], place: str | None
) -> None:
    assert facts.placed(data).get("place") == place


@pytest.mark.parametrize(("number", "refused"), [(8, False), (9, True)])
def test_so_many_situations_may_be_ticked(scene: Scene, number: int, refused: bool) -> None:
    codes = [item.code for item in accident_rules().situations]
    chosen = (codes * 9)[:number]
    found: dict[str, str] = {}
    facts._check_special({"situations": chosen}, {}, scene.unit.id, found)
    assert ("situations" in found) is refused


def test_what_is_not_of_the_unit_is_refused_at_its_field(scene: Scene) -> None:
    other = scene.plant.unit("别家")
    mine, theirs = scene.plant.equipment(scene.unit, "4110"), scene.plant.equipment(other, "4110")
    for values, refused in (
        ({"equipment": str(mine.id)}, set()),
        ({"equipment": str(theirs.id)}, {"equipment"}),
        ({"site": str(scene.unit.id)}, {"site"}),
        ({"site": str(other.id)}, {"site"}),
        ({"category": "火灾"}, set()),
        ({"category": "没有这种"}, {"category"}),
        ({"equipment": str(mine.id), "situations": ["lift_stuck_2h"]}, {"situations"}),
        ({"equipment": str(mine.id), "situations": ["crane_overturn"]}, set()),
        ({"what": ""}, {"what"}),
    ):
        assert wrong(facts.clean_facts, scene.facts(**values), scene.unit.id) == refused, values


@pytest.mark.parametrize(
    ("said", "adds"),
    [
        ({"label": ""}, {}),
        ({"label": "没有这个码"}, {"place": facts.UNSAID_PLACE}),
        ({"label": "没有这个码", "lng": 120.1, "lat": 30.2}, {"place": "东经 120.10000，北纬 30.20000"}),
        ({"label": "没有这个码", "place": "门口"}, {"place": "门口"}),
        ({"label": "  ", "place": ""}, {"place": ""}),
    ],
)
def test_a_label_of_nothing_keeps_nobody_from_reporting(
    scene: Scene, said: dict[str, Any], adds: dict[str, Any]
) -> None:
    found = facts.with_label(said, scene.unit.id)
    assert found.get("place") == adds.get("place")


def test_a_label_of_a_machine_says_where_it_is_unless_that_was_said(scene: Scene) -> None:
    crane = scene.plant.equipment(scene.unit, "4110", location="二车间")
    label = crane.label_code
    unsaid = facts.with_label({"label": label}, scene.unit.id)
    assert (unsaid["equipment"], unsaid["place"]) == (crane.id, f"二车间 {crane.name}")
    for said in ({"place": "门口"}, {"grid": "3"}):
        found = facts.with_label({"label": label, **said}, scene.unit.id)
        assert found["equipment"] == crane.id and {**found, **said} == dict(found)
    assert facts.with_label({"label": label, "equipment": "5"}, scene.unit.id)["equipment"] == "5"
    stranger = scene.plant.unit("别家")
    assert facts.with_label({"label": label}, stranger.id).get("equipment") is None
    assert facts.label_facts([scene.unit.id], "   ") is None
