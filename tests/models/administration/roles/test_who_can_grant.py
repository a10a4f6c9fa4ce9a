"""Who lacks a right is told whom to ask: colleagues who can give it, and nobody of another unit."""

from __future__ import annotations

import pytest

from models.administration.accounts.accounts import disable_account
from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.records import Account
from models.core.errors import Forbidden
from models.core.security.actor import Actor
from models.organization.records import Binding, Company, Person
from tests.models.administration.conftest import House


@pytest.fixture
def worker(house: House) -> Actor:
    return actor_for_account(house.account("worker", role="unit_member", name="周工"), "console")


def advice(actor: Actor, right: str) -> str:
    with pytest.raises(Forbidden) as refused:
        actor.require(right)
    return refused.value.advice


def boss(house: House, login: str, name: str, *, company: Company | None = None, role: str = "") -> Account:
    return house.account(
        login, role=role or "company_administrator", name=name, company=company or house.company
    )


def test_colleagues_who_can_give_it_are_named_three_at_most_and_no_other(house: House, worker: Actor) -> None:
    other = house.node("江北机械", "company", house.group)
    boss(house, "far", "外人", company=other)
    boss(house, "officer", "安全员", role="safety_officer")  # has the right, gives none
    nobody_here = "本单位没有人能开通，请联系系统管理员，在“系统管理 · 用户”里为您开通"
    assert advice(worker, "persons.edit") == nobody_here
    first = boss(house, "one", "王伟")
    boss(house, "two", "李强")
    assert advice(worker, "persons.edit") == "请联系本单位管理员（王伟、李强），在“系统管理 · 用户”里为您开通"
    boss(house, "three", "赵敏")
    boss(house, "four", "孙丽")
    assert "（王伟、李强、赵敏）" in advice(worker, "persons.edit")
    disable_account(system_actor(), first)
    assert "（李强、赵敏、孙丽）" in advice(worker, "persons.edit")


def test_who_has_not_the_right_themselves_is_not_named_for_it(house: House, worker: Actor) -> None:
    asked = boss(house, "one", "王伟")
    assert "王伟" not in advice(worker, "logs.read")
    assert "王伟" not in advice(actor_for_account(asked, "console"), "logs.read")  # nor asks himself


def test_who_only_asks_to_be_let_in_is_told_no_names(house: House) -> None:
    boss(house, "one", "王伟")
    stranger = house.account("13800000009", id_number="330102199003070019", id_hash="x" * 64, name="路人")
    file = Person.create(
        company=house.company,
        name="路人",
        role="operator",
        id_number="330102199003070019",
        account_id=stranger.id,
        phone="13800000009",
    )
    assert "王伟" not in advice(actor_for_account(stranger, "phone"), "persons.edit")
    Binding.create(company=house.company, person=file, state="approved", origin="entered")
    assert "（王伟）" in advice(actor_for_account(stranger, "phone"), "persons.edit")
