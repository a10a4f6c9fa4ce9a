"""Accounts kept by administrators (J02)."""

from __future__ import annotations

import pytest

from models.administration.accounts import (
    create_user,
    disable_account,
    edit_user,
    enable_account,
    unlock_account,
)
from models.administration.actors import actor_for_account, actor_for_token
from models.administration.first_admin import create_first_admin
from models.administration.password_changes import reset_password
from models.administration.records import Account, Role
from models.administration.signing_in import sign_in
from models.core.actor import Actor
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.organization.records import Company
from tests.models.administration.conftest import GOOD, House


def role(code: str) -> int:
    return int(Role.get(Role.code == code).id)


@pytest.fixture
def boss(house: House) -> Actor:
    return actor_for_account(house.account("boss", role="company_administrator"), "console")


def test_the_first_admin_is_made_once_and_must_change(house: House) -> None:
    password = create_first_admin()
    assert create_first_admin() == ""
    signed = sign_in("Admin", password, door="console")
    assert signed.account.must_change_password
    assert actor_for_token(signed.token, "console").may("roles.edit")
    assert Company.select().where(Company.kind == "group").count() == 1


def test_a_user_gets_in_by_reset_or_by_id_tail(house: House, boss: Actor) -> None:
    plain = create_user(boss, {"login": " Chen.Yi ", "name": "陈一", "roles": [role("safety_officer")]})
    assert plain.login == "chen.yi"
    with pytest.raises(AnbanError):
        sign_in("chen.yi", "", door="console")
    password = reset_password(boss, plain)
    assert sign_in("chen.yi", password, door="console").account.must_change_password
    create_user(boss, {"login": "13700000000", "name": "陈二", "id_number": "330102199003070019"})
    assert sign_in("13700000000", "070019", door="console").token


def test_logins_and_humans_are_there_once(house: House, boss: Actor) -> None:
    create_user(boss, {"login": "chen", "name": "陈一", "id_number": "330102199003070019"})
    for values, field in (
        ({"login": "CHEN", "name": "陈二"}, "login"),
        ({"login": "other", "name": "陈二", "id_number": "330102199003070019"}, "id_number"),
    ):
        with pytest.raises(Invalid) as caught:
            create_user(boss, values)
        assert list(caught.value.fields) == [field]


def test_no_greater_role_is_given_or_taken(house: House, boss: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        create_user(boss, {"login": "x", "name": "陈", "roles": [role("administrator")]})
    assert list(caught.value.fields) == ["roles"]
    other = house.node("海东物流", "company", house.group)
    foreign = Role.create(
        company=other, name="别家的", grants=[{"right": "equipment.read", "scope": "company"}]
    )
    with pytest.raises(Invalid):
        create_user(boss, {"login": "y", "name": "陈", "roles": [foreign.id]})
    with pytest.raises(Invalid):
        create_user(boss, {"login": "z", "name": "陈", "roles": [], "company": other.id})


def test_roles_change_with_the_form(house: House, boss: Actor) -> None:
    user = create_user(
        boss, {"login": "chen", "name": "陈一", "roles": [role("worker"), role("unit_member")]}
    )
    edit_user(boss, Account.get_by_id(user.id), {"roles": [role("safety_officer")], "name": "陈壹"})
    actor = actor_for_account(Account.get_by_id(user.id), "console")
    assert actor.name == "陈壹"
    assert actor.may("persons.create")
    assert not actor.may("clock-ins.create") or actor.may("persons.create")


def test_off_and_on_again(house: House, boss: Actor) -> None:
    house.account()
    signed = sign_in("13800000001", GOOD, door="phone")
    disable_account(boss, Account.get(Account.login == "13800000001"))
    with pytest.raises(AnbanError):
        actor_for_token(signed.token, "phone")
    enable_account(boss, Account.get(Account.login == "13800000001"))
    with pytest.raises(AnbanError):
        actor_for_token(signed.token, "phone")
    assert sign_in("13800000001", GOOD, door="phone").token
    with pytest.raises(Conflict):
        disable_account(boss, Account.get(Account.login == "boss"))


def test_unlocking_before_its_time(house: House, boss: Actor) -> None:
    house.account()
    for _ in range(5):
        with pytest.raises(AnbanError):
            sign_in("13800000001", "no", door="phone")
    with pytest.raises(AnbanError):
        sign_in("13800000001", GOOD, door="phone")
    unlock_account(boss, Account.get(Account.login == "13800000001"))
    assert sign_in("13800000001", GOOD, door="phone").token


def test_greater_and_foreign_accounts_are_out_of_reach(house: House, boss: Actor) -> None:
    admin = house.account("chief", role="administrator")
    with pytest.raises(Forbidden):
        disable_account(boss, admin)
    with pytest.raises(Forbidden):
        edit_user(boss, admin, {"name": "x"})
    other = house.node("海东物流", "company", house.group)
    with pytest.raises(NotFound):
        disable_account(boss, house.account("far", company=other))
