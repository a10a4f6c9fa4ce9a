"""Trees beside ledgers: order, what hangs on each branch, whose nodes there are, and that nothing stands below itself."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from time import perf_counter
from typing import Any

import pytest
from openpyxl import load_workbook

from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid
from models.core.ledger import ledger_named
from models.core.ledger.branches import below, cycles
from models.core.ledger.changes.editing import edit
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import Hanging, Tree, all_views, declaration, sheets, view_named
from models.core.views.describe import tree_json
from models.core.views.tree import FoundTree, tree
from models.equipment.records import Equipment
from models.organization.records import Company, Person
from models.regulations.records import Folder
from tests.support.clock_in_plant import Plant
from tests.support.views import tree_led_to_its_rows


def node(name: str, kind: str, parent: Company, **values: Any) -> Company:
    made = Company.create(
        name=name, kind=kind, parent=parent, company_root=parent.company_root, path="/", **values
    )
    Company.update(path=f"{parent.path}{made.id}/").where(Company.id == made.id).execute()
    return Company.get_by_id(made.id)


def who(plant: Plant, *units: Company, scope: Scope = Scope.COMPANY, **more: Any) -> Actor:
    rights = dict.fromkeys(("companies.read", "companies.export", "persons.read", "equipment.read"), scope)
    kept = tuple(unit.id for unit in units)
    return Actor(account_id=1, name="看的人", company_id=kept[0], group_companies=kept, rights=rights, **more)


def view() -> Tree:
    found = view_named("company-tree")
    assert isinstance(found, Tree)
    return found


def told(found: FoundTree) -> list[tuple[str, int, list[int]]]:
    return [(each.record.name, each.depth, list(each.numbers)) for each in found.nodes]


def test_each_branch_says_what_hangs_on_it_and_leads_to_its_rows(plant: Plant) -> None:
    unit, other = plant.units[0], plant.unit("别家")
    second, first = node("二厂", "site", unit, sequence=2), node("一厂", "site", unit, sequence=1)
    shop = node("车间", "department", first)
    for number, place in enumerate(
        [{}, {"site": second}, {"site": first, "department": shop}, {"department": shop}], 1
    ):
        person = plant.person(number, unit)
        for name, one in place.items():
            Person.update({name: one.id}).where(Person.id == person.id).execute()
    plant.person(0, other)
    Equipment.update(site=first.id).where(Equipment.id == plant.equipment(unit).id).execute()
    people = Person.select().where(Person.company == unit.id).count()
    found = tree(who(plant, unit), view())
    assert told(found) == [
        (unit.name, 0, [people, 1]), ("一厂", 1, [2, 1]), ("车间", 2, [2, 0]), ("二厂", 1, [1, 0]),
    ]  # fmt: skip
    assert found.nodes[0].parent is None, "whom one may not see is not above"
    tree_led_to_its_rows(who(plant, unit), view())
    tree_led_to_its_rows(who(plant, unit, other, scope=Scope.GROUP), view())
    assert {each.record.name for each in tree(who(plant, other), view()).nodes} == {"别家"}


def test_what_hangs_is_counted_for_who_may_read_it_alone(plant: Plant) -> None:
    actor = who(plant, plant.units[0])
    blind = replace(actor, rights={"companies.read": Scope.COMPANY})
    found = tree(blind, view())
    assert found.counts == [] and all(each.numbers == [] for each in found.nodes)
    said = tree_json(found, blind)
    assert (said["counts"], said["exportable"], said["addable"]) == ([], False, False)
    with pytest.raises(Forbidden):
        tree(replace(actor, rights={}), view())
    with pytest.raises(Forbidden):
        in_transaction(sheets.tree_sheet, blind, view())


def test_a_sheet_moves_each_node_in(plant: Plant) -> None:
    unit = plant.units[0]
    node("一厂", "site", unit, leader="陈一", phone="13800000001")
    file = in_transaction(sheets.tree_sheet, who(plant, unit), view())
    head, *rows = load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True)
    assert head == ("名称", "第几级", "层级", "负责人", "负责人电话", "人员", "设备")
    assert [row[:5] for row in rows][-1] == ("　　一厂", 2, "厂站", "陈一", "13800000001")


def test_nothing_is_moved_below_itself(plant: Plant) -> None:
    top = Folder.create(name="一", full_name="一", level="company", path="/1/")
    middle = Folder.create(name="二", full_name="二", level="company", path="/1/2/", parent=top)
    low = Folder.create(name="三", full_name="三", level="company", path="/1/2/3/", parent=middle)
    assert below(Folder, "parent", [middle.id]) == {middle.id, low.id}
    ledger = ledger_named("document-folders")
    assert ledger is not None
    actor = Actor(
        account_id=1, name="管理员", company_id=None, group_companies=(), rights={
            "document-folders.read": Scope.GROUP, "document-folders.edit": Scope.GROUP},
    )  # fmt: skip
    for wrong in (top, middle, low):
        with pytest.raises(Invalid) as refused:
            in_transaction(edit, actor, ledger, top.id, 1, {"parent": str(wrong.id)})
        assert refused.value.fields == {"parent": "不能放在自己或自己的下级下面，请另选上级目录"}
    assert cycles(Folder, low, {"parent": top.id}) == {} and cycles(Folder, top, {"parent": None}) == {}


def test_every_tree_counts_by_a_filter_that_is_there(database: Any) -> None:
    trees = [each for each in all_views() if isinstance(each, Tree)]
    assert {"company-tree", "folder-tree"} <= {each.name for each in trees}
    for each in trees:
        for what in each.counts:
            ledger, column = what.of()
            assert column is not None and ledger.name == what.ledger


def test_a_tree_that_cannot_be_is_refused_where_it_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = view().ledger
    monkeypatch.setattr(declaration, "_views", {})
    for wrong in ({"parent": "leader"}, {"second": ("nothing",)}, {"badge": "colour"}):
        with pytest.raises(LookupError):
            Tree(**{"name": "wrong", "title": "树", "ledger": ledger, **wrong})
    for what in (Hanging("nothing", "unit"), Hanging("persons", "company"), Hanging("persons", "role")):
        with pytest.raises(LookupError):
            what.of()


@pytest.mark.one_engine
def test_five_thousand_nodes_take_no_longer_than_one_waits(plant: Plant) -> None:
    unit = plant.units[0]
    site = node("一厂", "site", unit)
    now = Company.get_by_id(site.id).created_at
    rows = [
        {"name": f"{number}班", "name_sort": "", "kind": "department", "parent": site.id,
         "company_root": unit.company_root, "path": f"{site.path}x{number}/", "created_at": now, "updated_at": now}
        for number in range(5000)
    ]  # fmt: skip
    for start in range(0, 5000, 500):
        Company.insert_many(rows[start : start + 500]).execute()
    began = perf_counter()
    found = tree_json(tree(who(plant, unit), view()), who(plant, unit))
    assert len(found["nodes"]) == 5002 and perf_counter() - began < 5
