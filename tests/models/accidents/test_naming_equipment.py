"""A report names equipment of the ledger, by its label or its name: both sets of rules judge it then (G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.records import Accident
from models.accidents.regulations.reporting_duties import of
from models.accidents.report_options import equipment
from models.accidents.rules import add_to
from models.core.db.connection import in_transaction
from models.core.labels.label_codes import new_label_code
from models.equipment.records import Equipment
from models.grid.records import GridNode
from tests.models.accidents.conftest import Scene

PREFIX = "http://127.0.0.1:8888"


@pytest.fixture
def forklift(scene: Scene) -> Equipment:
    """A forklift of the unit, in the finished-goods store, with a position."""
    node = GridNode.create(
        company=scene.unit, name="成品仓库", level="3", path="/", label_code=new_label_code()
    )
    GridNode.update(path=f"/{node.id}/").where(GridNode.id == node.id).execute()
    return scene.plant.equipment(
        scene.unit,
        name="3号叉车",
        location="加药间",
        grid=node,
        use_cert_no="车11浙C04567(24)",
        lng=120.5,
        lat=30.2,
    )


def found(scene: Scene, **asked: Any) -> list[str]:
    return [each["name"] for each in equipment(scene.actor(), **asked)["items"]]


@pytest.mark.parametrize("q", ["", "叉车", "３号 叉车", "浙c04567", "LABEL"])
def test_equipment_is_found_by_name_number_and_label(scene: Scene, forklift: Equipment, q: str) -> None:
    assert "3号叉车" in found(scene, q=forklift.label_code if q == "LABEL" else q)
    assert found(scene, q="没有这台") == []


def test_a_label_gives_the_equipment_and_its_place_and_nothing_of_another_unit(
    scene: Scene, forklift: Equipment
) -> None:
    (item,) = equipment(scene.actor(), scan=f"{PREFIX}/e/{forklift.label_code}")["items"]
    assert (item["name"], item["location"], item["node"]["name"]) == ("3号叉车", "加药间", "成品仓库")
    assert item["number"] == "车11浙C04567(24)" and item["type_code"]
    place = equipment(scene.actor(), scan=f"{PREFIX}/g/{forklift.grid.label_code}")
    assert (place["items"], place["node"]["where"]) == ([], "成品仓库")
    other = scene.plant.equipment(scene.plant.unit("临江化工有限公司"))
    nothing = {"items": [], "node": None}
    assert equipment(scene.actor(), scan=f"{PREFIX}/e/{other.label_code}") == {**nothing, "elsewhere": True}
    assert equipment(scene.actor(), scan="https://example.com/x") == {**nothing, "elsewhere": False}
    assert other.name not in found(scene) or other.name == forklift.name


@pytest.mark.parametrize("how", ["chosen", "scanned"])
def test_who_names_equipment_is_judged_by_both_sets_of_rules(
    scene: Scene, forklift: Equipment, how: str
) -> None:
    said: dict[str, Any] = {"category": "其他伤害", "serious_injuries": 1}
    plain = scene.report(key="plain", **said)
    assert plain.special_level is None
    said |= (
        {"equipment": str(forklift.id)} if how == "chosen" else {"label": f"{PREFIX}/e/{forklift.label_code}"}
    )
    accident = scene.report(key="named", **said)
    assert (accident.equipment_id, accident.category) == (forklift.id, "其他伤害"), (
        "the category stays as it was said"
    )
    assert accident.special_level == "一般"
    assert {row.code for row in of(accident.id)} > {row.code for row in of(plain.id)}, (
        "its authority hears too"
    )
    assert accident.place == "成品仓库东门", "what was said of the place holds"


def test_a_label_says_where_for_who_says_nothing_of_it(scene: Scene, forklift: Equipment) -> None:
    accident = scene.report(place=None, label=f"{PREFIX}/e/{forklift.label_code}")
    assert (accident.equipment_id, accident.grid_id, float(accident.lng)) == (
        forklift.id,
        forklift.grid_id,
        120.5,
    )
    assert accident.place == "成品仓库 · 加药间 3号叉车"
    place = scene.report(key="k2", place=None, label=f"{PREFIX}/g/{forklift.grid.label_code}")
    assert (place.equipment_id, place.place) == (None, "成品仓库")


def test_a_label_of_anything_else_keeps_nobody_from_reporting(scene: Scene) -> None:
    other = scene.plant.equipment(scene.plant.unit("临江化工有限公司"))
    for key, label in (("theirs", f"{PREFIX}/e/{other.label_code}"), ("none", "https://example.cn/??")):
        accident = scene.report(key=key, company=str(scene.unit.id), label=label)
        assert (accident.company_id, accident.equipment_id) == (scene.unit.id, None)


def test_a_second_witness_names_what_the_first_did_not(scene: Scene, forklift: Equipment) -> None:
    first = scene.report(category="车辆伤害", serious_injuries=1, needs="救护车")
    scene.plant.person(4, scene.unit, name="王大友")
    scene.plant.account(4, scene.unit)
    label = f"{PREFIX}/e/{forklift.label_code}"
    in_transaction(
        add_to, scene.actor(4), first.id, scene.facts(what="3号叉车撞的", label=label, needs="吊车")
    )
    now = Accident.get_by_id(first.id)
    assert (now.equipment_id, now.special_level, now.needs) == (forklift.id, "一般", "救护车、吊车")
    (row,) = scene.news("accident.updated")
    assert "吊车" in str(row.payload)
