"""Which site a place is of when it or the one above is changed or moved, and in which order places are offered (E01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.history import Change
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.editing import act, create
from models.grid import importing, rules
from models.grid.from_templates import PickedPlaces
from models.grid.records import GridNode, GridTemplate
from tests.models.hazards.grid_company import Land

pytestmark = pytest.mark.one_engine


def edit(land: Land, place: str, **values: Any) -> None:
    in_transaction(rules.edit_node, land.house(), land.node(place), values)


def sites(land: Land) -> dict[str, str | None]:
    """What the site of each place is called."""
    names = {site.id: site.name for site in land.sites}
    return {name: names.get(land.node(name).site_id or 0) for name in land.nodes}


def test_what_has_its_site_from_above_follows_and_what_has_its_own_stays(land: Land) -> None:
    land.add("借用间", 5, "配电区", site=land.sites[1].id)
    edit(land, "一厂", site=None)
    told = sites(land)
    assert [told[name] for name in ("一厂", "配电区", "配电室", "借用间", "泵房")] == [
        None,
        None,
        None,
        "二厂",
        "二厂",
    ]
    edit(land, "一厂", site=land.sites[1].id)
    assert [sites(land)[name] for name in ("一厂", "配电区", "配电室", "借用间")] == ["二厂"] * 4
    assert [sites(land)[name] for name in ("原水", "公司")] == [None, None], "what stands above is of no site"
    version = land.node("配电室").version
    edit(land, "一厂", name="总厂")
    assert (land.node("配电室").version, sites(land)["配电室"]) == (version, "二厂"), (
        "another name moves no site"
    )


@pytest.mark.parametrize(
    ("place", "to", "site"),
    [
        ("配电室", "泵房", "二厂"),
        ("借用间", "泵房", "二厂"),
        ("借用间", "公司", "二厂"),
        ("配电区", "公司", None),
    ],
)
def test_a_place_that_moves_has_its_site_from_where_it_is_then(
    land: Land, place: str, to: str, site: str | None
) -> None:
    land.add("借用间", 5, "配电区", site=land.sites[1].id)
    in_transaction(rules.move_node, land.house(), land.node(place), land.nodes[to].id)
    assert sites(land)[place] == site
    changes: Any = Change.get(Change.action == "moved").changes
    assert {line["field"] for line in changes} == ({"parent"} if place == "借用间" else {"parent", "site"})


def test_an_edit_that_changes_nothing_is_none_and_another_owner_is_no_edit(land: Land) -> None:
    edited = Change.select().where(Change.table == "grid_node", Change.action == "edited")
    edit(land, "一厂", name="一厂", owner=land.id("站"))
    assert (edited.count(), land.node("一厂").version) == (0, 1)
    edit(land, "一厂", owner=land.id("友"))
    assert (edited.count(), land.node("一厂").owner_id) == (0, land.id("友"))
    edit(land, "一厂", name="总厂")
    assert (edited.count(), land.node("一厂").owner_id) == (1, land.id("友")), "what is not sent stays"


def test_places_stand_in_the_order_that_was_set_and_equal_ones_as_they_came(land: Land) -> None:
    GridNode.update(sequence=1).where(GridNode.id == land.nodes["一厂"].id).execute()
    land.add("办公楼", 3, "公司")
    worker = land.actor("工")
    assert [row["name"] for row in rules.tree(worker)] == [
        "原水", "公司", "二厂", "泵房", "办公楼", "一厂", "配电区", "配电室",
    ]  # fmt: skip
    assert [row["name"] for row in rules.children(worker, land.nodes["公司"].id)] == [
        "二厂",
        "办公楼",
        "一厂",
    ]


def test_the_phone_offers_what_is_in_use_and_says_where_it_ends(land: Land) -> None:
    def offered(name: str) -> dict[str, bool]:
        return {row["name"]: row["leaf"] for row in rules.children(land.actor("工"), land.nodes[name].id)}

    assert offered("一厂") == {"配电区": False} and offered("配电区") == {"配电室": True}
    edit(land, "配电室", enabled=False)
    assert offered("一厂") == {"配电区": True}, "nothing to choose below it"
    assert offered("配电区") == {}
    by_name = {row["name"]: row for row in rules.tree(land.actor("管", "console"))}
    assert by_name["配电室"]["enabled"] is False, "the console shows it still"
    assert (by_name["配电室"]["owner"], by_name["原水"]["site"], by_name["原水"]["parent"]) == (
        None,
        None,
        None,
    )
    assert (
        by_name["配电区"]["may_edit"]
        and by_name["配电区"]["lng"] == 120.10
        and by_name["一厂"]["lng"] is None
    )


def test_a_line_that_says_what_is_there_changes_nothing(land: Land) -> None:
    land.join("导", land.company, "company_administrator")
    by = land.actor("导", "console")

    def bring(**said: Any) -> GridNode:
        line = {"above": "原水/公司", "level": "3", "name": "一厂", **said}
        assert in_transaction(importing.save, by, [line]) == (0, 1)
        return land.node("一厂")

    edited = Change.select().where(Change.table == "grid_node", Change.action == "edited")
    assert bring(owner=land.id("站"), site=land.sites[0].id).version == 1 and edited.count() == 0
    changed = bring(code="C-1", site=land.sites[1].id)
    assert (changed.code, changed.site_id, changed.owner_id) == ("C-1", land.sites[1].id, land.id("站"))
    assert [line["field"] for line in Change.get(Change.action == "edited").changes] == ["code", "site"]
    assert (bring(code=None, owner=None).code, edited.count()) == ("C-1", 1), "an empty cell empties nothing"
    assert bring(owner=land.id("友")).owner_id == land.id("友") and edited.count() == 1


def test_a_sheet_that_moves_a_site_takes_along_what_has_it_from_there(land: Land) -> None:
    land.join("导", land.company, "company_administrator")
    line = {"above": "原水/公司", "level": "3", "name": "一厂", "site": land.sites[1].id}
    in_transaction(importing.save, land.actor("导", "console"), [line])
    assert [sites(land)[name] for name in ("一厂", "配电区", "配电室")] == ["二厂"] * 3


def templates() -> Ledger:
    found = ledger_named("grid-templates")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("level", "parent", "fits"),
    [("1", None, True), ("2", None, False), ("2", "1", True), ("3", "1", True), ("2", "2", False), ("1", "1", False),
     ("1", "2", False)],
)  # fmt: skip
def test_levels_of_templates_only_go_down(land: Land, level: str, parent: str | None, fits: bool) -> None:
    codes = {"1": "YS", "2": "YS-01"}
    above = None if parent is None else GridTemplate.get(GridTemplate.code == codes[parent])
    values = {"name": "新", "level": level, "code": "NEW", "parent": above and str(above.id)}
    if fits:
        made = GridTemplate.get_by_id(int(in_transaction(create, land.house(), templates(), values)["id"]))
        assert made.path == f"{above.path if above else '/'}{made.id}/"
    else:
        with pytest.raises(Invalid) as refused:
            in_transaction(create, land.house(), templates(), values)
        assert set(refused.value.fields) == {"parent"} and not GridTemplate.select().where(
            GridTemplate.code == "NEW"
        )


def test_what_picking_says(land: Land) -> None:
    made = PickedPlaces([land.node("一厂")])
    assert made.message == "已新增 1 个网格"
    made.kept, made.sources = 2, 3
    assert made.message == "已新增 1 个网格，2 个已有，没有改动，带入 3 个危险源"


def test_another_owner_by_the_button_says_how_much_went_along(land: Land) -> None:
    grid = ledger_named("grid")
    assert grid is not None
    land.snap()

    def press(*names: str, **values: Any) -> str:
        ids = [str(land.nodes[name].id) for name in names]
        done = in_transaction(act, land.actor("管", "console"), grid, "owner", ids, values)
        return str(done["message"])

    assert press("配电区", "配电室", owner=str(land.id("友")), hand_over=True) == (
        "已更换 2 个网格的责任人，1 个待办已移交"
    )
    assert press("配电区", owner=str(land.id("电")), hand_over=False) == "已更换 1 个网格的责任人"
