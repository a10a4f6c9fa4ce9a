"""The grid: a tree that can't make a circle, owners, moving, deleting in numbers, another company's places (E01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.history import Change
from models.core.labels.label_codes import new_label_code
from models.core.labels.printing import node_label_url
from models.core.security.actor import Actor
from models.equipment.qr import scanned_text
from models.equipment.records import Equipment
from models.grid import rules
from models.grid.owners.owners import answering, line_of
from models.grid.places import metres_between, nearest, paths_in_words
from models.grid.records import GridNode
from models.hazards.report.scanned_place import by_scan
from models.tasks.records import Task
from tests.models.hazards.grid_company import Land


def test_paths_labels_and_sites_follow_the_tree(land: Land) -> None:
    room = land.node("配电室")
    assert (
        room.path
        == "/"
        + "/".join(str(land.nodes[name].id) for name in ("原水", "公司", "一厂", "配电区", "配电室"))
        + "/"
    )
    assert len({row.label_code for row in GridNode.select()}) == 7
    assert room.site_id == land.sites[0].id  # from the site above
    assert paths_in_words([room])[room.id] == "一厂 · 配电区 · 配电室"


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"level": "3", "parent": None}, {"parent"}),  # only a business has nothing above
    ({"level": "1", "parent": "公司"}, {"parent"}),
    ({"level": "3", "parent": "配电区"}, {"parent"}),
    ({"level": "3", "parent": "一厂"}, {"parent"}),
    ({"level": "4", "parent": "别家"}, {"parent"}),
    ({"level": "3", "parent": "公司", "name": "一厂"}, {"name"}),
    ({"level": "1", "parent": None, "name": "原水"}, {"name"}),  # at the top too
    ({"level": "5", "parent": "一厂", "owner": "外"}, {"owner"}),
    ({"level": "5", "parent": "一厂", "lng": 120}, {"lat"}),
    ({"level": "5", "parent": "一厂", "site": 999_999}, {"site"}),
]


@pytest.mark.parametrize(("values", "fields"), WRONG)
def test_a_place_that_can_not_be(land: Land, values: dict[str, Any], fields: set[str]) -> None:
    nodes = {name: node.id for name, node in land.nodes.items()} | {"别家": land.foreign().id}
    before = GridNode.select().count()
    wanted = {"company": land.company.id, "name": "新", **values}
    wanted["parent"] = nodes.get(values["parent"])
    if "owner" in values:
        wanted["owner"] = land.id(values["owner"])
    with pytest.raises(Invalid) as caught:
        in_transaction(rules.create_node, land.house(), wanted)
    assert set(caught.value.fields) == fields
    assert GridNode.select().count() == before


def move(land: Land, name: str, to: str | None) -> GridNode:
    moved: GridNode = in_transaction(rules.move_node, land.house(), land.node(name), to and land.nodes[to].id)
    return moved


@pytest.mark.parametrize("to", ["一厂", "配电区", "配电室"])
def test_nothing_goes_under_itself(land: Land, to: str) -> None:
    before = {row.id: (row.parent_id, row.path) for row in GridNode.select()}
    with pytest.raises(Invalid) as caught:
        move(land, "一厂", to)
    assert set(caught.value.fields) == {"parent"}
    assert {row.id: (row.parent_id, row.path) for row in GridNode.select()} == before


def test_a_branch_moves_whole(land: Land) -> None:
    move(land, "配电区", "二厂")
    area, room = land.node("配电区"), land.node("配电室")
    assert area.path == f"{land.node('二厂').path}{area.id}/"
    assert room.path == f"{area.path}{room.id}/"
    assert {area.site_id, room.site_id} == {land.sites[1].id}, "both had their site from the one above"
    assert (area.version, room.version) == (2, 2)
    assert Change.select().where(Change.table == "grid_node", Change.action == "moved").count() == 1
    with pytest.raises(Invalid):
        move(land, "一厂", "泵房")  # a site under an area
    with pytest.raises(Invalid):
        move(land, "配电区", None)
    land.add("配电区", 4, "一厂")
    with pytest.raises(Invalid) as caught:  # there is one of that name
        in_transaction(rules.move_node, land.house(), area, land.nodes["一厂"].id)
    assert set(caught.value.fields) == {"name"}
    with pytest.raises(Invalid):
        in_transaction(rules.move_node, land.house(), area, land.foreign().id)
    with pytest.raises(Invalid):
        in_transaction(rules.move_node, land.house(), area, 999_999)


def test_a_company_node_deep_in_the_tree_keeps_like_names_apart(land: Land) -> None:
    """Paths are moved by their beginning alone: /1/ must not touch /11/."""
    for number in range(8):
        land.add(f"区{number}", 4, "二厂")
    deep = land.add("单元", 5, "区7")
    move(land, "二厂", "公司")
    assert GridNode.get_by_id(deep.id).path.startswith(land.node("区7").path)
    ids = [int(part) for part in GridNode.get_by_id(deep.id).path.split("/") if part]
    assert [GridNode.get_by_id(each).name for each in ids] == ["原水", "公司", "二厂", "区7", "单元"]


def test_who_is_responsible(land: Land) -> None:
    def name(place: str, level: int = 0, lift: int = 0) -> str | None:
        person = rules.owner_of(land.nodes[place], level, lift)
        return person.name if person is not None else None

    assert [name("配电室"), name("配电室", 3), name("配电室", 2), name("配电室", 1)] == [
        "班",
        "站",
        "总",
        None,
    ]
    assert [name("配电室", 0, 1), name("配电室", 0, 2), name("配电室", 0, 3)] == ["站", "总", None]
    assert name("泵房") == name("泵房", 3) == "总"  # nobody nearer
    assert name("公司", 3) == "总"  # higher than asked for: itself
    land.leave("站")
    assert name("配电室", 3) == "总"
    assert line_of(None) == []
    assert {GridNode.get_by_id(key).name: person.name for key, person in answering(list(GridNode.select())).items()} == {
        "公司": "总", "一厂": "总", "二厂": "总", "配电区": "班", "配电室": "班", "泵房": "总",
    }  # fmt: skip


def change(land: Land, place: str, to: str | None, **more: Any) -> int:
    moved: int = in_transaction(
        rules.change_owner, land.house(), land.node(place), to and land.id(to), **more
    )
    return moved


def test_what_is_open_goes_to_the_new_owner_and_both_are_told(land: Land) -> None:
    mine, planned, elsewhere = land.snap(), land.snap("友"), land.snap(grid=str(land.nodes["泵房"].id))
    land.judge(planned)
    assert change(land, "配电区", "友") == 1
    assert land.holders(mine) == {"友": "judge"}
    assert land.holders(planned) == {"站": "plan"}  # another's place
    assert land.holders(elsewhere) == {"总": "judge"}
    (news,) = land.news("task.handed")
    assert (news["of"], news["to"], news["persons"]) == (land.id("班"), land.id("友"), [land.id("友")])
    assert land.acts(land.case_of(mine))[-1] == "handed_over"
    assert Task.select().where(Task.person == land.id("班"), Task.state == "open").count() == 0


def test_what_one_has_for_another_reason_stays(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard)
    land.plan(hazard, rectifier=land.id("班"))  # named, not responsible
    assert change(land, "配电区", "友") == 0
    assert land.holders(hazard) == {"班": "rectify"}


def test_without_a_new_owner_it_goes_up_or_stays_with_the_old(land: Land) -> None:
    first = land.snap()
    assert change(land, "配电区", None) == 1
    assert land.holders(first) == {"站": "judge"}
    second = land.snap("友")
    assert change(land, "一厂", "友", hand_over=False) == 0
    assert land.holders(second) == {"站": "judge"}
    assert change(land, "一厂", "友") == 0  # no change
    with pytest.raises(Invalid):
        change(land, "一厂", "外")


def test_the_form_hands_over_too(land: Land) -> None:
    hazard = land.snap()
    in_transaction(
        rules.edit_node, land.house(), land.node("配电区"), {"name": "配电间", "owner": land.id("友")}
    )
    assert (land.node("配电区").name, land.holders(hazard)) == ("配电间", {"友": "judge"})


def test_a_hazard_that_is_somewhere_else_goes_to_who_is_responsible_there(land: Land) -> None:
    from models.hazards.report import manual

    hazard = land.snap()
    in_transaction(
        manual.edit, land.actor("管", "console"), land.now(hazard), {"grid": land.nodes["泵房"].id}
    )
    assert (land.holders(hazard), land.now(hazard).site_id) == ({"总": "judge"}, land.sites[1].id)
    with pytest.raises(Invalid) as caught:
        in_transaction(
            manual.edit, land.actor("管", "console"), land.now(hazard), {"grid": land.foreign().id}
        )
    assert set(caught.value.fields) == {"grid"}


def test_deleting_says_what_goes_and_what_hangs_on_it(land: Land) -> None:
    with pytest.raises(Conflict) as caught:
        in_transaction(rules.delete_node, land.house(), land.node("一厂"))
    assert (caught.value.code, caught.value.details) == ("has_children", {"children": 2})
    assert "1 个工艺/区域、1 个单元" in caught.value.cause
    land.snap()
    with pytest.raises(Conflict) as held:
        in_transaction(rules.delete_tree, land.house(), land.node("一厂"))
    assert held.value.code == "has_records"
    assert GridNode.select().count() == 7
    told = in_transaction(rules.delete_tree, land.house(), land.node("二厂"))
    assert told == "已删除“二厂”和下面的 1 个工艺/区域"
    in_transaction(rules.delete_node, land.house(), land.add("空", 4, "一厂"))
    assert GridNode.select().count() == 5


def test_who_may_not(land: Land) -> None:
    worker, stranger = land.actor("工"), land.actor("外")
    for doing in (
        lambda actor: rules.create_node(actor, {"company": land.company.id, "name": "x", "level": "1"}),
        lambda actor: rules.edit_node(actor, land.node("一厂"), {"name": "x"}),
        lambda actor: rules.move_node(actor, land.node("配电室"), land.nodes["泵房"].id),
        lambda actor: rules.delete_tree(actor, land.node("二厂")),
        lambda actor: rules.change_owner(actor, land.node("一厂"), None),
        lambda actor: rules.node_labels(actor, [land.node("一厂")], {}),
    ):
        for actor in (worker, stranger):
            with pytest.raises((Forbidden, NotFound)):
                in_transaction(doing, actor)
    assert GridNode.select().where(GridNode.name == "x").count() == 0


def test_a_site_officer_keeps_their_own_site(land: Land) -> None:
    from dataclasses import replace

    from models.core.security.rights import Scope
    from models.grid.records import EDIT_GRID, READ_GRID

    officer: Actor = replace(
        land.actor("友"), sites=(land.sites[1].id,), rights={EDIT_GRID: Scope.SITE, READ_GRID: Scope.COMPANY}
    )
    made = in_transaction(
        rules.create_node, officer, {"name": "加药间", "level": "4", "parent": land.nodes["二厂"].id}
    )
    assert made.site_id == land.sites[1].id
    with pytest.raises(AnbanError):
        in_transaction(
            rules.create_node, officer, {"name": "x", "level": "4", "parent": land.nodes["一厂"].id}
        )


def test_the_tree_as_people_see_it(land: Land) -> None:
    land.snap()
    rows = rules.tree(land.actor("工"))
    assert [row["name"] for row in rows] == ["原水", "公司", "一厂", "配电区", "配电室", "二厂", "泵房"]
    by_name = {row["name"]: row for row in rows}
    assert (by_name["配电室"]["open"], by_name["一厂"]["open"], by_name["公司"]["open_below"]) == (1, 0, 1)
    assert by_name["一厂"]["owner"] == {"id": str(land.id("站")), "name": "站"}
    assert not by_name["一厂"]["may_edit"]
    assert [row["name"] for row in rules.children(land.actor("工"))] == ["原水"]
    (row, *_) = rules.children(land.actor("工"), str(land.nodes["公司"].id))
    assert (row["name"], row["leaf"]) == ("一厂", False)
    site = GridNode.get_by_id(land.nodes["一厂"].id).site
    assert row["site"] == {"id": str(site.id), "name": site.name}
    with pytest.raises(NotFound):
        rules.tree(land.actor("外"), land.company.id)
    with pytest.raises(NotFound):
        rules.children(land.actor("外"), land.nodes["公司"].id)


def test_the_nearest_place(land: Land) -> None:
    assert round(metres_between((120.0, 30.0), (120.001, 30.0))) == 96
    found = nearest(land.company.id, 120.10002, 30.10002)
    assert [(item.node.name, item.metres) for item in found] == [("配电区", 3), ("配电室", 12)]
    assert nearest(land.company.id, 121.0, 30.1) == []
    assert nearest(land.company.id, 180.0, 89.99) == []
    GridNode.update(enabled=False).where(GridNode.id == land.nodes["配电区"].id).execute()
    assert [item.node.name for item in nearest(land.company.id, 120.10002, 30.10002)] == ["配电室"]
    assert nearest(land.other.id, 120.10002, 30.10002) == []


def test_a_label_leads_to_its_place(land: Land) -> None:
    node, mine = land.node("配电室"), [land.company.id]
    url = node_label_url(node.label_code)
    hosts = (config().public_url,)
    assert (scanned_text.parse(url, own_hosts=hosts).kind, scanned_text.parse(url).kind) == (
        scanned_text.GRID_LABEL,
        "unknown",
    )
    for text in (
        url,
        node.label_code,
        node.label_code.lower(),
        f"{config().public_url}/m/#/pages/hazards/snap?g={node.label_code}",
    ):
        assert by_scan(mine, text) == (node, None)
    assert by_scan([land.other.id], url) == (None, None)
    assert by_scan(mine, url.replace("/g/", "/e/")) == (node, None)  # typed in wrongly, still only one thing
    for nothing in ("", "x", "https://elsewhere.example/g/" + node.label_code, "0" * 600):
        assert by_scan(mine, nothing) == (None, None)


def test_equipment_stands_at_a_place(land: Land) -> None:
    from models.core.labels.printing import label_url
    from models.equipment.records import EquipmentType

    machine = Equipment.create(
        company=land.company, name="1号叉车", type=EquipmentType.get(), grid=land.nodes["配电室"].id, code="51101010820210001",
        label_code=new_label_code(), mode="none",
    )  # fmt: skip
    for text in (label_url(machine.label_code), machine.code):
        node, found = by_scan([land.company.id], text)
        assert (node, found) == (land.node("配电室"), machine)
    assert by_scan([land.other.id], machine.code) == (None, None)
