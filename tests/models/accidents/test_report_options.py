"""What the form of a report offers: places, presets, equipment and people of the one unit (G02)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.accidents.report_options import equipment, options, people
from models.core.errors import Forbidden
from models.grid.records import GridNode
from models.messages.channels.records import ChatGroup
from models.messages.escalation.records import Preset, PresetGroup, PresetPerson
from models.organization.records import Company
from tests.models.accidents.conftest import Scene

pytestmark = pytest.mark.one_engine


def test_the_units_own_sites_and_groups_are_offered(scene: Scene) -> None:
    other = scene.plant.unit("别家")
    mine = Company.create(
        name="一厂", kind="site", parent=scene.unit, company_root=scene.unit.id, path="/1/2/"
    )
    Company.create(
        name="维修部", kind="department", parent=scene.unit, company_root=scene.unit.id, path="/1/3/"
    )
    Company.create(name="别家的厂", kind="site", parent=other, company_root=other.id, path="/9/2/")
    for company, name, enabled in ((scene.unit, "应急群", True), (None, "集团群", True), (scene.unit, "停用", False),
                                   (other, "别家的群", True)):  # fmt: skip
        ChatGroup.create(company=company, name=name, kind="robot", webhook_key="k", enabled=enabled)
    shown = options(scene.actor())
    assert shown["company"] == {"id": str(scene.unit.id), "name": scene.unit.name}
    assert shown["sites"] == [{"id": str(mine.id), "name": "一厂"}]
    assert [each["name"] for each in shown["groups"]] == ["应急群", "集团群"]
    with pytest.raises(Forbidden):
        options(replace(scene.actor(), rights={}))


def test_each_level_says_who_is_told_by_preset(scene: Scene) -> None:
    without = options(scene.actor())["presets"]
    assert {(each["name"], each["persons"], each["groups"]) for each in without} == {
        ("本单位安全管理员（未设预案）", 2, 0)
    }
    preset = Preset.create(company=scene.unit, name="较大预案", level="较大", ways=["card"])
    PresetPerson.create(preset=preset, person=scene.boss)
    chat = ChatGroup.create(company=scene.unit, name="应急群", kind="robot", webhook_key="k")
    PresetGroup.create(preset=preset, group=chat)
    told = {each["level"]: each for each in options(scene.actor())["presets"]}
    assert told["较大"] == {"level": "较大", "name": "较大预案", "ways": ["card"], "persons": 1, "groups": 1}
    assert told["一般"]["name"] == "本单位安全管理员（未设预案）"


def test_equipment_by_name_number_and_label(scene: Scene) -> None:
    other = scene.plant.unit("别家")
    one = scene.plant.equipment(scene.unit, "4110", name="一号行车", code="A-1", location="二车间")
    two = scene.plant.equipment(scene.unit, "4110", name="二号行车", code="B-2")
    scene.plant.equipment(scene.unit, "4110", name="报废行车", state="scrapped")
    theirs = scene.plant.equipment(other, "4110", name="别家行车")
    actor = scene.actor()

    def found(q: str) -> list[str]:
        return [item["name"] for item in equipment(actor, q=q)["items"]]

    assert set(found("")) == {"一号行车", "二号行车"} == set(found("行车")) == set(found("  "))
    assert found("一号") == ["一号行车"] and found("B-2") == ["二号行车"] and found("没有") == []
    assert found(two.label_code) == ["二号行车"]
    item = equipment(actor, q="一号")["items"][0]
    assert (item["id"], item["number"], item["location"], item["type_code"]) == (
        str(one.id),
        "A-1",
        "二车间",
        "4110",
    )
    scanned = equipment(actor, scan=one.label_code)
    assert [each["id"] for each in scanned["items"]] == [str(one.id)] and not scanned["elsewhere"]
    strange = equipment(actor, scan=theirs.label_code)
    assert (strange["items"], strange["node"], strange["elsewhere"]) == ([], None, True)
    nothing = equipment(actor, scan="没有这个码")
    assert (nothing["items"], nothing["elsewhere"]) == ([], False)


def test_what_is_both_labelled_and_found_by_name_is_listed_once(scene: Scene) -> None:
    one = scene.plant.equipment(scene.unit, "4110", name="一号行车")
    label = one.label_code
    one.name = f"行车 {label}"
    one.save()
    two = scene.plant.equipment(scene.unit, "4110", name=f"吊钩 {label}")
    items = equipment(scene.actor(), q=label)["items"]
    assert [each["id"] for each in items] == [str(one.id), str(two.id)], "the labelled one first"


@pytest.mark.parametrize("enabled", [True, False])
def test_the_place_of_equipment_is_offered_while_it_is_in_use(scene: Scene, enabled: bool) -> None:
    node = GridNode.create(
        company=scene.unit, level="3", name="码头", label_code="G000000009", enabled=enabled
    )
    GridNode.update(path=f"/{node.id}/").where(GridNode.id == node.id).execute()
    scene.plant.equipment(scene.unit, "4110", name="一号行车", grid=node)
    (item,) = equipment(scene.actor(), q="一号")["items"]
    assert (item["node"] is not None) is enabled
    if enabled:
        assert item["node"]["id"] == str(node.id)


def test_people_of_the_unit_safety_officers_first(scene: Scene) -> None:
    site = Company.create(
        name="一厂", kind="site", parent=scene.unit, company_root=scene.unit.id, path="/1/2/"
    )
    scene.boss.site = site
    scene.boss.save()
    scene.plant.person(4, scene.plant.unit("别家"), name="外人")
    shown = people(scene.actor())
    names = [each["name"] for each in shown]
    assert set(names[:2]) == {"陈安澜", "周守正"} and "外人" not in names and len(names) == 4
    assert {each["name"]: each["site"] for each in shown}["沈立新"] == "一厂"
    assert {each["site"] for each in shown if each["name"] != "沈立新"} == {None}
    assert [each["name"] for each in people(scene.actor(), q=" 守正 ")] == ["周守正"]
    scene.leave(scene.boss)
    assert "沈立新" not in [each["name"] for each in people(scene.actor())]
    with pytest.raises(Forbidden):
        people(replace(scene.actor(), rights={}))
