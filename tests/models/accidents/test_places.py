"""A report that names a place of the grid: what it takes from there, and whose place it may be (G02, E01)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from models.accidents.display.accident_json import accident_json
from models.accidents.records import Accident, AccidentVersion
from models.accidents.report.facts import where_in_words
from models.accidents.rules import supplement
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid
from models.grid.nodes import delete_node
from models.grid.records import GridNode
from models.organization.records import Company
from tests.models.accidents.conftest import Scene


def _node(unit: Company, name: str, *, parent: GridNode | None = None, **values: Any) -> GridNode:
    """A place of the unit, under another or at its top."""
    level = "3" if parent is None else str(int(parent.level) + 1)
    code = f"{GridNode.select().count():010}"
    node = GridNode.create(company=unit, parent=parent, level=level, name=name, label_code=code, **values)
    node.path = f"{parent.path if parent else '/'}{node.id}/"
    GridNode.update(path=node.path).where(GridNode.id == node.id).execute()
    return node


@pytest.fixture
def tank(scene: Scene) -> GridNode:
    """一厂 · 罐区, with a site and a position."""
    site = Company.create(
        name="一厂", kind="site", parent=scene.unit, company_root=scene.unit.id, path="/1/2/"
    )
    top = _node(scene.unit, "一厂", site=site)
    return _node(scene.unit, "罐区", parent=top, site=site, lng=Decimal("121.5"), lat=Decimal("29.75"))


def test_what_was_not_said_comes_from_the_place(scene: Scene, tank: GridNode) -> None:
    made = scene.report(grid=str(tank.id), place="")
    accident = Accident.get_by_id(made.id)
    assert (accident.grid_id, accident.place, accident.site_id) == (tank.id, "一厂 · 罐区", tank.site_id)
    assert (float(accident.lng), float(accident.lat)) == (121.5, 29.75)
    assert AccidentVersion.get(AccidentVersion.accident == made).facts["grid"] == tank.id
    assert accident_json(scene.actor(), accident)["grid"] == {"id": str(tank.id), "name": "罐区"}


def test_what_was_said_stays(scene: Scene, tank: GridNode) -> None:
    other = Company.create(
        name="二厂", kind="site", parent=scene.unit, company_root=scene.unit.id, path="/1/3/"
    )
    made = scene.report(grid=tank.id, place="2 号罐顶", site=str(other.id), lng=120, lat=30)
    accident = Accident.get_by_id(made.id)
    assert (accident.place, accident.site_id) == ("一厂 · 罐区 · 2 号罐顶", other.id)
    assert (float(accident.lng), float(accident.lat)) == (120, 30)


def test_a_place_without_site_and_position_gives_its_name_alone(scene: Scene) -> None:
    made = Accident.get_by_id(scene.report(grid=_node(scene.unit, "码头").id, place=None).id)
    assert (made.place, made.site_id, made.lng, made.lat) == ("码头", None, None, None)


@pytest.mark.parametrize("half", [{"lng": Decimal("121.5")}, {"lat": Decimal("29.75")}])
def test_half_a_position_of_a_place_is_none_and_keeps_nobody_from_reporting(
    scene: Scene, half: dict[str, Any]
) -> None:
    made = Accident.get_by_id(scene.report(grid=_node(scene.unit, "码头", **half).id, place=None).id)
    assert (made.place, made.lng, made.lat) == ("码头", None, None)


def test_the_place_is_one_of_the_units_own_and_in_use(scene: Scene, tank: GridNode) -> None:
    foreign = _node(scene.plant.unit("别家"), "别家罐区")
    off = _node(scene.unit, "旧罐区", enabled=False)
    said = []
    for grid in (foreign.id, 999_999, off.id, "罐区"):
        with pytest.raises(Invalid) as caught:
            scene.report(grid=grid, place="")
        said.append(caught.value.fields["grid"])
        assert "别家" not in str(caught.value.fields)
    assert said[0] == said[1], "another company's is as if it were not there"
    assert "已停用" in said[2]
    accident = scene.report()
    with pytest.raises(Invalid) as refused:
        in_transaction(supplement, scene.actor(1), accident.id, {"grid": foreign.id}, 1)
    assert set(refused.value.fields) == {"grid"}
    assert Accident.get_by_id(accident.id).grid_id is None


def test_a_follow_up_names_the_place_and_keeps_what_it_was_told(scene: Scene, tank: GridNode) -> None:
    accident = scene.report()
    in_transaction(supplement, scene.actor(1), accident.id, {"grid": str(tank.id)}, 1)
    now = Accident.get_by_id(accident.id)
    assert (now.grid_id, now.place, now.versions) == (tank.id, "成品仓库东门", 2)
    last = AccidentVersion.get(AccidentVersion.accident == accident, AccidentVersion.number == 2)
    assert [line["title"] for line in last.changed] == ["网格"]
    GridNode.update(enabled=False).where(GridNode.id == tank.id).execute()
    in_transaction(supplement, scene.actor(1), accident.id, {"grid": tank.id, "deaths": 1}, 2)
    assert Accident.get_by_id(accident.id).deaths == 1, "a place that went out of use meanwhile stays"


def test_a_place_with_an_accident_is_not_deleted(scene: Scene, tank: GridNode) -> None:
    scene.report(grid=tank.id)
    with pytest.raises(Conflict) as caught:
        delete_node(scene.actor(1, "console"), tank)
    assert caught.value.code == "has_records"


@pytest.mark.one_engine
def test_words_say_nothing_twice_and_fit() -> None:
    assert where_in_words(["一厂", "成品仓库"], "成品仓库7号门") == "一厂 · 成品仓库7号门"
    assert where_in_words(["一厂", "罐区"], "一厂 · 罐区") == "一厂 · 罐区"
    long = where_in_words(["甲" * 60, "乙" * 60, "丙" * 60], "")
    assert long == "丙" * 60
    assert where_in_words(["一厂"], "长" * 120) == "长" * 120
