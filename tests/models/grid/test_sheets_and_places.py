"""A grid out of a sheet, whom and what its words name, and which place somebody is at who names none (E01, E07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Invalid, Malformed
from models.grid import importing, places
from models.grid.owners.owners import owner_of
from models.grid.records import GridNode
from models.organization.records import Person
from tests.models.hazards.grid_company import Land

pytestmark = pytest.mark.one_engine


def line(above: str | None, level: int, name: str, **more: Any) -> dict[str, Any]:
    return {"above": above, "level": str(level), "name": name, **more}


@pytest.fixture
def by(land: Land) -> Any:
    land.join("导", land.company, "company_administrator")
    return land.actor("导", "console")


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (line("原水/公司/一厂", 4, "新区"), {}),
        (line("原水＞公司\\ 一厂 ", 4, "新区"), {}),
        (line(None, 1, "污水"), {}),
        (line(None, 2, "新公司"), {"above": "no_parent"}),
        (line("", 3, "新厂"), {"above": "no_parent"}),
        (line("原水/没有的", 3, "新厂"), {"above": "no_such_row"}),
        (line("原水/公司/一厂", 3, "新厂"), {"above": "wrong_level"}),
        (line("原水/公司/一厂/配电区", 3, "新厂"), {"above": "wrong_level"}),
        (line("原水/公司", 3, "一厂"), {}),
        (line("原水/公司", 4, "一厂"), {"level": "other_level"}),
        (line("原水/公司", 3, "先写的"), {"name": "twice_in_sheet"}),
        (line("原水/公司/先写的", 4, "下面"), {}),
        (line("原水/公司", 3, "有人", owner="班"), {}),
        (line("原水/公司", 3, "走了", owner="友"), {"owner": "left"}),
    ],
)
def test_every_line_names_what_it_stands_under(
    land: Land, by: Any, row: dict[str, Any], faults: dict[str, str]
) -> None:
    land.leave("友")
    if "owner" in row:
        row = {**row, "owner": land.id(row["owner"])}
    found = importing.check(by, [line("原水/公司", 3, "先写的"), row])
    assert {name: fault.code for name, fault in found.get(1, {}).items()} == faults and 0 not in found


def test_only_who_works_for_a_company_brings_in_its_grid(land: Land) -> None:
    found = importing.check(land.actor("班", "console"), [line(None, 1, "一"), line(None, 1, "二")])
    assert {place: faults["name"].code for place, faults in found.items()} == {
        0: "no_company",
        1: "no_company",
    }


def test_a_sheet_makes_what_is_new_and_changes_what_it_says(land: Land, by: Any) -> None:
    rows = [
        line("原水/公司", 3, "三厂", owner=land.id("友"), code="C3"),
        line("原水/公司/三厂", 4, "库区", site=land.sites[1].id),
        line("原水/公司/一厂", 4, "配电区", code="P1"),
        line("原水/公司", 3, "二厂", owner=land.id("班")),
        line("原水/公司", 3, "一厂"),
    ]
    assert in_transaction(importing.save, by, rows) == (2, 3)
    third = GridNode.get(GridNode.name == "三厂")
    assert (third.owner_id, third.code, third.parent_id) == (land.id("友"), "C3", land.nodes["公司"].id)
    store = GridNode.get(GridNode.name == "库区")
    assert (store.parent_id, store.path) == (third.id, f"{third.path}{store.id}/")
    area = land.node("配电区")
    assert (area.code, area.owner_id, area.site_id) == ("P1", land.id("班"), land.sites[0].id), (
        "left out is not emptied"
    )
    assert land.node("二厂").owner_id == land.id("班") and land.node("一厂").owner_id == land.id("站")
    words = importing.words(by, [land.node("配电室"), land.node("原水"), store])
    assert list(words.values()) == ["原水/公司/一厂/配电区", "", "原水/公司/三厂"]


def faulty(find: Any, text: str) -> str:
    with pytest.raises(Malformed) as found:
        find(text)
    return str(found.value.code)


def test_whom_a_word_names(land: Land, by: Any) -> None:
    Person.update(job_number="A-7").where(Person.id == land.id("班")).execute()
    Person.update(name="班").where(Person.id == land.id("友")).execute()
    find = importing.people_named(by)
    assert [find("站"), find("a-7"), find(land.people["友"].phone)] == [
        land.id("站"),
        land.id("班"),
        land.id("友"),
    ]
    assert [faulty(find, text) for text in ("班", "外", "")] == ["ambiguous", "no_such_row", "no_such_row"]


def test_which_place_a_word_names(land: Land, by: Any) -> None:
    land.add("泵房", 4, "一厂", code="B-1")
    find = importing.nodes_named(by)
    second = land.node("泵房").id
    assert find("配电室") == land.node("配电室").id and find("b-1") == second
    assert find("一厂/泵房") == second == find("公司＞一厂＞泵房")
    assert [faulty(find, text) for text in ("泵房", "厂/泵房", "没有的")] == [
        "ambiguous",
        "no_such_row",
        "no_such_row",
    ]
    stranger = importing.nodes_named(land.actor("外", "console"))
    assert faulty(stranger, "配电室") == "no_such_row"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("配电室 电缆裸露", "配电室"), ("  配电室 电缆裸露", "配电室"), ("配电室", None), ("配电室电缆裸露", None),
        ("泵房 漏水", None), ("停用的 漏水", None), ("别家 漏水", None),
    ],
)  # fmt: skip
def test_a_line_that_begins_with_a_place(land: Land, text: str, found: str | None) -> None:
    land.foreign()
    land.add("停用的", 4, "一厂")
    GridNode.update(enabled=False).where(GridNode.name == "停用的").execute()
    second = land.nodes["泵房"]
    land.add("泵房", 4, "一厂")
    assert second.id != land.nodes["泵房"].id
    node = places.named(land.company.id, text)
    assert (node and node.name) == found


def test_where_somebody_is_who_names_no_place(land: Land) -> None:
    def at(who: str | None, company: int = land.company.id) -> str | None:
        person = None if who is None else Person.get_by_id(land.id(who))
        node = places.where_one_works(company, person)
        return node and node.name

    assert [at("工"), at("友"), at(None)] == ["一厂", "公司", "公司"]
    Person.update(site=land.sites[1].id).where(Person.id == land.id("友")).execute()
    assert at("友") == "二厂"
    GridNode.update(enabled=False).where(GridNode.name == "二厂").execute()
    assert at("友") == "泵房", "of what is left at the site"
    GridNode.update(enabled=False).where(GridNode.name == "公司").execute()
    assert at(None) == "原水"
    GridNode.update(enabled=False).where(GridNode.name == "原水").execute()
    assert at(None) == "一厂", "nothing as high as a company: the highest there is"
    assert at(None, land.other.id) is None


def test_a_place_that_can_be_used(land: Land) -> None:
    room, foreign = land.node("配电室"), land.foreign()
    assert places.usable_node(str(room.id), land.company.id) == room
    for given in (None, "x", str(foreign.id), "999999"):
        with pytest.raises(Invalid) as found:
            places.usable_node(given, land.company.id)
        assert "没有这个网格" in str(found.value.fields["grid"])
    GridNode.update(enabled=False).where(GridNode.id == room.id).execute()
    with pytest.raises(Invalid) as found:
        places.usable_node(str(room.id), land.company.id)
    assert "已停用" in str(found.value.fields["grid"])


def test_what_is_near_ends_at_the_circle_and_the_smallest_of_equals_comes_first(land: Land) -> None:
    lng, lat = 120.2, 30.2
    pump = land.node("泵房")
    inner = land.add("小泵", 5, "泵房", lng=lng, lat=lat)
    assert [one.node.id for one in places.nearest(land.company.id, lng, lat)] == [inner.id, pump.id]
    assert [one.node.id for one in places.nearest(land.company.id, lng, lat, most=1)] == [inner.id]
    assert round(places.metres_between((lng, lat), (lng, lat + 0.000996))) == 111
    assert len(places.nearest(land.company.id, lng, lat + 0.000996, within=111)) == 2
    assert places.nearest(land.company.id, lng, lat + 0.000996, within=110) == []
    corner = places.metres_between((lng, lat), (lng + 0.001, lat + 0.001))
    assert places.nearest(land.company.id, lng + 0.001, lat + 0.001, within=corner - 5) == [], (
        "in the square alone"
    )


@pytest.mark.parametrize(
    ("level", "lift", "who"),
    [
        (0, 0, "班"),
        (0, 1, "站"),
        (0, 2, "总"),
        (0, 3, None),
        (3, 0, "站"),
        (2, 0, "总"),
        (2, 1, None),
        (1, 0, None),
    ],
)
def test_who_is_responsible_from_a_level_on(land: Land, level: int, lift: int, who: str | None) -> None:
    found = owner_of(land.node("配电室"), level, lift)
    assert (found and found.name) == who
