"""The tree grows in order, and is cut only where nothing hangs on it (J01)."""

from __future__ import annotations

import pytest

from models.administration.accounts.actors import system_actor
from models.administration.records import Account
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.demo.invented_names import credit_code
from models.organization.records import Company
from models.organization.tree import RANKS, create_company, delete_company, delete_tree, edit_company
from models.organization.tree_top import top_of
from tests.models.organization.conftest import Town


def form(name: str, kind: str, parent: Company | None) -> dict[str, object]:
    return {"name": name, "kind": kind, "parent": parent.id if parent else None, "sequence": 0}


def test_a_node_knows_its_path_and_company(town: Town) -> None:
    site = create_company(town.boss, form("二号厂", "site", town.company))
    assert site.path == f"{town.company.path}{site.id}/"
    assert site.company_root == town.company.id


@pytest.mark.parametrize("parent", [None, *RANKS])
@pytest.mark.parametrize("kind", RANKS)
def test_every_pair_of_levels(town: Town, kind: str, parent: str | None) -> None:
    plate = town.node("板块", "plate", town.group)
    nodes = {
        "group": town.group,
        "plate": plate,
        "company": town.company,
        "site": town.site,
        "department": town.department,
    }
    allowed = parent is None and kind == "group"
    if parent is not None:
        above = RANKS.index(kind) > RANKS.index(parent)
        under_company = RANKS.index(kind) <= 2 or RANKS.index(parent) >= 2
        allowed = above and under_company
    values = form("新的", kind, nodes[parent] if parent else None)
    if allowed:
        made = create_company(system_actor(), values)
        assert made.company_root == (
            made.id if kind == "company" else (nodes[parent].company_root if parent else None)
        )
    else:
        with pytest.raises(Invalid) as caught:
            create_company(system_actor(), values)
        assert "parent" in caught.value.fields


def test_companies_are_made_by_the_group_alone(town: Town) -> None:
    for values in (form("新公司", "company", town.group), form("别家的厂", "site", town.other)):
        with pytest.raises(AnbanError) as caught:
            create_company(town.boss, values)
        assert isinstance(caught.value, (Forbidden, NotFound))


def test_names_and_credit_codes_are_taken_once(town: Town) -> None:
    with pytest.raises(Invalid) as caught:
        create_company(town.boss, form("一号厂", "site", town.company))
    assert "name" in caught.value.fields
    code = credit_code("10086001")
    edit_company(town.boss, town.company, {"credit_code": f" {code[:8]} {code[8:].lower()}"})
    assert Company.get_by_id(town.company.id).credit_code == code
    with pytest.raises(Invalid) as caught:
        edit_company(system_actor(), town.other, {"credit_code": code})
    assert "credit_code" in caught.value.fields
    with pytest.raises(Invalid) as caught:
        edit_company(town.boss, town.company, {"credit_code": "913301067042017801"})
    assert "credit_code" in caught.value.fields


def test_delete_says_in_numbers_what_goes_with_it(town: Town) -> None:
    with pytest.raises(Conflict) as caught:
        delete_company(town.boss, town.site)
    assert caught.value.code == "has_children"
    assert caught.value.title == "本机构下有子机构，删除时将一起删除！"
    assert "1 个部门" in caught.value.cause
    assert "1 个部门" in delete_tree(town.boss, town.site)
    assert not Company.select().where(Company.id.in_([town.site.id, town.department.id])).exists()


def test_nothing_is_deleted_where_records_hang(town: Town) -> None:

    town.worker(1, department=town.department.id)
    with pytest.raises(Conflict) as caught:
        delete_tree(town.boss, town.site)
    assert caught.value.code == "has_records"
    assert "1 人人员" in caught.value.cause
    assert Company.select().where(Company.id == town.department.id).exists()


def test_the_way_an_account_last_worked_holds_nothing_back(town: Town) -> None:
    from models.administration.accounts.actors import system_actor

    empty = town.node("空壳公司", "company", town.group)
    account = town.account("somebody", current_company=empty)
    delete_company(system_actor(), empty)
    assert Account.get_by_id(account.id).current_company_id is None


def test_of_which_group_a_unit_is(town: Town) -> None:
    """The top of the tree that it stands in, whatever its level; nothing for no unit."""
    for node in (town.group, town.company, town.site, town.department):
        assert top_of(node.id) == town.group.id
    second = town.node("别的集团", "group", None)
    assert top_of(town.node("别的公司", "company", second).id) == second.id
    assert top_of(None) is None and top_of(10**6) is None
    Company.update(path="/").where(Company.id == second.id).execute()
    assert top_of(second.id) is None
