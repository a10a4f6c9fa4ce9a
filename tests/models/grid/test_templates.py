"""Standard grids and criteria: installed once, picked, pruned, and picked again without doubling (J07, X06)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid
from models.core.ledger import all_ledgers, ledger_named
from models.core.ledger.changes.editing import act, create, delete
from models.core.ledger.library import updates
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.versions import standings
from models.grid import rules
from models.grid.older_copies import remember_older
from models.grid.records import GridNode, GridTemplate
from models.grid.standards import install_grid_templates
from models.hazards import hazard_sources
from models.hazards.records import Hazard, HazardSource, MajorCriterion
from models.hazards.standards import install_major_criteria, source_samples
from models.tasks.records import Flow
from tests.models.hazards.grid_company import Land


def ids(*codes: str) -> list[int]:
    return [GridTemplate.get(GridTemplate.code == code).id for code in codes]


def pick(land: Land, *codes: str, under: str | None = None, **more: Any) -> rules.PickedPlaces:
    made: rules.PickedPlaces = in_transaction(
        rules.from_template,
        land.house(),
        land.company.id,
        ids(*codes),
        under and land.nodes[under].id,
        **more,
    )
    return made


def test_the_standards_are_there_once_and_keep_what_people_changed(land: Land) -> None:
    assert (GridTemplate.select().count(), MajorCriterion.select().count()) == (324, 35)
    assert {row.code for row in Flow.select()} >= {"hazard", "extension"}
    GridTemplate.update(name="改过").where(GridTemplate.code == "YS").execute()
    MajorCriterion.update(enabled=False).where(MajorCriterion.code == "GM-01").execute()
    MajorCriterion.delete().where(MajorCriterion.code == "GM-02").execute()
    assert (install_grid_templates(), install_major_criteria()) == (0, 1)
    assert GridTemplate.get(GridTemplate.code == "YS").name == "改过"
    assert not MajorCriterion.get(MajorCriterion.code == "GM-01").enabled
    assert {"港口（码头）", "供水（自来水厂）"} <= {row.industry for row in MajorCriterion.select()}
    # Words of an earlier release follow the program's where nobody edited them; what has no text is switched off.
    MajorCriterion.update(title="先前的话").where(MajorCriterion.code.in_(("FC-01", "FC-02"))).execute()
    MajorCriterion.update(version=2).where(MajorCriterion.code == "FC-02").execute()
    MajorCriterion.create(code="YJ-01", industry="冶金铸造", title="吊运高温熔融金属的起重机不符合要求")
    install_major_criteria()
    words = {row.code: row.title for row in MajorCriterion.select()}
    assert ("先前的话" in words["FC-01"], words["FC-02"]) == (False, "先前的话")
    assert not MajorCriterion.get(MajorCriterion.code == "YJ-01").enabled
    levels = {row.id: int(row.level) for row in GridTemplate.select()}
    assert all(levels[row.parent_id] < levels[row.id] for row in GridTemplate.select() if row.parent_id)
    assert all(row.path.count("/") - 1 == levels[row.id] for row in GridTemplate.select())
    assert set(source_samples()) <= {row.code for row in GridTemplate.select()}


def test_what_stands_above_comes_along_and_the_company_keeps_its_name(land: Land) -> None:
    made = pick(land, "ZLS-01-01-02-01", "ZLS-01-01-03")
    names = [node.name for node in made.nodes]
    assert names == ["自来水", "清源水务", "水厂", "加药加氯", "送水泵房", "液氯库/加氯间"]
    by_name = {node.name: node for node in made.nodes}
    assert by_name["液氯库/加氯间"].parent_id == by_name["加药加氯"].id
    assert len({node.label_code for node in made.nodes}) == 6
    again = pick(land, "ZLS-01-01-02-01", "ZLS-01-01-03", "ZLS-01-01-03-01")
    assert ([node.name for node in again.nodes], again.kept) == (["送水机组"], 6)
    assert again.message == "已新增 1 个网格，6 个已有，没有改动"


def test_under_a_place_of_ones_own_and_for_a_site(land: Land) -> None:
    made = pick(land, "ZZ-01-01-02", "ZZ-01-01-02-03", under="一厂")
    assert [(node.name, node.parent_id) for node in made.nodes] == [
        ("动力", land.nodes["一厂"].id), ("配电室", made.nodes[0].id),
    ]  # fmt: skip
    assert {node.site_id for node in made.nodes} == {land.sites[0].id}
    site = pick(land, "ZZ-01-01", "ZZ-01-01-03", under="公司", site=land.sites[1].id)
    assert [node.name for node in site.nodes] == ["仓储"]  # the site's own place was there
    assert (site.kept, site.nodes[0].parent_id) == (1, land.nodes["二厂"].id)


def test_samples_of_sources_come_along_once(land: Land) -> None:
    made = pick(land, "ZLS-01-02-01-01", sources=True)
    assert made.sources == 1
    source = HazardSource.get()
    assert (source.name, source.risk, source.grid.name, source.state) == (
        "阀门井/检查井下井", "red", "阀门井/检查井", "identified",
    )  # fmt: skip
    assert pick(land, "ZLS-01-02-01-01", sources=True).sources == 0


def test_a_branch_is_taken_back_with_its_untouched_samples_alone(land: Land) -> None:
    def take_back() -> str:
        top = min(made.nodes, key=lambda node: node.path.count("/"))
        return in_transaction(rules.delete_tree, land.house(), GridNode.get_by_id(top.id))

    made = pick(land, "ZLS-01-02-01-01", sources=True)
    sample = HazardSource.get()
    in_transaction(hazard_sources.edit, land.house(), sample, {"description": "已加盖上锁"})
    with pytest.raises(Conflict) as refused:  # somebody wrote in it
        take_back()
    assert refused.value.cause == "这里还有 1 个危险源"
    HazardSource.delete().execute()

    assert pick(land, "ZLS-01-02-01-01", sources=True).sources == 1
    hazard = land.snap()
    Hazard.update(source=HazardSource.get().id).where(Hazard.id == hazard.id).execute()
    with pytest.raises(Conflict):  # something was found of it
        take_back()
    Hazard.update(source=None).where(Hazard.id == hazard.id).execute()

    assert take_back().endswith("，连同 1 个没有改过的危险源样例")
    assert not HazardSource.select().exists()
    made = pick(land, "ZLS-01-02-01-01", sources=True)
    assert made.sources == 1  # and begun anew


def test_what_can_not_be_picked(land: Land) -> None:
    with pytest.raises(Invalid) as level:
        pick(land, "ZZ-01-01", under="配电区")  # a site under an area
    assert set(level.value.fields) == {"parent"}
    foreign = land.foreign()
    for wanted, under in (([999_999], None), ([], None), (ids("YS"), foreign.id)):
        with pytest.raises(Invalid):
            in_transaction(rules.from_template, land.house(), land.company.id, wanted, under)
    for number, sentence in ((500, "有的模板已经不在了"), (501, "请选择 1 到 500 个模板")):
        with pytest.raises(Invalid, match=sentence):
            in_transaction(rules.from_template, land.house(), land.company.id, range(10**6, 10**6 + number))
    with pytest.raises(AnbanError):
        in_transaction(rules.from_template, land.actor("管"), land.other.id, ids("YS"))
    with pytest.raises(Forbidden):
        in_transaction(rules.from_template, land.actor("工"), land.company.id, ids("YS"))
    assert GridNode.select().where(GridNode.company == land.company).count() == 7


def test_by_the_button_of_the_ledger(land: Land) -> None:
    ledger = ledger_named("grid-templates")
    assert ledger in all_ledgers()
    done = in_transaction(
        act, land.actor("管", "console"), ledger, "use", [str(each) for each in ids("WS-01-01-01")],
        {"sources": False, "under": None},
    )  # fmt: skip
    assert done["message"] == "已新增 4 个网格"


def test_the_group_keeps_the_templates(land: Land) -> None:
    ledger = ledger_named("grid-templates")
    assert ledger is not None
    parent = str(ids("YS-01-01")[0])
    values = {"name": "调度室", "level": "4", "code": "YS-01-01-09", "parent": parent}
    with pytest.raises(Forbidden):
        in_transaction(create, land.actor("管"), ledger, values)
    made = in_transaction(create, land.house(), ledger, values)
    assert GridTemplate.get_by_id(int(made["id"])).path.endswith(f"/{parent}/{made['id']}/")
    with pytest.raises(Invalid):
        in_transaction(create, land.house(), ledger, {**values, "level": "3", "code": "x"})
    with pytest.raises(Invalid):
        in_transaction(create, land.house(), ledger, {**values, "parent": None, "code": "x"})
    with pytest.raises(Conflict):
        in_transaction(delete, land.house(), ledger, parent)
    in_transaction(delete, land.house(), ledger, made["id"])


def test_places_remember_their_template_and_say_when_it_moved_on(land: Land) -> None:
    """A branch was picked, some of it left out: what is new in the template is offered, what was left out is not."""
    codes = [row.code for row in GridTemplate.select().where(GridTemplate.code.startswith("HG"))]
    left_out = {code for code in codes if code.startswith("HG-01-02")}
    made = pick(land, *(code for code in codes if code not in left_out))
    grid = ledger_named("grid")
    assert grid is not None and made.nodes
    copies = {copy.source: copy.row_id for copy in LibraryCopy.select().where(LibraryCopy.ledger == "grid")}
    assert set(copies) == {f"product:{code}" for code in codes if code not in left_out}
    nodes = {code: GridNode.get_by_id(copies[f"product:{code}"]) for code in codes if code not in left_out}
    assert set(standings(grid, list(nodes.values())).values()) == {"same"}
    site = nodes["HG-01-01"]
    area = GridTemplate.get(GridTemplate.parent == GridTemplate.get(GridTemplate.code == "HG-01-01").id)
    house = land.house()
    fresh = in_transaction(
        create, house, ledger_named("grid-templates"),
        {"parent": str(area.parent_id), "level": "4", "name": "新罐区", "code": "HG-01-01-99", "owner_role": "罐区班长"},
    )  # fmt: skip
    in_transaction(
        create, house, ledger_named("grid-templates"),
        {"parent": fresh["id"], "level": "5", "name": "新储罐", "code": "HG-01-01-99-01"},
    )  # fmt: skip
    GridTemplate.update(owner_role="值班长").where(GridTemplate.id == area.id).execute()
    told = standings(grid, list(nodes.values()))
    assert {row_id for row_id, state in told.items() if state == "moved"} == {site.id, nodes[area.code].id}
    copy = in_transaction(updates.of_row, house, grid, site.id, write=False)["copy"]
    assert [(one["key"], one["title"]) for one in copy["changes"]] == [
        ("below:HG-01-01-99", "下级网格：新罐区")
    ]
    in_transaction(updates.decide, house, grid, site.id, ["below:HG-01-01-99"])
    branch = GridNode.get(GridNode.name == "新罐区")
    assert (branch.parent_id, branch.company_id) == (site.id, land.company.id)
    assert GridNode.get(GridNode.parent == branch.id).name == "新储罐"
    known: Any = LibraryCopy.get(LibraryCopy.ledger == "grid", LibraryCopy.row_id == site.id).children
    assert known["below"]["HG-01-01-99"] == branch.id, "it is remembered as what it is"
    assert set(standings(grid, [branch, site]).values()) == {"same"}
    in_transaction(updates.decide, house, grid, nodes[area.code].id, [], ["note"])
    assert standings(grid, [nodes[area.code]]) == {nodes[area.code].id: "declined"}
    # What was left out is taken back in by picking it.
    pick(land, *sorted(left_out))
    company = nodes["HG-01"]
    kept = LibraryCopy.get(LibraryCopy.ledger == "grid", LibraryCopy.row_id == company.id)
    assert not kept.refused and set(kept.children["below"]) == {
        "HG-01-01",
        "HG-01-02",
        "HG-01-03",
        "HG-01-04",
    }


def test_places_made_before_copies_remembered_their_source_are_told_it_by_their_code(land: Land) -> None:
    """What was renamed, or typed with a code of its own, is nobody's copy; what was pruned counts as left out."""
    codes = [row.code for row in GridTemplate.select().where(GridTemplate.code.startswith("HG"))]
    pick(land, *(code for code in codes if not code.startswith("HG-01-02")))
    grid: Any = ledger_named("grid")
    kept = {copy.source: copy for copy in LibraryCopy.select().where(LibraryCopy.ledger == "grid")}
    renamed, *_ = GridNode.select().where(GridNode.code.startswith("HG"), GridNode.level == "5")
    renamed.change(name="自己的叫法")
    LibraryCopy.delete().where(LibraryCopy.ledger == "grid").execute()
    assert in_transaction(remember_older) == len(kept) - 1
    nodes = list(GridNode.select().where(GridNode.code.startswith("HG")))
    told = standings(grid, nodes)
    assert set(told) == {node.id for node in nodes} - {renamed.id} and set(told.values()) == {"same"}
    for copy in LibraryCopy.select().where(LibraryCopy.ledger == "grid"):
        before = kept[copy.source]
        assert (copy.row_id, copy.digest) == (before.row_id, before.digest)
        lost = {renamed.code} & set(before.children["below"])
        assert set(copy.children["below"]) == set(before.children["below"]) - lost
        assert set(copy.refused) == set(before.refused or {}) | {f"below:{code}" for code in lost}
    assert in_transaction(remember_older) == 0
    # From now on it hears what is new, and not of what was left out.
    site = next(node for node in nodes if node.code == "HG-01-01")
    above = GridTemplate.get(GridTemplate.code == "HG-01-01")
    in_transaction(
        create, land.house(), ledger_named("grid-templates"),
        {"parent": str(above.id), "level": "4", "name": "新罐区", "code": "HG-01-01-99"},
    )  # fmt: skip
    assert {row_id for row_id, state in standings(grid, nodes).items() if state == "moved"} == {site.id}
