"""续报, 更正 and the end: every version kept, nothing hidden, nobody's change lost (G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.display.accident_json import accident_json
from models.accidents.records import Accident, AccidentVersion
from models.accidents.rules import close, correct, supplement
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.security.actor import Actor
from tests.models.accidents.conftest import Scene


def add(actor: Actor, accident: Accident, version: int, **values: Any) -> Accident:
    return in_transaction(supplement, actor, accident.id, values, version)


def versions(accident: Accident) -> list[AccidentVersion]:
    query = AccidentVersion.select().where(AccidentVersion.accident == accident.id)
    return list(query.order_by(AccidentVersion.number))


def test_learning_more_raises_the_level_and_keeps_what_was_said(scene: Scene) -> None:
    accident = scene.report(deaths=1)
    later = add(
        scene.actor(), accident, 1, deaths=3, serious_injuries=2, direct_loss_wan=80, note="又找到两人"
    )
    assert (later.level, later.provisional, later.versions) == ("较大", False, 2)
    first, second = versions(accident)
    assert (first.facts["deaths"], second.facts["deaths"]) == (1, 3)
    assert (second.kind, second.note) == ("follow_up", "又找到两人")
    lines = {line["field"]: (line["old"], line["new"]) for line in second.changed}
    assert lines["deaths"] == (1, 3)
    assert lines["level"] == ("一般", "较大")
    (news,) = scene.news("accident.updated")
    assert news.payload["rose"] is True
    assert "死亡" in news.payload["changed"]


def test_a_whole_number_is_told_as_one_writes_it(scene: Scene) -> None:
    accident = scene.report(direct_loss_wan=3)
    in_transaction(supplement, scene.actor(1), accident.id, {"direct_loss_wan": 12}, 1)
    in_transaction(supplement, scene.actor(1), accident.id, {"direct_loss_wan": 12.5}, 2)
    told = [
        version["changes"][0] for version in accident_json(scene.actor(1), Accident.get())["versions"][1:]
    ]
    assert [(str(line["old"]), str(line["new"])) for line in told] == [("3", "12"), ("12", "12.5")]


def test_a_follow_up_never_lowers_the_level(scene: Scene) -> None:
    accident = scene.report(deaths=3)
    with pytest.raises(Invalid) as caught:
        add(scene.actor(), accident, 1, deaths=2)
    assert caught.value.code == "needs_correction"
    assert set(caught.value.fields) == {"deaths"}
    with pytest.raises(Invalid):
        add(scene.actor(), accident, 1, deaths=None)  # nor does forgetting
    assert Accident.get_by_id(accident.id).deaths == 3


def test_a_correction_lowers_it_and_says_why(scene: Scene) -> None:
    accident = scene.report(deaths=3)
    with pytest.raises(Forbidden):
        add(scene.actor(), accident, 1, deaths=0, correction=True, note="报错了")
    with pytest.raises(Invalid) as caught:
        in_transaction(correct, scene.actor(1), accident.id, {"deaths": 0}, 1)
    assert set(caught.value.fields) == {"note"}
    right = in_transaction(correct, scene.actor(1), accident.id, {"deaths": 0, "note": "误报"}, 1)
    assert (right.level, right.deaths) == ("一般", 0)
    assert versions(accident)[0].facts["deaths"] == 3  # the withdrawn number stays
    assert versions(accident)[1].kind == "correction"
    assert scene.news("accident.updated")[0].payload["rose"] is False


def test_two_at_once_the_second_hears_who_changed_what(scene: Scene) -> None:
    accident = scene.report()
    add(scene.actor(1), accident, 1, deaths=1)
    with pytest.raises(Conflict) as caught:
        add(scene.actor(), accident, 1, serious_injuries=2)
    error = caught.value
    assert error.code == "changed_meanwhile"
    assert "工人1" in error.cause
    assert "死亡" in error.cause
    assert error.details["version"] == 2
    assert Accident.get_by_id(accident.id).serious_injuries is None
    assert add(scene.actor(), accident, 2, serious_injuries=2).versions == 3


def test_a_change_under_ones_hands_is_noticed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read version 1: the row's own version decides, and the refusal is the same."""
    from models.accidents.report import supplements

    accident = scene.report()
    stale = Accident.get_by_id(accident.id)
    add(scene.actor(1), accident, 1, deaths=1)
    monkeypatch.setattr(supplements, "find", lambda actor, id_: stale)
    with pytest.raises(Conflict) as caught:
        add(scene.actor(), accident, 1, serious_injuries=2)
    assert caught.value.details["since"][0]["by"] == "工人1"
    assert len(versions(accident)) == 2


def test_the_same_again_is_taken_once(scene: Scene) -> None:
    accident = scene.report()
    add(scene.actor(), accident, 1, deaths=1, note="确认")
    again = add(scene.actor(), accident, 1, deaths=1, note="确认")
    assert again.versions == 2
    assert len(scene.news("accident.updated")) == 1
    with pytest.raises(Conflict):
        add(scene.actor(1), accident, 1, deaths=1, note="确认")  # somebody else's is no repeat


def test_nothing_new_is_no_version(scene: Scene) -> None:
    accident = scene.report(deaths=1)
    with pytest.raises(Invalid):
        add(scene.actor(), accident, 1, deaths=1)
    assert add(scene.actor(), accident, 1, note="救护车已到").versions == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"deaths": -2}, "deaths"),
        ({"what": ""}, "what"),
        ({"happened_at": "2027-01-01T00:00:00+08:00"}, "happened_at"),
        ({"lat": 91}, "lat"),
        ({"lat": 30}, "lng"),
        ({"note": "长" * 501}, "note"),
    ],
)
def test_wrong_supplements_are_refused_at_their_field(
    scene: Scene, values: dict[str, Any], field: str
) -> None:
    accident = scene.report()
    with pytest.raises(Invalid) as caught:
        add(scene.actor(), accident, 1, **values)
    assert set(caught.value.fields) == {field}
    assert len(versions(accident)) == 1


def test_the_end_is_a_version_and_comes_once(scene: Scene) -> None:
    accident = scene.report()
    with pytest.raises(Forbidden):
        in_transaction(close, scene.actor(), accident.id, "完")
    with pytest.raises(Invalid):
        in_transaction(close, scene.actor(1), accident.id, " ")
    ended = in_transaction(close, scene.actor(1), accident.id, "伤者已出院")
    assert (ended.state, ended.versions) == ("closed", 2)
    assert versions(accident)[1].facts["closing"] == "伤者已出院"
    with pytest.raises(Conflict):
        in_transaction(close, scene.actor(1), accident.id, "再来一次")
    assert len(scene.news("accident.closed")) == 1
    with pytest.raises(Forbidden):  # the reporter is done
        add(scene.actor(), accident, 2, deaths=1)
    late = add(scene.actor(1), accident, 2, deaths=1, note="伤者十日后死亡")  # 第十三条: within 30 days
    assert (late.state, late.deaths, late.versions) == ("closed", 1, 3)


def test_others_do_not_see_it(scene: Scene) -> None:
    accident = scene.report()
    other = scene.plant.unit("别家")
    stranger = scene.member("company_administrator", other)
    for work in (lambda: add(stranger, accident, 1, deaths=1), lambda: close(stranger, accident.id, "完")):
        with pytest.raises(NotFound):
            work()
    scene.plant.account(2, scene.unit)
    with pytest.raises(NotFound):  # a colleague who was not told
        add(scene.actor(2), accident, 1, deaths=1)
