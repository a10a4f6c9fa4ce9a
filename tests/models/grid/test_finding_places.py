"""Where something is: by position, by name, by where somebody works, and the line above it, at the borders (E07)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from models.core.errors import Invalid
from models.grid.owners.owners import answering, line_of, owner_of, owners_up
from models.grid.places import (
    chain,
    metres_between,
    named,
    nearest,
    paths_in_words,
    place_of_unit,
    usable_node,
    where_one_works,
)
from models.grid.records import GridNode
from models.organization.records import Company
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine
HERE = (120.0, 30.0)


def node(
    company: Company, name: str, level: str = "3", parent: GridNode | None = None, **values: Any
) -> GridNode:
    """A place."""
    code = f"{GridNode.select().count():010}"
    made = GridNode.create(company=company, name=name, level=level, parent=parent, label_code=code, **values)
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    GridNode.update(path=made.path).where(GridNode.id == made.id).execute()
    return made


def at(metres_east: float = 0, metres_north: float = 0) -> dict[str, Decimal]:
    """A position so far from HERE."""
    return {
        "lng": Decimal(f"{HERE[0] + metres_east / 96_300:.7f}"), "lat": Decimal(f"{HERE[1] + metres_north / 111_195:.7f}")
    }  # fmt: skip


def test_the_nearest_first_and_none_beyond_the_circle(crowd: Crowd) -> None:
    near, far = node(crowd.unit, "近", **at(50)), node(crowd.unit, "远", **at(0, 200))
    node(crowd.unit, "角上", **at(250, 250))
    node(crowd.unit, "停用", enabled=False, **at(1))
    node(crowd.other, "别家", **at(1))
    node(crowd.unit, "没有位置")
    found = nearest(crowd.unit.id, *HERE)
    assert [(each.node.name, each.how) for each in found] == [("近", "position"), ("远", "position")]
    assert [each.metres for each in found] == [50, 200]
    assert [each.node for each in nearest(crowd.unit.id, *HERE, most=1)] == [near]
    assert [each.node for each in nearest(crowd.unit.id, *HERE, within=50)] == [near]
    assert nearest(crowd.unit.id, *HERE, within=49) == []
    assert [each.node.name for each in nearest(crowd.unit.id, *HERE, within=400)] == ["近", "远", "角上"]
    assert far in [each.node for each in nearest(crowd.unit.id, *HERE, within=200)]


def test_of_equally_near_ones_the_smallest(crowd: Crowd) -> None:
    names = [
        node(crowd.unit, name, level, **at(10)).name
        for name, level in (("厂", "3"), ("间", "5"), ("区", "4"))
    ]
    assert [each.node.name for each in nearest(crowd.unit.id, *HERE)] == ["间", "区", "厂"]
    assert len(names) == 3


def test_a_degree_of_latitude_is_what_it_is() -> None:
    assert metres_between(HERE, HERE) == 0
    assert metres_between((120.0, 30.0), (120.0, 31.0)) == pytest.approx(111_195, abs=1)
    assert metres_between((120.0, 60.0), (121.0, 60.0)) == pytest.approx(55_597, abs=5)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("1号泵房 电缆裸露", True),
        (" 1号泵房 电缆裸露", True),
        ("1号泵房", False),
        ("1号泵房 ", False),
        ("2号泵房 电缆裸露", False),
        ("停用泵房 电缆裸露", False),
        ("同名 电缆裸露", False),
        ("别家泵房 电缆裸露", False),
    ],
)
def test_the_place_that_a_line_begins_with(crowd: Crowd, words: str, found: bool) -> None:
    wanted = node(crowd.unit, "1号泵房")
    for name, values in (("同名", {}), ("同名", {}), ("停用泵房", {"enabled": False})):
        node(crowd.unit, name, **values)
    node(crowd.other, "别家泵房")
    assert named(crowd.unit.id, words) == (wanted if found else None)


def test_a_place_is_used_that_is_ones_own_and_not_switched_off(crowd: Crowd) -> None:
    own, off, foreign = (
        node(crowd.unit, "罐区"),
        node(crowd.unit, "旧罐区", enabled=False),
        node(crowd.other, "别家"),
    )
    assert usable_node(str(own.id), crowd.unit.id) == own
    for given, words in ((foreign.id, "没有这个网格"), (99_999, "没有这个网格"), ("罐区", "没有这个网格"), (None, "没有这个网格"),
                         (off.id, "“旧罐区”已停用")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            usable_node(given, crowd.unit.id)
        assert words in refused.value.fields["grid"]


def test_who_answers_for_a_unit_or_its_site(crowd: Crowd) -> None:
    site, bare = (
        Company.create(name=name, kind="site", parent=crowd.unit, company_root=crowd.unit.id, path="/")
        for name in ("一厂", "二厂")
    )
    unit = crowd.unit.id
    assert place_of_unit(unit) is None is place_of_unit(unit, site.id)
    second = node(crowd.unit, "后面的", "2", sequence=2)
    top = node(crowd.unit, "清源水务", "2", sequence=1)
    inside = node(crowd.unit, "罐区", "4", site=site)
    assert place_of_unit(unit, site.id) == top.id, "a part of the site is not the site"
    plant = node(crowd.unit, "一厂", "3", site=site)
    node(crowd.other, "别家的顶", "2", sequence=0)
    assert (place_of_unit(unit), place_of_unit(unit, site.id), place_of_unit(unit, bare.id)) == (
        top.id,
        plant.id,
        top.id,
    )
    assert second.id != top.id and inside.id != plant.id


def test_where_somebody_works_who_names_no_place(crowd: Crowd) -> None:
    site, bare = (
        Company.create(name=name, kind="site", parent=crowd.unit, company_root=crowd.unit.id, path="/")
        for name in ("一厂", "二厂")
    )
    unit, person = crowd.unit.id, crowd.person()
    assert where_one_works(unit, person) is None
    part = node(crowd.unit, "罐区", "4", site=site)
    assert where_one_works(unit, None) == part, "whatever there is"
    node(crowd.unit, "停用的顶", "2", enabled=False)
    node(crowd.other, "别家", "2")
    top = node(crowd.unit, "清源水务", "2")
    plant = node(crowd.unit, "一厂", "3", site=site)
    for where, found in ((None, top), (site, plant), (bare, top)):
        person.site = where
        assert where_one_works(unit, person) == found


def test_the_line_above_a_place_and_how_people_say_it(crowd: Crowd) -> None:
    top = node(crowd.unit, "清源水务", "2")
    plant = node(crowd.unit, "一厂", "3", top)
    tank = node(crowd.unit, "罐区", "4", plant)
    assert chain(tank) == [tank, plant, top] == chain(tank.id)
    assert chain(None) == [] == chain(99_999)
    assert paths_in_words([tank, plant, top]) == {
        tank.id: "一厂 · 罐区",
        plant.id: "一厂",
        top.id: "清源水务",
    }
    GridNode.update(parent=None).where(GridNode.id == tank.id).execute()
    GridNode.delete().where(GridNode.id == plant.id).execute()
    assert chain(tank) == [tank, top] and paths_in_words([tank]) == {tank.id: "罐区"}
    assert paths_in_words([]) == {}


def test_who_answers_up_the_line(crowd: Crowd) -> None:
    chief, foreman, left = crowd.person(), crowd.person(), crowd.person(bound="ended")
    top = node(crowd.unit, "清源水务", "2", owner=chief)
    plant = node(crowd.unit, "一厂", "3", top, owner=left)
    area = node(crowd.unit, "罐区", "4", plant)
    tank = node(crowd.unit, "1号罐", "5", area, owner=foreman)
    bare = node(crowd.unit, "码头", "3")
    assert owners_up(tank) == [foreman.id, None, left.id, chief.id]
    assert line_of(tank) == [foreman.id, left.id, chief.id]
    for level, line in ((5, [foreman.id, left.id, chief.id]), (4, [left.id, chief.id]), (3, [left.id, chief.id]),
                        (2, [chief.id]), (1, [chief.id])):  # fmt: skip
        assert line_of(tank, level) == line, level
    assert line_of(top, 3) == [chief.id] and line_of(None) == []
    assert [owner_of(tank, lift=lift) for lift in (0, 1, 2)] == [foreman, chief, None], (
        "who left answers for nothing"
    )
    assert owner_of(area) == chief and owner_of(bare) is None
    assert answering([tank, area, plant, top, bare]) == {
        tank.id: foreman, area.id: chief, plant.id: chief, top.id: chief
    }  # fmt: skip
    assert answering([]) == {}
