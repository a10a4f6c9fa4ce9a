"""Small decisions of reports: what is a new need, what is worse, who is a stranger, which unit is meant by a name (G02)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.accidents.records import REPORT_ACCIDENTS, Accident, AccidentVersion
from models.accidents.report import bursts, same_place, supplements, unverified
from models.core import clock as clocks
from models.core.errors import Invalid
from models.core.security.rights import Scope
from models.grid.records import GridNode
from models.organization.records import Company
from tests.models.accidents.conftest import Scene

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("there", "asked", "both"),
    [
        ("吊车", "救护车", "吊车、救护车"),
        ("吊车", "吊车", None),
        ("吊车、救护车", "救护车", None),
        (None, "救护车", None),
        ("吊车", None, None),
        ("", "救护车", None),
        ("甲" * 100, "乙" * 99, f"{'甲' * 100}、{'乙' * 99}"),
        ("甲" * 100, "乙" * 100, None),
    ],
)
def test_what_both_ask_for(there: str | None, asked: str | None, both: str | None) -> None:
    assert same_place._joined_needs(there, asked) == both


@pytest.mark.parametrize(
    ("before", "values", "rose", "told"),
    [
        ({}, {}, False, []),
        ({"deaths": 1}, {"deaths": 1}, False, []),
        ({"deaths": 2}, {"deaths": 1}, False, []),
        ({"deaths": 1}, {"deaths": 2}, False, ["死亡 2 人"]),
        ({"deaths": None}, {"deaths": 1}, True, ["死亡 1 人", "等级上调为较大"]),
        ({"deaths": 1}, {"deaths": None}, False, []),
        ({}, {"needs": "吊车"}, False, ["需要吊车"]),
        ({"needs": "吊车"}, {"needs": None}, False, []),
    ],
)
def test_what_makes_it_a_new_alarm(
    before: dict[str, Any], values: dict[str, Any], rose: bool, told: list[str]
) -> None:
    assert supplements._worse(before, values, "较大", rose=rose) == told


@pytest.mark.parametrize(
    ("facts", "row", "note"),
    [
        ({"what": "着火"}, {}, "补充报告：着火"),
        ({"what": "着火", "place": "东门"}, {"place": "东门"}, "补充报告：着火"),
        ({"what": "着火", "place": "西门"}, {"place": "东门"}, "补充报告：着火；地点：西门"),
        ({"what": "着火", "deaths": 1}, {"deaths": None}, "补充报告：着火"),
        ({"what": "着火", "deaths": 1}, {"deaths": 1}, "补充报告：着火"),
        ({"what": "着火", "deaths": 0}, {"deaths": 1}, "补充报告：着火；死亡人数 0"),
        ({"what": "着火", "equipment": 3}, {"equipment": 3}, "补充报告：着火"),
        ({"what": "着火", "equipment": 3}, {}, "补充报告：着火"),
    ],
)
def test_what_a_witness_said_that_is_not_known(facts: dict[str, Any], row: dict[str, Any], note: str) -> None:
    said = same_place._note(facts, Accident(**row))
    assert said.replace(Accident.deaths.title, "死亡人数") == note


@pytest.mark.parametrize(("letters", "refused"), [(495, False), (496, True)])
def test_a_witness_has_room_for_so_many_words(letters: int, refused: bool) -> None:
    def call() -> object:
        return same_place._note({"what": "火" * letters}, Accident())

    if refused:
        with pytest.raises(Invalid) as caught:
            call()
        assert set(caught.value.fields) == {"what"}
    else:
        assert len(call()) == 500


@pytest.mark.parametrize(("number", "more"), [(1, None), (5, None), (6, "还有 1 起")])
def test_the_newest_five_of_a_burst_stand_on_its_card(number: int, more: str | None) -> None:
    rows = [
        Accident(number=f"KB{n}", reported_at=clocks.now(), place="东门", what=f"第 {n} 起")
        for n in range(number)
    ]
    shown = bursts.lines(rows)
    assert shown[0].startswith(f"KB{number - 1} ") and len(shown) == min(number, 5) + bool(more)
    assert (shown[-1] == more) is bool(more)


def test_who_reported_by_name(scene: Scene) -> None:
    accident = scene.report()
    assert bursts.reporter_of(accident) == scene.worker.name
    accident.reporter = None
    assert (
        bursts.reporter_of(accident) == AccidentVersion.get(AccidentVersion.accident == accident.id).by_name
    )
    assert bursts.reporter_of(Accident(id=99_999)) == "同一账号"


@pytest.mark.parametrize(
    ("ago", "same"), [(timedelta(minutes=59, seconds=59), True), (timedelta(hours=1), False)]
)
def test_a_burst_is_of_one_hour_one_unit_and_one_account(
    scene: Scene, clock: Any, ago: timedelta, same: bool
) -> None:
    first, other = scene.report(key="a"), scene.report(1, key="b")
    for row in (first, other):
        bursts.join(row)
    clock.forward(seconds=ago.total_seconds())
    later = scene.report(key="c")
    bursts.join(later)
    assert later.burst_id == (first.id if same else later.id)
    assert other.burst_id == other.id


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("蓝湾造船", True),
        ("蓝湾", True),
        ("蓝", False),
        ("湾造", False),
        ("湾造船有", True),
        ("蓝湾造船有限公司第一车间", True),
        ("", False),
        (None, False),
        ("蓝湾 造船（有限公司）", True),
        ("别的单位", False),
    ],
)
def test_which_unit_is_meant_by_its_name(scene: Scene, said: str | None, found: bool) -> None:
    """The whole name, how it begins, or four characters of it: and only where that means one alone."""
    unit = scene.plant.unit("蓝湾造船有限公司")
    where = unverified._by_name(said)
    assert (where.company.id if where else None) == (unit.id if found else None)
    scene.plant.unit("蓝湾造船有限公司二厂")
    scene.plant.unit("某某蓝湾造船有限公司二厂")
    again = unverified._by_name(said)
    if said in ("蓝湾造船", "蓝湾", "湾造船有"):
        assert again is None, "several are called so"
    if said == "蓝湾 造船（有限公司）":
        assert again is not None and again.company.id == unit.id, "its whole name"


@pytest.mark.parametrize(
    ("rights", "data", "stranger"),
    [
        ({REPORT_ACCIDENTS: Scope.SELF}, {}, False),
        ({}, {}, True),
        ({REPORT_ACCIDENTS: Scope.SELF}, {"unit_name": "别家"}, True),
        ({REPORT_ACCIDENTS: Scope.SELF}, {"unit_name": "没有这家"}, True),
        ({REPORT_ACCIDENTS: Scope.SELF}, {"elsewhere": True}, True),
        ({REPORT_ACCIDENTS: Scope.SELF}, {"grid": "foreign"}, False),
        ({REPORT_ACCIDENTS: Scope.SELF}, {"grid": "foreign", "elsewhere": True}, True),
        ({REPORT_ACCIDENTS: Scope.SELF}, {"unit_name": "别家", "company": "own"}, False),
        ({REPORT_ACCIDENTS: Scope.SELF}, {"unit_name": "", "company": ""}, False),
    ],
)
def test_who_reports_as_a_stranger(
    scene: Scene, rights: dict[str, Any], data: dict[str, Any], stranger: bool
) -> None:
    other: Company = scene.plant.unit("别家")
    node = GridNode.create(company=other, level="3", name="码头", label_code="G000000009")
    given = {"foreign": str(node.id), "own": str(scene.unit.id)}
    said = {name: given.get(str(value), value) for name, value in data.items()}
    assert unverified.is_stranger(replace(scene.actor(), rights=rights), said) is stranger
    scene.leave(scene.worker)
    assert unverified.is_stranger(replace(scene.actor(), rights={REPORT_ACCIDENTS: Scope.SELF}), {})
